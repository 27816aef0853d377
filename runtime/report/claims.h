#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/report/dossier.h"

namespace inquest::report {

// A sentence of a report and the runs that it rests on. Texts are raw: they may quote evidence.
struct Claim {
  std::string text;
  std::vector<std::int64_t> effect_ids;
};

// The first clause of a text: up to a full stop or a colon outside of brackets, and never long.
std::string FirstClause(const std::string& text);
std::string Capital(std::string text);

// What was wrong and what became of it: two sentences.
std::vector<std::string> Summary(const Dossier& dossier);

// What the certificate proves, a claim for each condition of verify, with the statistics in words;
// empty without a certificate.
std::vector<Claim> ProofClaims(const Dossier& dossier);

// The runs of one arm of the proof, in the order in which they were made.
struct ArmRuns {
  std::string arm;
  std::vector<const v1::ProofRun*> runs;  // point into the certificate

  int failed() const;
};
// In the order in which the arms began.
std::vector<ArmRuns> ArmsOf(const v1::Certificate& certificate);

// A visit to a step, or what a person did: a row of the timeline.
struct Moment {
  std::int64_t sequence = 0;       // of its first event
  std::int64_t last_sequence = 0;  // of the event that settled it; 0: it is one event, or goes on
  std::int64_t began_us = 0;       // since 1970
  std::int64_t lasted_us = 0;      // 0: no duration
  std::string what;                // "reproduce", "steered", "ended"
  std::string result;              // "done", "refuted"; empty: none
  std::string message;
};
std::vector<Moment> Timeline(const Dossier& dossier);

}  // namespace inquest::report
