#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/event.pb.h"
#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "steps/action.h"

namespace inquest::steps {

// All that is known of an investigation, as steps and investigators see it: what was reported, what
// was learned, what fell. Part of the folded state; a value.
struct Brief {
  std::string investigation;  // id
  v1::Problem problem;
  v1::Target target;
  std::string investigator;
  std::int64_t wall_limit_seconds = 0;  // the budget's; 0: none

  v1::Acquired acquired;               // tree_digest empty: not taken yet
  std::optional<v1::Symptom> symptom;  // what observe delivered
  // The ledger: every hypothesis ever proposed, with its status. Refuted ones stay.
  std::vector<v1::Hypothesis> hypotheses;
  std::string active_hypothesis;  // id; empty: none
  std::optional<v1::Survey> survey;
  // What hypothesize observed in all its visits: submissions and runs.
  std::vector<Observed> explored;
  std::optional<v1::Reproduction> reproduction;
  std::optional<v1::Judgement> judgement;     // of the active hypothesis, once supported
  std::optional<v1::Fix> fix;                 // in hand for verify
  std::vector<std::string> rejected_patches;  // digests that fell in verify
  std::int32_t candidates_entered_verify = 0;

  std::vector<std::string> notes;  // steered by people
  std::vector<v1::Artifact> added_evidence;

  v1::Step step = v1::STEP_OBSERVE;
  std::int32_t visit = 0;        // pass through this step
  std::int32_t visit_total = 0;  // visits to hypothesize: iterations
  std::string needs_data;        // why observe is visited again
};

// The commands whose files judge a fix: the trigger's and the suite's.
std::vector<std::string> JudgingCommands(const Brief& brief);

// The hypothesis that is active, or nullptr.
const v1::Hypothesis* ActiveHypothesis(const Brief& brief);

}  // namespace inquest::steps
