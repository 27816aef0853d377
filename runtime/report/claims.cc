#include "runtime/report/claims.h"

#include <algorithm>
#include <cmath>

#include "runtime/machine/state.h"
#include "runtime/report/figures.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

constexpr std::size_t kSentenceMax = 300;
constexpr std::size_t kCommandMax = 120;

std::string Short(const std::string& text, std::size_t limit) {
  return text.size() <= limit ? text : text.substr(0, limit) + "...";
}

std::string Quoted(const std::string& command) { return "`" + Short(command, kCommandMax) + "`"; }

std::string Count(std::int64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string FailedOf(const ArmRuns& arm) {
  return std::to_string(arm.failed()) + " of " + std::to_string(arm.runs.size());
}

const ArmRuns* FindArm(const std::vector<ArmRuns>& arms, const std::string& name) {
  const auto found =
      std::find_if(arms.begin(), arms.end(), [&](const ArmRuns& arm) { return arm.arm == name; });
  return found == arms.end() ? nullptr : &*found;
}

void AddRuns(const ArmRuns* arm, Claim& claim) {
  if (arm == nullptr) return;
  for (const v1::ProofRun* run : arm->runs) claim.effect_ids.push_back(run->effect_id());
}

std::string CauseSentence(const Dossier& dossier) {
  const v1::Hypothesis* cause = dossier.CauseHypothesis();
  const std::string trigger = Quoted(dossier.investigation.target().test_command());
  if (cause == nullptr) return trigger + " fails, and its cause is not known.";
  const std::string clause = FirstClause(cause->mechanism());
  const std::string place = PlaceWords(cause->location());
  const bool names = clause.find(cause->location().path()) != std::string::npos;
  return Capital(clause) + (names || place.empty() ? "" : ", at " + place) + ".";
}

// What another machine says is told as that.
std::string Hearsay(const Dossier& dossier) {
  return dossier.investigation.outcome_imported()
             ? " So says the machine that it was imported from; here nothing of it was run."
             : "";
}

std::string FixSentence(const Dossier& dossier) {
  const std::vector<ArmRuns> arms = ArmsOf(*dossier.certificate);
  const ArmRuns* before = FindArm(arms, "before");
  const ArmRuns* after = FindArm(arms, "after");
  const ArmRuns* revert = FindArm(arms, "revert");
  std::string text = "Fixed: " + Short(dossier.investigation.fix().description(), kSentenceMax);
  if (before == nullptr || after == nullptr || revert == nullptr) return text + ".";
  return text + "; without it " + FailedOf(*before) + " runs failed, with it " + FailedOf(*after) +
         ", and " + FailedOf(*revert) + " again when it was taken back.";
}

std::string MissingSentence(const Dossier& dossier) {
  const v1::Investigation& investigation = dossier.investigation;
  if (!investigation.question().text().empty()) {
    return "A fix is at hand, and not called verified: " +
           Short(investigation.question().text(), kSentenceMax);
  }
  if (investigation.state() == v1::STATE_PAUSED) return "The investigation is paused.";
  if (investigation.state() != v1::STATE_ENDED) return "The investigation goes on.";
  const std::string why = FirstClause(investigation.ended_message());
  return "No fix is verified" + (why.empty() ? "" : ": " + why) + ".";
}

std::string SeenSentence(const Dossier& dossier) {
  const v1::Investigation& investigation = dossier.investigation;
  const std::string trigger = Quoted(investigation.target().test_command());
  const v1::Reproduction& reproduction = investigation.reproduction();
  if (reproduction.runs() > 0) {
    return trigger + " failed in isolation in " + std::to_string(reproduction.failures()) + " of " +
           std::to_string(reproduction.runs()) + " runs; its cause is not known.";
  }
  for (const auto& event : dossier.events) {
    const v1::Symptom& symptom = event->step_settled().symptom();
    if (symptom.runs().empty()) continue;
    return trigger + " failed in " + std::to_string(symptom.failing_runs()) + " of " +
           std::to_string(symptom.runs_size()) + " runs; it is not reproduced.";
  }
  return "Nothing is known yet of why " + trigger + " should fail.";
}

Claim RoundsClaim(const v1::Certificate& certificate, const std::vector<ArmRuns>& arms) {
  Claim claim;
  claim.text = "Before, after and taken back, in turn:";
  for (const char* name : {"before", "after", "revert"}) {
    const ArmRuns* arm = FindArm(arms, name);
    if (arm == nullptr) continue;
    claim.text += std::string(claim.text.ends_with(':') ? " " : ", ") + FailedOf(*arm) +
                  (arm->arm == "before"  ? " runs failed before"
                   : arm->arm == "after" ? " with the patch"
                                         : " with the patch taken back");
    AddRuns(arm, claim);
  }
  const double lower = certificate.reproduction().rate_lower();
  const double luck =
      std::min(1.0, std::max(1, certificate.candidates()) *
                        std::pow(1 - lower, static_cast<double>(certificate.runs_made())));
  claim.text += ". The bug shows in at least " + Percent(lower) +
                " of runs (95 % limit), so it would have passed " +
                Count(certificate.runs_made(), "clean run", "clean runs") +
                " by luck with probability " + (luck < 0.0005 ? "below 0.1 %" : Percent(luck)) +
                " at most, over " +
                Count(std::max(1, certificate.candidates()), "candidate", "candidates") +
                "; allowed is " + Percent(certificate.alpha()) + ", which takes " +
                std::to_string(certificate.runs_required()) + ".";
  return claim;
}

Claim RegressionClaim(const v1::Certificate& certificate, const std::vector<ArmRuns>& arms) {
  Claim claim;
  const ArmRuns* base = FindArm(arms, "regression-base");
  const ArmRuns* after = FindArm(arms, "regression-after");
  if (base == nullptr) base = FindArm(arms, "before");
  if (after == nullptr) after = FindArm(arms, "after");
  claim.text = "The regression test " + Quoted(certificate.fix().regression_command()) +
               " fails without the patch and passes with it";
  int left_out = 0;
  for (const ArmRuns& arm : arms) {
    if (!arm.arm.starts_with("without-hunk-")) continue;
    ++left_out;
    AddRuns(&arm, claim);
  }
  if (left_out > 0) {
    claim.text += "; left out one at a time, each of the " + std::to_string(certificate.hunks()) +
                  " hunks is missed by it";
  }
  claim.text += ".";
  AddRuns(base, claim);
  AddRuns(after, claim);
  return claim;
}

std::string Names(const google::protobuf::RepeatedPtrField<std::string>& names) {
  constexpr int kShown = 5;
  std::string text;
  for (int i = 0; i < std::min(kShown, names.size()); ++i) text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

Claim SuiteClaim(const v1::Certificate& certificate, const std::vector<ArmRuns>& arms) {
  Claim claim;
  claim.text = "Nothing else broke: " + Quoted(certificate.suite_command()) +
               " has no failure with the patch that it does not have without";
  if (!certificate.flaky_tests().empty()) {
    claim.text += "; failing now and then on both sides: " + Names(certificate.flaky_tests());
  }
  claim.text += ".";
  for (const ArmRuns& arm : arms) {
    if (arm.arm.starts_with("suite-")) AddRuns(&arm, claim);
  }
  return claim;
}

// The runs of the last visit to verify whose keys begin like this.
std::vector<std::int64_t> RunsOfVerify(const Dossier& dossier, std::string_view prefix) {
  std::int64_t began = 0;
  for (const auto& event : dossier.events) {
    if (event->visit_started().step() == v1::STEP_VERIFY) began = event->sequence();
  }
  std::vector<std::int64_t> ids;
  for (const auto& [id, record] : dossier.effects) {
    if (id < began || record.effect == nullptr || record.run() == nullptr) continue;
    if (record.effect->key().starts_with(prefix)) ids.push_back(id);
  }
  return ids;
}

void AddOther(const Dossier& dossier, std::vector<Claim>& claims) {
  const v1::Certificate& certificate = *dossier.certificate;
  if (certificate.rivals() > 0) {
    claims.push_back({"Not one of many: " +
                          Count(certificate.rivals(), "other patch passes", "other patches pass") +
                          " the same tests, and answered " +
                          Count(certificate.rival_inputs(), "input", "inputs") +
                          " (the tests' own and mutations of them) as this one does.",
                      RunsOfVerify(dossier, "inputs/")});
  }
  if (certificate.constant_conditions() > 0) {
    claims.push_back({"The conditions that the patch writes matter: held true and held false, " +
                          Count(certificate.constant_conditions(), "time", "times") +
                          " in all, something went otherwise.",
                      RunsOfVerify(dossier, "constant-")});
  }
  if (certificate.has_measured_change()) {
    const v1::MeasuredChange& change = certificate.measured_change();
    const bool memory = change.measurement() == v1::MEASUREMENT_PEAK_MEMORY_BYTES;
    const auto shown = [&](double value) {
      return memory ? ShowBytes(std::llround(value))
                    : ShowDuration(std::chrono::milliseconds(std::llround(value * 1000)));
    };
    claims.push_back({"The median " + std::string(memory ? "peak memory" : "wall time") +
                          " went from " + shown(change.before()) + " to " + shown(change.after()) +
                          "; a run without the patch needs more than one with it in " +
                          Percent(change.effect_size()) + " of pairs (Mann-Whitney p " +
                          Percent(change.p_value()) + ").",
                      claims[0].effect_ids});
  }
}

std::int64_t Us(const v1::Event& event) { return machine::EventTimeUs(event); }

// What a person or a restart did; empty: nothing for a timeline.
std::string Interruption(const v1::Event& event) {
  switch (event.kind_case()) {
    case v1::Event::kSteered:
    case v1::Event::kPaused:
    case v1::Event::kResumed:
    case v1::Event::kRecovered:
    case v1::Event::kForked:
    case v1::Event::kImported:
    case v1::Event::kEffectDenied:
    case v1::Event::kSubmissionRefused:
      return DescribeEvent(event);
    default:
      return {};
  }
}

}  // namespace

std::string Capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string FirstClause(const std::string& text) {
  int depth = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') depth = std::max(0, depth - 1);
    if (c == '\n') return Short(text.substr(0, i), kSentenceMax);
    if (depth == 0 && (c == '.' || c == ':') && text[i + 1] == ' ') {
      return Short(text.substr(0, i), kSentenceMax);
    }
  }
  std::string clause = Short(text, kSentenceMax);
  while (clause.ends_with('.')) clause.pop_back();
  return clause;
}

