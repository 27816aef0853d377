#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inquest/v1/certificate.pb.h"
#include "inquest/v1/event.pb.h"
#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "runtime/store/store.h"

namespace inquest::report {

// An effect and what it brought back; both point into the dossier's events.
struct EffectRecord {
  const v1::Effect* effect = nullptr;
  const v1::EffectCompleted* completed = nullptr;  // nullptr: it did not complete

  // nullptr: no run, or none that completed.
  const v1::RunOutcome* run() const;
};

// A part of an artifact: its beginning, or where something cites it.
struct Excerpt {
  std::string bytes;       // raw; at most kExcerptBytes
  std::int64_t begin = 0;  // where in the artifact
  std::int64_t total_bytes = 0;
};
inline constexpr std::int64_t kExcerptBytes = 4096;

// Some lines of a source.
struct SourcePart {
  int first_line = 0;
  std::string text;
};

// All that a report tells of one investigation, read from its journal and its artifacts: whoever
// renders it needs nothing else. Can be moved, not copied: records point into events.
struct Dossier {
  v1::Investigation investigation;
  std::vector<v1::Hypothesis> hypotheses;  // in the order in which they were proposed
  std::vector<std::shared_ptr<const v1::Event>> events;
  std::map<std::int64_t, EffectRecord> effects;
  std::vector<v1::PathStep> path;  // how execution got to the failure, outermost first
  SourcePart cause;                // the lines around the cause; empty: none is known
  std::optional<v1::Certificate> certificate;
  std::string patch;                        // unified diff, raw; empty: none
  std::string regression_patch;             // the same, of the regression test
  std::map<std::string, Excerpt> excerpts;  // by digest: what is cited, and what the runs printed
  std::string chain;                        // of the last event, hexadecimal

  Dossier() = default;
  Dossier(Dossier&&) = default;
  Dossier& operator=(Dossier&&) = default;

  // The hypothesis that the fix rests on, else the supported one; nullptr: there is none.
  const v1::Hypothesis* CauseHypothesis() const;
  const EffectRecord* Find(std::int64_t effect_id) const;
};

// Reads it as it is now; blocks on I/O. NOT_FOUND (INVESTIGATION_NOT_FOUND); what the store fails
// with; DATA_LOSS (JOURNAL_UNREADABLE).
Result<Dossier> Gather(const std::string& id, store::Store& store, TimeUs now_us);

}  // namespace inquest::report
