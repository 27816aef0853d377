#pragma once

#include <string>

#include "tests/report/dossier_fixture.h"

namespace inquest::report {

inline constexpr int kManyHypotheses = 4000;
inline constexpr int kManyVisits = 1500;
inline constexpr int kMeasuredVisits = 10;
inline constexpr std::size_t kLongLine = 1 << 20;

inline v1::Event& AddEvent(Dossier& dossier) {
  auto event = std::make_shared<v1::Event>();
  event->set_sequence(static_cast<std::int64_t>(dossier.events.size()) + 1);
  dossier.events.push_back(event);
  return *event;
}

// A visit to hypothesize that proposes two, goes on with the first, and a test that refutes it: so
// the tree is as deep as there are visits.
inline void AddVisit(Dossier& dossier, int visit) {
  v1::VisitStarted& started = *AddEvent(dossier).mutable_visit_started();
  started.set_step(v1::STEP_HYPOTHESIZE);
  started.set_visit(visit);
  const std::string id = "h" + std::to_string(dossier.hypotheses.size() + 1);
  v1::Event& settled = AddEvent(dossier);
  settled.mutable_step_settled()->set_step(v1::STEP_HYPOTHESIZE);
  settled.mutable_step_settled()->mutable_hypotheses()->set_active_id(id);
  for (const bool tried : {true, false}) {
    v1::Hypothesis& hypothesis = dossier.hypotheses.emplace_back();
    hypothesis.set_id("h" + std::to_string(dossier.hypotheses.size()));
    hypothesis.set_status(tried ? v1::HYPOTHESIS_STATUS_REFUTED : v1::HYPOTHESIS_STATUS_PROPOSED);
    hypothesis.set_mechanism(std::string(3000, 'm') + ": and so on");
    hypothesis.set_verdict_reason(std::string(20'000, 'r'));
    hypothesis.set_proposed_sequence(settled.sequence());
    hypothesis.mutable_location()->set_path("a.py");
    if (visit > kMeasuredVisits) continue;
    for (int arm = 0; arm < 100; ++arm) {
      v1::ArmMeasurement& measurement = *hypothesis.add_measurements();
      measurement.set_arm("i" + std::to_string(arm));
      for (const auto& [run_id, record] : dossier.effects) measurement.add_effect_ids(run_id);
    }
  }
}

// As much as a report may have to tell: thousands of events and hypotheses, and lines of 1 MiB.
inline Dossier LargeDossier() {
  Dossier dossier = HostileDossier();
  const std::string line(kLongLine, 'x');
  dossier.investigation.mutable_problem()->set_title(line);
  dossier.investigation.mutable_fix()->set_description(line);
  for (int i = 0; i < 1000; ++i) dossier.patch += "+" + line.substr(0, 5000) + "\n";
  dossier.regression_patch = dossier.patch;
  for (int i = 0; i < 300; ++i) dossier.path.push_back(dossier.path.front());
  for (std::int64_t id = 1000; id < 1600; ++id) AddRun(dossier, id, "arm/" + std::to_string(id));
  for (int visit = 1; visit <= kManyVisits; ++visit) AddVisit(dossier, visit);
  while (dossier.hypotheses.size() < kManyHypotheses) {
    v1::Hypothesis& hypothesis = dossier.hypotheses.emplace_back();
    hypothesis.set_id("h" + std::to_string(dossier.hypotheses.size()));
    hypothesis.set_status(v1::HYPOTHESIS_STATUS_PROPOSED);
    hypothesis.set_mechanism(line.substr(0, 1000));
    hypothesis.set_proposed_sequence(2);
  }
  for (int i = 0; i < 5000; ++i)
    AddEvent(dossier).mutable_steered()->set_note(line.substr(0, 1000));
  return dossier;
}

}  // namespace inquest::report