int ArmRuns::failed() const {
  return static_cast<int>(std::count_if(runs.begin(), runs.end(),
                                        [](const v1::ProofRun* run) { return run->failed(); }));
}

std::vector<ArmRuns> ArmsOf(const v1::Certificate& certificate) {
  std::vector<ArmRuns> arms;
  for (const v1::ProofRun& run : certificate.runs()) {
    auto arm = std::find_if(arms.begin(), arms.end(),
                            [&](const ArmRuns& known) { return known.arm == run.arm(); });
    if (arm == arms.end()) arm = arms.insert(arms.end(), ArmRuns{run.arm(), {}});
    arm->runs.push_back(&run);
  }
  return arms;
}

std::vector<std::string> Summary(const Dossier& dossier) {
  switch (dossier.investigation.outcome()) {
    case v1::OUTCOME_VERIFIED_FIX:
      if (dossier.certificate)
        return {CauseSentence(dossier), FixSentence(dossier) + Hearsay(dossier)};
      [[fallthrough]];
    case v1::OUTCOME_ROOT_CAUSE_SUPPORTED:
      return {CauseSentence(dossier), MissingSentence(dossier) + Hearsay(dossier)};
    default:
      return {SeenSentence(dossier), MissingSentence(dossier) + Hearsay(dossier)};
  }
}

