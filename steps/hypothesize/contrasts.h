#pragma once

#include <optional>

#include "inquest/v1/submission.pb.h"
#include "steps/action.h"
#include "steps/brief.h"
#include "steps/runs.h"

// Runs of the trigger on changed inputs, to learn what it does where the bug does not show.
namespace inquest::steps {

// The origin of a survey's patches that change what the trigger takes in: a data file, statements
// of the failing test. A survey is of these alone, or has none. They are no fixes. Their cost is
// the size of the input.
inline constexpr char kChangedInput[] = "changed-input";
// Of the effects that ran some of them, covered: contrast/CANDIDATE.
inline constexpr char kContrastKey[] = "contrast/";

bool AsksForContrasts(const v1::Submission& submission);

// Which of the inputs still show the bug and which do not; then covered runs of the largest that do
// not, which are the nearest to what fails, and of the smallest that do. Either there is something
// to want, or the runs are named in `survey`.
std::optional<Want> MakeContrasts(const Brief& brief, const Results& results,
                                  const v1::Submission& submission, v1::Survey& survey);

}  // namespace inquest::steps
