#pragma once

#include <memory>
#include <string>

#include "runtime/report/dossier.h"

namespace inquest::report {

// A verified investigation in which every text is hostile.
inline constexpr char kHostile[] =
    "<script>alert('x')</script>\x1b[31m\u202e @someone `code` | \"q\"";

inline void AddRun(Dossier& dossier, std::int64_t id, const std::string& key) {
  auto scheduled = std::make_shared<v1::Event>();
  v1::Effect& effect = *scheduled->mutable_effect_scheduled()->mutable_effect();
  effect.set_id(id);
  effect.set_key(key);
  effect.mutable_run()->add_phases()->set_shell_command(kHostile);
  auto completed = std::make_shared<v1::Event>();
  completed->mutable_effect_completed()->set_effect_id(id);
  v1::PhaseOutcome& phase =
      *completed->mutable_effect_completed()->mutable_observation()->mutable_run()->add_phases();
  phase.set_name("test");
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_exit_code(1);
  phase.mutable_stdout()->set_digest(std::string(64, 'a'));
  phase.mutable_stdout()->set_size_bytes(9000);
  dossier.events.push_back(scheduled);
  dossier.events.push_back(completed);
  dossier.effects[id] = {&scheduled->effect_scheduled().effect(), &completed->effect_completed()};
}

inline void AddProof(Dossier& dossier) {
  v1::Certificate certificate;
  certificate.set_alpha(0.01);
  certificate.set_candidates(1);
  certificate.set_runs_required(2);
  certificate.set_runs_made(2);
  certificate.mutable_reproduction()->set_rate_lower(0.9);
  certificate.set_suite_command(kHostile);
  certificate.mutable_fix()->set_regression_command(kHostile);
  std::int64_t id = 10;
  for (int round = 0; round < 2; ++round) {
    for (const char* arm : {"before", "after", "revert"}) {
      v1::ProofRun& run = *certificate.add_runs();
      run.set_arm(arm);
      run.set_effect_id(id);
      run.set_failed(std::string(arm) != "after");
      AddRun(dossier, id, std::string("prove/") + arm);
      ++id;
    }
  }
  dossier.certificate = certificate;
}

inline Dossier HostileDossier() {
  Dossier dossier;
  v1::Investigation& investigation = dossier.investigation;
  investigation.set_name("investigations/abcdefghijklmnopqrst");
  investigation.mutable_problem()->set_title(kHostile);
  investigation.mutable_target()->set_test_command(kHostile);
  investigation.set_state(v1::STATE_ENDED);
  investigation.set_outcome(v1::OUTCOME_VERIFIED_FIX);
  investigation.set_ended_by(v1::ENDED_BY_DONE);
  investigation.mutable_fix()->set_hypothesis_id("h1");
  investigation.mutable_fix()->set_description(kHostile);
  v1::Hypothesis& hypothesis = dossier.hypotheses.emplace_back();
  hypothesis.set_id("h1");
  hypothesis.set_status(v1::HYPOTHESIS_STATUS_SUPPORTED);
  hypothesis.set_mechanism(kHostile);
  hypothesis.set_verdict_reason(kHostile);
  hypothesis.mutable_location()->set_path("shop/price list.py");
  hypothesis.mutable_location()->set_first_line(3);
  hypothesis.mutable_location()->set_last_line(4);
  v1::Citation& citation = *hypothesis.add_citations();
  citation.set_digest(std::string(64, 'a'));
  citation.set_begin_byte(5);
  citation.set_end_byte(25);
  citation.set_quote(kHostile);
  v1::PathStep& step = dossier.path.emplace_back();
  *step.mutable_location() = hypothesis.location();
  step.mutable_code()->set_quote("if rate > 1:\n    total = 0\n");
  dossier.cause = {2, "def f():\n    return 1\n    pass\n"};
  AddProof(dossier);
  dossier.excerpts[std::string(64, 'a')] = {kHostile, 0, 9000};
  dossier.patch =
      "diff --git a/shop/price list.py b/shop/price list.py\n--- a/shop/price list.py\n"
      "+++ b/shop/price list.py\n@@ -2,3 +2,4 @@\n def f():\n-    return 1\n+    return 2\n"
      "+    # ```<b>\n pass\n";
  dossier.chain = std::string(64, 'c');
  return dossier;
}

}  // namespace inquest::report
