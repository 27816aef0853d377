#pragma once

#include <optional>
#include <string>

#include "inquest/v1/submission.pb.h"
#include "steps/action.h"
#include "steps/brief.h"
#include "steps/runs.h"

namespace inquest::steps {

// More rounds than an investigator may ask for in one visit.
inline constexpr int kSurveyRoundsMost = 12;

// What the changes of a survey are judged by.
const v1::Oracle& SurveyOracle(const Brief& brief, const v1::Submission& submission);

// One round: which of the changes make the trigger, then the suite, pass. Either there is something
// to want, or `survey` has the round's findings added.
std::optional<Want> MakeSurvey(const Brief& brief, const Results& results, int round,
                               const v1::Submission& submission, v1::Survey& survey);

}  // namespace inquest::steps
