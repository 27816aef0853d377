#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/investigators/builtin_history.h"
#include "runtime/investigators/suspicion.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// A change at a suspicious place; the lower its cost, the likelier it is.
struct Change {
  PatchIdea idea;
  v1::Location at;
  double cost = 0;
};

// Rounds of surveys of single changes, each deeper into what templates know.
inline constexpr int kSurveyRounds = 4;

// What the templates offer in that round (from 0) at the suspicious places, likeliest first; in the
// first one also what takes recent work back. CANCELLED.
Result<std::vector<Change>> GatherChanges(const std::vector<Suspect>& suspects,
                                          RecentChanges& recent, const TargetCode& code, int round,
                                          const std::stop_token& stop);

// How many more trials the time for surveys allows.
std::size_t AffordableTrials(const steps::Brief& brief, const v1::Survey& survey);

// The changes as a submission; those of the items that were refused are left out.
Result<v1::Submission> SubmitSurvey(const std::vector<Change>& changes, const v1::AskWork& ask,
                                    const steps::Brief& brief, const TargetCode& code);

// Hypothesize: the changes to try next on the trigger, the likeliest at the most suspicious places
// first. Each round goes deeper into what templates know. Nothing: no (further) survey is worth its
// time, or the trigger does not fail every time, so that one clean run tells nothing.
Result<std::optional<v1::Submission>> NextSurvey(const steps::Brief& brief, const v1::AskWork& ask,
                                                 const std::vector<Suspect>& suspects,
                                                 RecentChanges& recent, const TargetCode& code,
                                                 const std::stop_token& stop);

// Of what a survey let pass, that at the place, likeliest first.
std::vector<const v1::Candidate*> PassedAt(const v1::Survey& survey, const v1::Location& at);

}  // namespace inquest::investigators
