#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inquest/v1/event.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::report {

// What writer and reader of a bundle agree on.
inline constexpr char kManifestPath[] = "manifest.json";
inline constexpr char kJournalPath[] = "journal.bin";
inline constexpr char kArtifactFolder[] = "artifacts/";
inline constexpr char kBundleFormat[] = "inquest-bundle";
inline constexpr int kBundleVersion = 1;

// An artifact that a journal names, itself or by what it holds (a tree its files, a history its
// patches).
struct NamedArtifact {
  std::string digest;
  bool output = false;  // a run printed it or left it behind, and nothing else names it
};

// Each once, in the order in which they are named. Trees and histories that the store does not have
// are named themselves, and what they hold is not known.
Result<std::vector<NamedArtifact>> ArtifactsNamedBy(const std::vector<v1::Event>& events,
                                                    store::ArtifactStore& artifacts);

}  // namespace inquest::report
