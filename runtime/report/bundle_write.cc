#include <nlohmann/json.hpp>

#include "runtime/report/archive.h"
#include "runtime/report/bundle.h"
#include "runtime/report/bundle_layout.h"
#include "runtime/report/json_parts.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

using nlohmann::json;

constexpr int kEventsAtOnce = 500;
constexpr std::uint64_t kVarintBits = 7;

struct Journal {
  std::vector<v1::Event> events;
  std::string bytes;
  std::string chain;
};

void AppendVarint(std::uint64_t value, std::string& to) {
  while (value >= 1U << kVarintBits) {
    to += static_cast<char>((value & 0x7FU) | 0x80U);
    value >>= kVarintBits;
  }
  to += static_cast<char>(value);
}

Result<Journal> ReadJournal(const std::string& id, store::Store& store) {
  Journal journal;
  while (true) {
    TRY_ASSIGN(
        const auto page,
        store.ReadEvents(id, static_cast<std::int64_t>(journal.events.size()), kEventsAtOnce));
    for (const store::JournalEvent& row : page) {
      if (!journal.events.emplace_back().ParseFromString(row.payload)) {
        return Status(Code::kDataLoss, "JOURNAL_UNREADABLE",
                      "event " + std::to_string(row.sequence) + " of " + id + " cannot be read");
      }
      AppendVarint(row.payload.size(), journal.bytes);
      journal.bytes += row.payload;
      journal.chain = row.chain.ToHex();
    }
    if (page.size() < static_cast<std::size_t>(kEventsAtOnce)) return journal;
  }
}

// The manifest's entry, with why the bytes are not there, if they are not.
Result<json> Describe(const NamedArtifact& named, store::Store& store,
                      const BundleOptions& options) {
  TRY_ASSIGN(const Digest digest, DigestFromHex(named.digest));
  const Result<v1::Artifact> artifact = store.Describe(digest);
  if (!artifact.ok() && artifact.status().code() != Code::kNotFound) return artifact.status();
  json entry = {{"digest", named.digest}, {"withheld", nullptr}};
  if (!artifact.ok()) {
    entry["withheld"] = "the store does not have it";
    return entry;
  }
  entry["size_bytes"] = artifact->size_bytes();
  entry["media_type"] = artifact->media_type();
  if (options.withhold_outputs && named.output) entry["withheld"] = "what runs printed is withheld";
  return entry;
}

}  // namespace

Status WriteBundle(const std::string& id, store::Store& store, const BundleOptions& options,
                   const BundleSink& sink) {
  TRY_ASSIGN(const store::Head head, store.GetHead(id));
  TRY_ASSIGN(const Journal journal, ReadJournal(id, store));
  TRY_ASSIGN(const auto named, ArtifactsNamedBy(journal.events, store));
  json entries = json::array();
  for (const NamedArtifact& artifact : named) {
    TRY_ASSIGN(json entry, Describe(artifact, store, options));
    entries.push_back(std::move(entry));
  }
  const json manifest = {{"format", kBundleFormat},
                         {"version", kBundleVersion},
                         {"investigation", id},
                         {"title", head.title},
                         {"outcome", OutcomeWord(static_cast<v1::Outcome>(head.outcome))},
                         {"journal", {{"events", journal.events.size()}, {"chain", journal.chain}}},
                         {"artifacts", entries}};
  ArchiveWriter archive(sink);
  TRY(archive.Add(kManifestPath, DumpJson(manifest)));
  TRY(archive.Add(kJournalPath, journal.bytes));
  for (const json& entry : entries) {
    if (!entry.at("withheld").is_null()) continue;
    const std::string digest = entry.at("digest");
    TRY_ASSIGN(const std::string bytes, store.ReadAll(digest));
    TRY(archive.Add(kArtifactFolder + digest, bytes));
  }
  return archive.Finish();
}

}  // namespace inquest::report