std::vector<Claim> ProofClaims(const Dossier& dossier) {
  std::vector<Claim> claims;
  if (!dossier.certificate) return claims;
  const v1::Certificate& certificate = *dossier.certificate;
  const std::vector<ArmRuns> arms = ArmsOf(certificate);
  claims.push_back(RoundsClaim(certificate, arms));
  claims.push_back(RegressionClaim(certificate, arms));
  if (!certificate.suite_command().empty()) claims.push_back(SuiteClaim(certificate, arms));
  AddOther(dossier, claims);
  return claims;
}

std::vector<Moment> Timeline(const Dossier& dossier) {
  std::vector<Moment> moments;
  for (const auto& event : dossier.events) {
    Moment moment;
    moment.sequence = event->sequence();
    moment.began_us = Us(*event);
    if (event->has_visit_started()) {
      moment.what = StepWord(event->visit_started().step());
    } else if (event->has_step_settled()) {
      const v1::StepSettled& settled = event->step_settled();
      const auto visit = std::find_if(moments.rbegin(), moments.rend(), [&](const Moment& known) {
        return known.what == StepWord(settled.step());
      });
      if (visit == moments.rend()) continue;
      visit->last_sequence = event->sequence();
      visit->lasted_us = Us(*event) - visit->began_us;
      visit->result = SettlementWord(settled.settlement());
      visit->message = settled.message();
      continue;
    } else if (event->has_ended()) {
      moment.what = "ended";
      moment.result = OutcomeWord(event->ended().outcome());
      moment.message = event->ended().message();
    } else {
      moment.what = "event";
      moment.message = Interruption(*event);
      if (moment.message.empty()) continue;
    }
    moments.push_back(std::move(moment));
  }
  return moments;
}

}  // namespace inquest::report
