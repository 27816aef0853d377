#include "runtime/report/words.h"

#include <algorithm>

#include "runtime/base/visible_text.h"

namespace inquest::report {
namespace {

constexpr std::size_t kTextMax = 160;

// STEP_OBSERVE with the prefix STEP_ is OBSERVE; a number that has no name, or the unspecified one,
// is empty.
std::string Bare(const std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix) || name.ends_with("_UNSPECIFIED")) return {};
  return name.substr(prefix.size());
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    if (c == '_') return ' ';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string OrUnknown(std::string text) { return text.empty() ? "unknown" : text; }

std::string Line(std::string_view text) { return OneLine(text, kTextMax); }

std::string WithReason(const std::string& what, const std::string& reason) {
  return reason.empty() ? what : what + ": " + Line(reason);
}

std::string DescribeAnalysis(const v1::AnalyseWork& work) {
  switch (work.analysis_case()) {
    case v1::AnalyseWork::kReadRuns:
      return "read the output of " + std::to_string(work.read_runs().runs_size()) + " runs";
    case v1::AnalyseWork::kLocationRan:
      return "look whether " + Line(work.location_ran().location().path()) + " ran";
    case v1::AnalyseWork::kSplitPatch:
      return "split the patch into hunks";
    case v1::AnalyseWork::kMakeConditionsConstant:
      return "make the patch's conditions constant";
    case v1::AnalyseWork::kWriteCertificate:
      return "write the certificate";
    case v1::AnalyseWork::kTracePath:
      return "trace the path to the failure";
    case v1::AnalyseWork::kMatchRuns:
      return "look what matches " + Line(work.match_runs().matches());
    default:
      return "analyse";
  }
}

std::string DescribeObservation(const v1::Observation& observation) {
  switch (observation.result_case()) {
    case v1::Observation::kAcquired:
      return "took a snapshot of " + std::to_string(observation.acquired().files()) + " files";
    case v1::Observation::kRun: {
      const v1::RunOutcome& run = observation.run();
      if (run.problem() != v1::RunOutcome::PROBLEM_UNSPECIFIED || run.phases().empty()) {
        return WithReason("no run", run.explanation());
      }
      const std::string ending = PhaseWords(run.phases(run.phases_size() - 1));
      return run.recalled_from().empty() ? ending : ending + " (recalled, not run again)";
    }
    case v1::Observation::kSubmission:
      return observation.submission().nothing_because().empty()
                 ? "the investigator answered"
                 : WithReason("the investigator has nothing",
                              observation.submission().nothing_because());
    case v1::Observation::kAnalysis:
      return "analysed";
    case v1::Observation::kFailure:
      return WithReason("failed (" + Line(observation.failure().reason()) + ")",
                        observation.failure().message());
    default:
      return "done";
  }
}

std::string DescribeSteering(const v1::Steered& steered) {
  switch (steered.what_case()) {
    case v1::Steered::kNote:
      return WithReason("a person noted", steered.note());
    case v1::Steered::kEvidence:
      return "a person added evidence " + Line(steered.evidence().digest());
    case v1::Steered::kHypothesis:
      return WithReason("a person proposed", steered.hypothesis().mechanism());
    case v1::Steered::kVeto:
      return "a person struck out " + Line(steered.veto());
    case v1::Steered::kBudget:
      return "a person changed the budget";
    default:
      return "steered";
  }
}

std::string DescribeEnd(const v1::Ended& ended) {
  return WithReason("ended with " + OutcomeWord(ended.outcome()) + " by " +
                        OrUnknown(EndedByWord(ended.ended_by())),
                    ended.message());
}

std::string DescribeSettlement(const v1::StepSettled& settled) {
  return WithReason(StepWord(settled.step()) + " " + SettlementWord(settled.settlement()),
                    settled.message());
}

}  // namespace

