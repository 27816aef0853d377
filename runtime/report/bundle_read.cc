#include <future>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "runtime/engine/case.h"
#include "runtime/report/archive.h"
#include "runtime/report/bundle.h"
#include "runtime/report/bundle_layout.h"
#include "runtime/store/rules.h"

namespace inquest::report {
namespace {

using nlohmann::json;

constexpr std::int64_t kManifestLimitBytes = std::int64_t{64} << 20U;
constexpr std::int64_t kTotalLimitBytes = std::int64_t{16} << 30U;
constexpr std::size_t kBatchBytes = std::size_t{8} << 20U;
constexpr std::size_t kBatchFiles = 256;

Status Bad(const std::string& what) { return {Code::kInvalidArgument, "BAD_BUNDLE", what}; }
Status Damaged(const std::string& what) { return {Code::kInvalidArgument, "BUNDLE_DAMAGED", what}; }

struct Manifest {
  std::string investigation;
  std::string chain;
  std::map<std::string, std::string> media_types;  // by digest
};

Result<Manifest> ParseManifest(const std::string& text) {
  const json read = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!read.is_object() || read.value("format", json()) != kBundleFormat) {
    return Bad("manifest.json is not that of an Inquest bundle");
  }
  if (read.value("version", json()) != kBundleVersion) {
    return Bad("the bundle is of another version than this program reads");
  }
  Manifest manifest;
  const json id = read.value("investigation", json());
  const json journal = read.value("journal", json::object());
  const json chain = journal.is_object() ? journal.value("chain", json()) : json();
  const json artifacts = read.value("artifacts", json());
  if (!id.is_string() || !chain.is_string() || !artifacts.is_array()) {
    return Bad("manifest.json lacks investigation, journal.chain or artifacts");
  }
  manifest.investigation = id;
  manifest.chain = chain;
  for (const json& artifact : artifacts) {
    const json digest = artifact.is_object() ? artifact.value("digest", json()) : json();
    const json media_type = artifact.is_object() ? artifact.value("media_type", json()) : json();
    if (!digest.is_string()) return Bad("manifest.json: an artifact without a digest");
    manifest.media_types[digest] = media_type.is_string() ? std::string(media_type) : std::string();
  }
  return manifest;
}

// The payloads, each after its length.
Result<std::vector<std::string>> SplitJournal(std::string_view bytes) {
  constexpr unsigned kVarintBits = 7;
  constexpr unsigned kLongest = 28;
  std::vector<std::string> payloads;
  while (!bytes.empty()) {
    std::size_t length = 0;
    bool more = true;
    for (unsigned shift = 0; more; shift += kVarintBits) {
      if (bytes.empty() || shift > kLongest) return Damaged("journal.bin is cut off");
      const auto byte = static_cast<unsigned char>(bytes[0]);
      length |= static_cast<std::size_t>(byte & 0x7FU) << shift;
      more = (byte & 0x80U) != 0;
      bytes.remove_prefix(1);
    }
    if (length > bytes.size()) return Damaged("journal.bin is cut off");
    payloads.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  if (payloads.empty()) return Damaged("journal.bin holds no event");
  return payloads;
}

// The journal as a draft for the store, folded as it would be on any start.
Result<std::shared_ptr<engine::Draft>> FoldJournal(std::vector<std::string> payloads) {
  auto draft = std::make_shared<engine::Draft>();
  for (std::string& payload : payloads) {
    auto event = std::make_shared<v1::Event>();
    if (!event->ParseFromString(payload)) {
      return Damaged("event " + std::to_string(draft->events.size() + 1) + " cannot be read");
    }
    draft->events.push_back(event);
    if (Status folded = machine::FoldInto(draft->state, draft->events.back()); !folded.ok()) {
      return Damaged("the events do not follow from each other: " + folded.message());
    }
    draft->payloads.push_back(std::move(payload));
  }
  return draft;
}

std::string ChainOf(const std::vector<std::string>& payloads) {
  Hasher hasher;
  Digest chain;
  for (const std::string& payload : payloads) chain = store::NextChain(hasher, chain, payload);
  return chain.ToHex();
}

// Takes artifacts as they come and puts them into the store a batch at a time.
class Taking {
 public:
  Taking(const Manifest& manifest, store::ArtifactStore& artifacts)
      : manifest_(manifest), artifacts_(artifacts) {}

  Status Take(const std::string& path, std::string bytes) {
    if (!path.starts_with(kArtifactFolder)) return Bad("there is a file " + path + " in it");
    const std::string digest = path.substr(std::string_view(kArtifactFolder).size());
    const auto named = manifest_.media_types.find(digest);
    if (named == manifest_.media_types.end())
      return Damaged("the manifest does not name " + digest);
    if (Sha256(bytes).ToHex() != digest) return Damaged("the bytes of " + digest + " are others");
    taken_.insert(digest);
    size_ += bytes.size();
    batch_.push_back({std::move(bytes), named->second});
    return batch_.size() >= kBatchFiles || size_ >= kBatchBytes ? Flush() : Status::Ok();
  }

  Status Flush() {
    std::vector<store::NewArtifact> artifacts;
    artifacts.reserve(batch_.size());
    for (const auto& [bytes, media_type] : batch_) artifacts.push_back({bytes, media_type});
    if (!artifacts.empty()) TRY(artifacts_.PutAll(artifacts).status());
    batch_.clear();
    size_ = 0;
    return Status::Ok();
  }

  const std::set<std::string>& taken() const { return taken_; }

 private:
  const Manifest& manifest_;
  store::ArtifactStore& artifacts_;
  std::vector<std::pair<std::string, std::string>> batch_;
  std::size_t size_ = 0;
  std::set<std::string> taken_;
};

// Whether the store has it already, with the same journal.
Result<bool> IsKnown(const engine::Draft& draft, store::Store& store) {
  const Result<store::Head> head = store.GetHead(draft.state.id);
  if (!head.ok()) {
    if (head.status().code() == Code::kNotFound) return false;
    return head.status();
  }
  const auto count = static_cast<int>(draft.payloads.size());
  TRY_ASSIGN(const auto there, store.ReadEvents(draft.state.id, 0, count));
  bool same = there.size() == draft.payloads.size();
  for (std::size_t i = 0; same && i < there.size(); ++i) {
    same = there[i].payload == draft.payloads[i];
  }
  if (same) return true;
  return Status(Code::kAlreadyExists, "INVESTIGATION_EXISTS",
                "there is an investigation " + draft.state.id + " here with another journal");
}

Status Append(store::Store& store, const engine::Draft& draft, TimeUs now_us) {
  std::promise<Status> appended;
  std::future<Status> answer = appended.get_future();
  store.Append(engine::ToAppend(draft, now_us), [&appended](const auto& result) {
    appended.set_value(result.ok() ? Status::Ok() : result.status());
  });
  return answer.get();
}

struct Contents {
  Manifest manifest;
  std::shared_ptr<engine::Draft> draft;
  std::set<std::string> taken;
};

Result<Contents> ReadContents(const BundleSource& source, store::Store& store) {
  ArchiveReader archive(source);
  std::string path;
  std::string bytes;
  Contents contents;
  TRY_ASSIGN(bool more, archive.Next(path, bytes, kManifestLimitBytes));
  if (!more || path != kManifestPath) return Bad("manifest.json does not come first");
  TRY_ASSIGN(contents.manifest, ParseManifest(bytes));
  TRY_ASSIGN(more, archive.Next(path, bytes, static_cast<std::int64_t>(store::kAppendLimitBytes)));
  if (!more || path != kJournalPath) return Bad("journal.bin does not come second");
  TRY_ASSIGN(std::vector<std::string> payloads, SplitJournal(bytes));
  if (ChainOf(payloads) != contents.manifest.chain) {
    return Damaged("the chain of the journal's hashes does not end where the manifest says");
  }
  TRY_ASSIGN(contents.draft, FoldJournal(std::move(payloads)));
  if (contents.draft->state.id != contents.manifest.investigation) {
    return Damaged("the journal is that of another investigation than the manifest says");
  }
  Taking taking(contents.manifest, store);
  std::int64_t total = 0;
  while (true) {
    TRY_ASSIGN(more, archive.Next(path, bytes, store::kArtifactLimitBytes));
    if (!more) break;
    total += static_cast<std::int64_t>(bytes.size());
    if (total > kTotalLimitBytes) {
      return Status(Code::kResourceExhausted, "BUNDLE_TOO_LARGE", "more than 16 GiB of artifacts");
    }
    TRY(taking.Take(path, std::move(bytes)));
    bytes.clear();
  }
  TRY(taking.Flush());
  contents.taken = taking.taken();
  return contents;
}

}  // namespace

Result<Imported> ReadBundle(const BundleSource& source, store::Store& store,
                            const std::string& principal, TimeUs now_us) {
  TRY_ASSIGN(const Contents contents, ReadContents(source, store));
  engine::Draft& draft = *contents.draft;
  Imported imported;
  imported.id = draft.state.id;
  imported.events = static_cast<std::int64_t>(draft.payloads.size());
  imported.artifacts = static_cast<std::int64_t>(contents.taken.size());
  std::vector<v1::Event> events;
  for (const auto& event : draft.events) events.push_back(*event);
  TRY_ASSIGN(const auto named, ArtifactsNamedBy(events, store));
  for (const NamedArtifact& artifact : named) {
    if (!contents.taken.contains(artifact.digest)) ++imported.withheld;
  }
  TRY_ASSIGN(imported.known, IsKnown(draft, store));
  if (imported.known) return imported;
  v1::Event taken;
  taken.mutable_imported()->set_principal(principal);
  TRY(engine::Extend(draft, std::move(taken), now_us));
  TRY(Append(store, draft, now_us));
  return imported;
}

}  // namespace inquest::report
