#include "runtime/investigators/builtin_hypotheses.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/investigators/builtin_bisection.h"
#include "runtime/investigators/builtin_combinations.h"
#include "runtime/investigators/builtin_contrasts.h"
#include "runtime/investigators/builtin_survey.h"
#include "runtime/investigators/suspicion.h"

namespace inquest::investigators {
namespace {

// Hypotheses of one visit; the next visit offers those after them.
constexpr std::size_t kHypothesesPerVisit = 20;
constexpr int kPathFramesLimit = 20;
// Suspects whose changes are looked at, to order the equally suspicious ones.
constexpr std::size_t kTestableLimit = 60;
// Scores that differ by less than one step are equal.
constexpr double kScoreSteps = 100;

v1::Location Place(const Suspect& suspect) { return LocationOf(suspect.path, suspect.statement); }

// What a change that the survey let pass says of a place counts for more than any suspicion.
constexpr double kPassedScore = 0.6;

// What the commit wrote that brought the bug comes before all else.
constexpr double kBlamedScore = 0.9;

double OwnScore(const Suspect& suspect, const v1::Survey& survey) {
  const auto passed = PassedAt(survey, Place(suspect));
  if (passed.empty()) return kPassedScore * std::clamp(suspect.score, 0.0, 1.0);
  constexpr double kLongestCost = 10;
  const double cost = std::min(passed.front()->cost(), kLongestCost);
  return kPassedScore + (1 - kPassedScore) * (1 - cost / kLongestCost);
}

double ScoreOf(const Suspect& suspect, const v1::Survey& survey) {
  const double own = OwnScore(suspect, survey);
  return suspect.blamed ? kBlamedScore + (1 - kBlamedScore) * own : kBlamedScore * own;
}

bool WasBlamed(const steps::Brief& brief, const Suspect& suspect) {
  return std::any_of(brief.hypotheses.begin(), brief.hypotheses.end(),
                     [&](const v1::Hypothesis& hypothesis) {
                       return hypothesis.location().path() == suspect.path &&
                              hypothesis.location().first_line() == suspect.statement.first_line;
                     });
}

std::string WhatFails(const Clues& clues, const steps::Brief& brief) {
  if (clues.failures.empty()) return "\"" + brief.target.test_command() + "\"";
  const v1::Failure& failure = clues.failures.front();
  std::string what = failure.test().empty() ? "the command" : failure.test();
  if (failure.kind().empty()) return what;
  const std::string& message = failure.message();
  what += " (" + failure.kind();
  if (!message.empty()) what += ": " + message.substr(0, message.find('\n'));
  return what + ")";
}

std::string Mechanism(const Suspect& suspect, const Clues& clues, const Culprits& culprits,
                      const v1::Survey& survey, const steps::Brief& brief) {
  const languages::Statement& statement = suspect.statement;
  std::string text =
      statement.subject + " at " + suspect.path + ":" + std::to_string(statement.first_line);
  if (!statement.function.empty()) text += " in " + statement.function;
  text += " is wrong and makes " + WhatFails(clues, brief) + " fail: ";
  if (clues.spectra.HasFailing()) {
    text += "it ran in " + std::to_string(suspect.counts.failed_ran) + " of " +
            std::to_string(clues.spectra.failing()) + " failing and " +
            std::to_string(suspect.counts.passed_ran) + " of " +
            std::to_string(clues.spectra.passing()) + " passing tests";
    if (suspect.in_traceback) text += ", and is in the traceback";
  } else {
    text += suspect.whole_program  ? "nothing points elsewhere in this small program"
            : suspect.in_traceback ? "it is in the traceback"
                                   : "it is in a function that the test calls";
  }
  const auto passed = PassedAt(survey, Place(suspect));
  if (!passed.empty()) {
    text += ", and of " + std::to_string(survey.tried()) + " small changes tried, " +
            std::to_string(passed.size()) +
            " here made it pass, the likeliest: " + passed.front()->description();
  }
  if (suspect.blamed) text += "; and " + culprits.told;
  return text + ". If it is the cause, some change of it makes the failure go away";
}

void AddPredicate(v1::ArmSelector arms, v1::Measurement measurement, v1::Comparison comparison,
                  double value, google::protobuf::RepeatedPtrField<v1::Predicate>* predicates) {
  v1::Predicate& predicate = *predicates->Add();
  predicate.set_arms(arms);
  predicate.set_measurement(measurement);
  predicate.set_comparison(comparison);
  predicate.set_value(value);
}

// True: the failure shows without a change, the place runs in every failing run, and some change
// there removes it. False: no change there removes it.
void Predict(const v1::Symptom& symptom, v1::Prediction& prediction) {
  constexpr double kAnyFailure = 1e-6;
  const bool always = symptom.failing_runs() == symptom.runs_size();
  AddPredicate(v1::ARM_SELECTOR_CONTROL, v1::MEASUREMENT_FAILURE_RATE, v1::COMPARISON_AT_LEAST,
               always ? 1 : kAnyFailure, prediction.mutable_if_true());
  if (!symptom.coverage_artifacts().empty()) {
    AddPredicate(v1::ARM_SELECTOR_CONTROL, v1::MEASUREMENT_LINE_EXECUTED_RATE,
                 v1::COMPARISON_AT_LEAST, 1, prediction.mutable_if_true());
  }
  AddPredicate(v1::ARM_SELECTOR_ANY_INTERVENTION, v1::MEASUREMENT_FAILURE_RATE,
               v1::COMPARISON_AT_MOST, 0, prediction.mutable_if_true());
  AddPredicate(v1::ARM_SELECTOR_EVERY_INTERVENTION, v1::MEASUREMENT_FAILURE_RATE,
               v1::COMPARISON_AT_LEAST, kAnyFailure, prediction.mutable_if_false());
}

Result<v1::Hypothesis> Claim(const Suspect& suspect, const Clues& clues, const Culprits& culprits,
                             const steps::Brief& brief, const v1::Survey& survey,
                             const TargetCode& code) {
  v1::Hypothesis hypothesis;
  hypothesis.set_mechanism(Mechanism(suspect, clues, culprits, survey, brief));
  *hypothesis.mutable_location() = Place(suspect);
  if (!clues.failures.empty()) {
    const v1::Failure& failure = clues.failures.front();
    for (const v1::Location& frame : failure.frames()) {
      if (hypothesis.trigger_path_size() < kPathFramesLimit) *hypothesis.add_trigger_path() = frame;
    }
    if (!failure.citation().quote().empty()) *hypothesis.add_citations() = failure.citation();
  }
  if (!clues.coverage_citation.quote().empty()) {
    *hypothesis.add_citations() = clues.coverage_citation;
  }
  TRY_ASSIGN(const std::string text, code.Read(suspect.path));
  *hypothesis.add_citations() =
      code.Cite(suspect.path, text, suspect.statement.first_line, suspect.statement.last_line);
  if (suspect.blamed) {
    for (const v1::Citation& citation : culprits.citations) *hypothesis.add_citations() = citation;
  }
  Predict(*brief.symptom, *hypothesis.mutable_prediction());
  hypothesis.set_score(ScoreOf(suspect, survey));
  return hypothesis;
}

// Those that were not blamed before and that some template can change: what nothing changes cannot
// be tested by a change. Of equally suspicious ones, the one with the likeliest change comes first.
Result<std::vector<const Suspect*>> Testable(const std::vector<Suspect>& suspects,
                                             const v1::Survey& survey, const steps::Brief& brief,
                                             const TargetCode& code) {
  std::vector<std::pair<const Suspect*, double>> ranked;
  for (const Suspect& suspect : suspects) {
    if (ranked.size() >= kTestableLimit) break;
    if (WasBlamed(brief, suspect)) continue;
    TRY_ASSIGN(const auto ideas, code.IdeasFor(Place(suspect), 1));
    if (!ideas.empty()) ranked.emplace_back(&suspect, ideas.front().edit.rank);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [&](const auto& a, const auto& b) {
    const auto order = [&](const auto& entry) {
      return std::pair(-std::round(ScoreOf(*entry.first, survey) * kScoreSteps), entry.second);
    };
    return order(a) < order(b);
  });
  std::vector<const Suspect*> testable;
  for (const auto& [suspect, rank] : ranked) testable.push_back(suspect);
  return testable;
}

}  // namespace

Result<v1::Submission> Hypothesize(const steps::Brief& brief, const v1::AskWork& ask,
                                   const TargetCode& code, std::stop_token stop) {
  v1::Submission submission;
  if (!brief.symptom.has_value()) {
    submission.set_nothing_because("nothing was observed yet");
    return submission;
  }
  TRY_ASSIGN(Clues clues, GatherClues(brief, code));
  TRY_ASSIGN(RecentChanges recent, RecentChanges::Open(brief, code.artifacts()));
  TRY_ASSIGN(auto past, AskBisection(brief, ask, clues, recent, code));
  if (past.has_value()) return *std::move(past);
  TRY_ASSIGN(auto contrasts, AskContrasts(brief, ask, clues, code));
  if (contrasts.has_value()) return *std::move(contrasts);
  TRY(ReadContrasts(brief, code, clues));
  TRY_ASSIGN(const Culprits culprits, ReadCulprits(brief, recent, code));
  recent.Blame(culprits.commits);
  TRY_ASSIGN(const std::vector<Suspect> suspects, RankSuspects(clues, recent, code, stop));
  TRY_ASSIGN(auto survey, NextSurvey(brief, ask, suspects, recent, code, stop));
  if (!survey.has_value()) {
    TRY_ASSIGN(survey, NextCombinations(brief, ask, suspects, recent, code, stop));
  }
  if (survey.has_value()) return *std::move(survey);
  TRY_ASSIGN(const auto testable, Testable(suspects, ask.survey(), brief, code));
  const std::set<int> refused = RefusedItems(ask);
  int item = 0;
  for (const Suspect* suspect : testable) {
    if (static_cast<std::size_t>(submission.hypotheses_size()) >= kHypothesesPerVisit) break;
    if (refused.contains(item++)) continue;
    TRY_ASSIGN(*submission.add_hypotheses(),
               Claim(*suspect, clues, culprits, brief, ask.survey(), code));
  }
  if (submission.hypotheses().empty()) {
    submission.set_nothing_because(suspects.empty()
                                       ? "nothing points at code of the target: no coverage, no "
                                         "frame, no function that a test "
                                         "names"
                                       : "every statement that the failing tests ran was tried");
  }
  return submission;
}

}  // namespace inquest::investigators
