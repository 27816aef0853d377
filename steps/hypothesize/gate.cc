#include "steps/hypothesize/gate.h"

#include "steps/hypothesize/bisection.h"
#include "steps/hypothesize/contrasts.h"
#include "steps/runs.h"

namespace inquest::steps {
namespace {

constexpr int kHypothesesLimit = 100;
constexpr int kSurveyLimit = 4000;

// Why it could not be decided; empty: it can be.
std::string WhyUndecidable(const v1::Predicate& predicate) {
  if (predicate.arms() == v1::ARM_SELECTOR_UNSPECIFIED ||
      predicate.measurement() == v1::MEASUREMENT_UNSPECIFIED ||
      predicate.comparison() == v1::COMPARISON_UNSPECIFIED) {
    return "every predicate names arms, a measurement and a comparison";
  }
  const bool number = predicate.measurement() == v1::MEASUREMENT_WALL_SECONDS ||
                      predicate.measurement() == v1::MEASUREMENT_PEAK_MEMORY_BYTES;
  if (number && !(predicate.value() > 0)) return "a time or a size is compared with more than 0";
  if (!number && !(predicate.value() >= 0 && predicate.value() <= 1)) {
    return "a share is compared with a value in 0..1";
  }
  const bool value = predicate.measurement() == v1::MEASUREMENT_VALUE_MATCH_RATE;
  const bool output = predicate.measurement() == v1::MEASUREMENT_OUTPUT_MATCH_RATE;
  if ((value || output) && predicate.matches().empty()) return "what matches is a pattern";
  if (value && predicate.expression().empty()) return "a value is that of an expression";
  if (value && predicate.arms() != v1::ARM_SELECTOR_CONTROL) {
    return "values are looked at in the control: an intervention moves the lines";
  }
  return "";
}

std::string WhyUndecidable(const v1::Prediction& prediction) {
  for (const auto* list : {&prediction.if_true(), &prediction.if_false()}) {
    if (list->empty()) return "both cases need a predicate";
    for (const v1::Predicate& predicate : *list) {
      if (std::string why = WhyUndecidable(predicate); !why.empty()) return why;
    }
  }
  return "";
}

bool SamePlace(const v1::Location& a, const v1::Location& b) {
  return a.path() == b.path() && a.first_line() == b.first_line() && a.last_line() == b.last_line();
}

const v1::Hypothesis* Repeats(const Brief& brief, const v1::Hypothesis& hypothesis) {
  for (const v1::Hypothesis& known : brief.hypotheses) {
    const bool fell = known.status() == v1::HYPOTHESIS_STATUS_REFUTED ||
                      known.status() == v1::HYPOTHESIS_STATUS_VETOED;
    if (fell && SamePlace(known.location(), hypothesis.location()) &&
        known.mechanism() == hypothesis.mechanism()) {
      return &known;
    }
  }
  return nullptr;
}

void Judge(const Brief& brief, const v1::Hypothesis& hypothesis, int item,
           std::vector<v1::Defect>& defects) {
  const v1::Location& at = hypothesis.location();
  if (at.path().empty() || at.first_line() < 1 || at.last_line() < at.first_line()) {
    defects.push_back(
        MakeDefect(item, "LOCATION_MISSING", "name a file of the tree and a line range (1-based)"));
  }
  if (hypothesis.mechanism().empty()) {
    defects.push_back(MakeDefect(item, "MECHANISM_MISSING", "say how the failure comes about"));
  }
  if (hypothesis.citations().empty()) {
    defects.push_back(MakeDefect(item, "CITATION_MISSING", "cite at least one piece of evidence"));
  }
  if (const std::string why = WhyUndecidable(hypothesis.prediction()); !why.empty()) {
    defects.push_back(
        MakeDefect(item, "PREDICTION_MISSING",
                   "register what is measured if the hypothesis is true, and what if it is false: "
                   "arms, measurement, comparison, value; " +
                       why));
  }
  if (const v1::Hypothesis* fell = Repeats(brief, hypothesis)) {
    defects.push_back(
        MakeDefect(item, "REPEATS_REFUTED",
                   "repeats " + fell->id() + ", which fell: " + fell->verdict_reason()));
  }
}

}  // namespace

std::vector<v1::Defect> HypothesizeGate(const Brief& brief, const v1::Submission& submission) {
  std::vector<v1::Defect> defects;
  if (submission.survey_size() > kSurveyLimit) {
    defects.push_back(MakeDefect(0, "SURVEY_TOO_LARGE", "survey at most 4000 changes at a time"));
  }
  for (int i = 0; i < submission.survey_size(); ++i) {
    if (submission.survey(i).patch_digest().empty()) {
      defects.push_back(MakeDefect(i, "PATCH_MISSING", "a change to survey is a patch"));
    }
    const std::string& origin = submission.survey(i).origin();
    const bool past = origin == kPastTree;
    const bool input = origin == kChangedInput;
    if (past != IsBisection(submission) || input != AsksForContrasts(submission)) {
      defects.push_back(MakeDefect(i, "PAST_AND_CHANGES",
                                   "a survey is of past trees alone, of changed inputs alone, or "
                                   "of neither"));
    }
  }
  if (IsBisection(submission) && !submission.has_recipe() && !brief.reproduction.has_value()) {
    defects.push_back(MakeDefect(0, "ORACLE_MISSING", "say by a recipe how the bug shows"));
  }
  if (!submission.survey().empty()) return defects;
  if (submission.hypotheses().empty()) {
    defects.push_back(MakeDefect(0, "HYPOTHESIS_MISSING", "submit at least one hypothesis"));
  }
  if (submission.hypotheses_size() > kHypothesesLimit) {
    defects.push_back(MakeDefect(0, "TOO_MANY_HYPOTHESES", "submit at most 100 at a time"));
    return defects;
  }
  for (int i = 0; i < submission.hypotheses_size(); ++i) {
    Judge(brief, submission.hypotheses(i), i, defects);
  }
  return defects;
}

}  // namespace inquest::steps