std::string StepWord(v1::Step step) { return OrUnknown(Lower(Bare(v1::Step_Name(step), "STEP_"))); }
std::string OutcomeWord(v1::Outcome outcome) {
  const std::string word = Bare(v1::Outcome_Name(outcome), "OUTCOME_");
  return word.empty() ? "NOTHING" : word;
}
std::string OutcomeWords(const v1::Investigation& investigation) {
  return OutcomeWord(investigation.outcome()) +
         (investigation.outcome_imported() ? ", imported" : "");
}
bool VerifiedHere(const v1::Investigation& investigation) {
  return investigation.outcome() == v1::OUTCOME_VERIFIED_FIX && !investigation.outcome_imported();
}
std::string EndedByWord(v1::EndedBy ended_by) {
  return Lower(Bare(v1::EndedBy_Name(ended_by), "ENDED_BY_"));
}
std::string StateWord(v1::State state) {
  return OrUnknown(Lower(Bare(v1::State_Name(state), "STATE_")));
}
std::string SettlementWord(v1::Settlement settlement) {
  return OrUnknown(Lower(Bare(v1::Settlement_Name(settlement), "SETTLEMENT_")));
}
std::string StatusWord(v1::HypothesisStatus status) {
  return OrUnknown(Lower(Bare(v1::HypothesisStatus_Name(status), "HYPOTHESIS_STATUS_")));
}

std::string FlowWord(v1::ValueFlow::Kind kind) {
  return OrUnknown(Lower(Bare(v1::ValueFlow::Kind_Name(kind), "KIND_")));
}

std::string PhaseWords(const v1::PhaseOutcome& phase) {
  const std::string name = Line(phase.name());
  switch (phase.ending()) {
    case v1::ENDING_EXITED:
      return name + " exited " + std::to_string(phase.exit_code());
    case v1::ENDING_SIGNALED:
      return name + " died of signal " + std::to_string(phase.signal());
    case v1::ENDING_TIMED_OUT:
      return name + " ran out of time";
    case v1::ENDING_CANCELLED:
      return name + " was cancelled";
    case v1::ENDING_LIMIT:
      return name + " hit its limit of " + Line(phase.limit());
    default:
      return name + " ended";
  }
}

std::string IdOf(const v1::Investigation& investigation) {
  return OneLine(investigation.name().substr(investigation.name().find('/') + 1), kTextMax);
}

std::string DescribeEffect(const v1::Effect& effect) {
  const std::string key = Line(effect.key());
  switch (effect.work_case()) {
    case v1::Effect::kAcquire:
      return "take a snapshot of the target";
    case v1::Effect::kRun: {
      const auto& phases = effect.run().phases();
      if (phases.empty()) return "run " + key;
      return WithReason("run " + key, phases[phases.size() - 1].shell_command());
    }
    case v1::Effect::kAsk:
      return "ask " + Line(effect.ask().investigator());
    case v1::Effect::kAnalyse:
      return DescribeAnalysis(effect.analyse());
    default:
      return key;
  }
}

std::string DescribeEvent(const v1::Event& event) {
  switch (event.kind_case()) {
    case v1::Event::kCreated:
      return WithReason("opened", event.created().problem().title());
    case v1::Event::kVisitStarted:
      return StepWord(event.visit_started().step()) + " begins (visit " +
             std::to_string(event.visit_started().visit()) + ")";
    case v1::Event::kEffectScheduled:
      return DescribeEffect(event.effect_scheduled().effect());
    case v1::Event::kEffectDenied:
      return WithReason("denied by " + Line(event.effect_denied().rule()),
                        event.effect_denied().message());
    case v1::Event::kEffectRetried:
      return WithReason("attempt " + std::to_string(event.effect_retried().attempt()) +
                            " of effect " + std::to_string(event.effect_retried().effect_id()),
                        event.effect_retried().reason());
    case v1::Event::kEffectCompleted:
      return "effect " + std::to_string(event.effect_completed().effect_id()) + ": " +
             DescribeObservation(event.effect_completed().observation());
    case v1::Event::kEffectAbandoned:
      return WithReason("effect " + std::to_string(event.effect_abandoned().effect_id()) +
                            " is not needed any more",
                        event.effect_abandoned().reason());
    case v1::Event::kStepSettled:
      return DescribeSettlement(event.step_settled());
    case v1::Event::kSteered:
      return DescribeSteering(event.steered());
    case v1::Event::kPaused:
      return "paused";
    case v1::Event::kResumed:
      return "resumed";
    case v1::Event::kRecovered:
      return WithReason("taken up again after a stop", event.recovered().reason());
    case v1::Event::kForked:
      return "forked from " + Line(event.forked().parent()) + " at event " +
             std::to_string(event.forked().parent_sequence());
    case v1::Event::kImported:
      return "imported: what came before was recorded by another machine";
    case v1::Event::kEnded:
      return DescribeEnd(event.ended());
    case v1::Event::kSubmissionRefused: {
      const auto& missing = event.submission_refused().missing();
      return WithReason("the gate refused the submission", missing.empty() ? "" : missing[0]);
    }
    default:
      return "an event that this version does not know";
  }
}

}  // namespace inquest::report
