#include "tests/power_cut/scenario.h"

#include <future>
#include <utility>

#include "tests/power_cut/simulated_files.h"
#include "tests/power_cut/simulated_vfs.h"
#include "tests/store/contract.h"

namespace inquest::store {

namespace {

// Half of the cuts fall into the first changes, when the database is being made.
constexpr std::uint64_t kCutWithinChanges = 500;
constexpr std::uint64_t kEarlyCutWithinChanges = 60;
// So small that the log is copied back and begun anew several times in a scenario.
constexpr int kCheckpointPages = 8;
// Sizes around those where the store changes its ways: one piece, several, a file.
constexpr std::size_t kSizes[] = {0, 40, 1008, 3000, 20'000, 140'000};
constexpr int kForeverMs = 3'600'000;
constexpr std::string_view kCites = "cites ";

std::string Name(std::uint64_t number) { return "i" + std::to_string(number); }

}  // namespace

Scenario::Scenario(std::uint64_t seed, SimulatedDisk::SyncSite lie, Idle idle)
    : random_(seed), lie_(lie), idle_(idle), disk_(std::make_unique<SimulatedDisk>()) {
  disk_->MakeDirectory("/disk");
  disk_->SyncDirectory("/", SimulatedDisk::SyncSite::kNone);
}

std::optional<std::string> Scenario::Run() {
  for (int round = 0; round < kRounds; ++round) {
    disk_->LieAbout(lie_);
    const bool early = round == 0 && Below(2) == 0;
    disk_->CutAt(
        static_cast<std::int64_t>(1 + Below(early ? kEarlyCutWithinChanges : kCutWithinChanges)));
    Work();
    sites_.merge(disk_->sites());
    disk_ = disk_->AfterCut(random_);
    std::optional<std::string> violation = Recover();
    if (violation) return "round " + std::to_string(round) + ": " + *violation;
  }
  return std::nullopt;
}

Result<std::unique_ptr<SqliteStore>> Scenario::Open(const std::string& vfs, FileLayer& files) {
  SqliteOptions options;
  options.directory = kSimulatedDirectory;
  options.compression = Compression::kNone;
  options.checkpoint_pages = kCheckpointPages;
  options.idle =
      idle_ == Idle::kNever ? std::chrono::milliseconds(kForeverMs) : std::chrono::milliseconds(0);
  options.vfs = vfs;
  options.files = &files;
  return SqliteStore::Open(options);
}

void Scenario::Work() {
  SimulatedVfs vfs(*disk_);
  SimulatedFiles files(*disk_);
  for (int restart = 0; restart < 2; ++restart) {
    Result<std::unique_ptr<SqliteStore>> store = Open(vfs.name(), files);
    if (!store.ok()) return;
    const std::uint64_t actions = Below(kActionsMax);
    for (std::uint64_t i = 0; i < actions; ++i) {
      if (!Act(**store)) return;
    }
    if (restart > 0) disk_->CutNow();  // before the store can close in peace
  }
}

bool Scenario::Act(Store& store) {
  switch (Below(4)) {
    case 0:
      return PutBatch(store);
    case 1:
      return AppendBurst(store);
    default:
      return AppendOnce(store);
  }
}

std::size_t Scenario::Plan(const std::string& id) {
  Attempt attempt{.id = id, .expected = 0, .events = {}};
  for (const Attempt& before : attempts_) {
    if (before.id == id) {
      attempt.expected = before.expected + static_cast<std::int64_t>(before.events.size());
    }
  }
  const std::uint64_t count = 1 + Below(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string event = "event " + std::to_string(random_());
    if (!durable_.empty() && Below(2) == 0) {
      event = std::string(kCites) + durable_[Below(durable_.size())];
    }
    attempt.events.push_back(std::move(event));
  }
  attempts_.push_back(std::move(attempt));
  return attempts_.size() - 1;
}

AppendRequest Scenario::RequestOf(const Attempt& attempt) const {
  AppendRequest request = Request(attempt.id, attempt.expected, attempt.events);
  const std::int64_t last = attempt.expected + static_cast<std::int64_t>(attempt.events.size());
  // Always exactly one effect is to be done, and its number is the last sequence.
  request.outbox = {
      {.investigation = attempt.id, .effect_id = last, .attempt = 1, .payload = "effect"}};
  request.outbox_done = {attempt.expected};
  request.request = {.request_id = attempt.id + "/" + std::to_string(last),
                     .body = Sha256(attempt.events.front()),
                     .investigation = ""};
  return request;
}

bool Scenario::AppendOnce(Store& store) {
  Attempt& attempt = attempts_[Plan(Name(Below(kInvestigations)))];
  attempt.acknowledged = AppendAndWait(store, RequestOf(attempt)).ok();
  return attempt.acknowledged;
}

// The appends that `done` submits wait together and share one transaction, every time.
bool Scenario::AppendBurst(Store& store) {
  std::vector<std::size_t> burst;
  for (int i = 0; i < kBurst; ++i) burst.push_back(Plan(Name(Below(kInvestigations))));
  std::promise<void> finished;
  int left = kBurst - 1;
  const auto count_down = [&] {
    if (--left == 0) finished.set_value();
  };
  store.Append(RequestOf(attempts_[burst[0]]), [&](Result<std::vector<JournalEvent>> first) {
    attempts_[burst[0]].acknowledged = first.ok();
    for (int i = 1; i < kBurst; ++i) {
      Attempt& attempt = attempts_[burst[static_cast<std::size_t>(i)]];
      store.Append(RequestOf(attempt), [&](Result<std::vector<JournalEvent>> result) {
        attempt.acknowledged = result.ok();
        count_down();
      });
    }
  });
  finished.get_future().get();
  for (const std::size_t index : burst) {
    if (!attempts_[index].acknowledged) return false;
  }
  return true;
}

bool Scenario::PutBatch(Store& store) {
  Batch& batch = batches_.emplace_back();
  const std::uint64_t count = 1 + Below(3);
  std::vector<std::string> bytes;
  for (std::uint64_t i = 0; i < count; ++i) {
    batch.artifacts.push_back({.size = kSizes[Below(std::size(kSizes))], .seed = random_()});
    bytes.push_back(Noise(batch.artifacts.back().size, batch.artifacts.back().seed));
  }
  std::vector<NewArtifact> artifacts;
  for (const std::string& one : bytes) artifacts.push_back({.bytes = one, .media_type = "x/y"});
  const auto put = store.PutAll(artifacts);
  batch.acknowledged = put.ok();
  if (!put.ok()) return false;
  for (const v1::Artifact& artifact : *put) durable_.push_back(artifact.digest());
  return true;
}

std::optional<std::string> Scenario::Recover() {
  SimulatedVfs vfs(*disk_);
  SimulatedFiles files(*disk_);
  Result<std::unique_ptr<SqliteStore>> store = Open(vfs.name(), files);
  if (!store.ok()) return "the store does not open: " + store.status().ToString();
  if (auto violation = CheckJournals(**store)) return violation;
  if (auto violation = CheckBatches(**store)) return violation;
  Attempt& more = attempts_[Plan(Name(0))];
  const auto appended = AppendAndWait(**store, RequestOf(more));
  if (!appended.ok()) return "no append after recovery: " + appended.status().ToString();
  more.acknowledged = true;
  return std::nullopt;
}

std::optional<std::string> Scenario::CheckJournals(Store& store) {
  for (std::uint64_t i = 0; i < kInvestigations; ++i) {
    if (auto violation = CheckJournal(store, Name(i))) return violation;
  }
  return std::nullopt;
}

// Every acknowledged attempt is there, once, whole, in order; after them whole attempts only.
std::optional<std::string> Scenario::CheckJournal(Store& store, const std::string& id) {
  std::vector<JournalEvent> found;
  const auto events = store.ReadEvents(id, 0, 1'000'000);
  if (events.ok()) {
    found = *events;
  } else if (events.status().code() != Code::kNotFound) {
    return events.status().ToString();
  }
  std::size_t at = 0;
  std::vector<Attempt> kept;
  for (Attempt& attempt : attempts_) {
    if (attempt.id != id) {
      kept.push_back(attempt);
      continue;
    }
    if (at == found.size()) {
      if (attempt.acknowledged)
        return "an acknowledged append to " + id + " is lost: expected sequence " +
               std::to_string(attempt.expected) + ", there are " + std::to_string(found.size());
      const auto request = store.FindRequest(RequestOf(attempt).request->request_id);
      if (!request.ok() || request->has_value()) return "a request id outlived its append";
      continue;
    }
    for (const std::string& event : attempt.events) {
      if (at == found.size()) return "half of an append to " + id + " is there";
      if (found[at++].payload != event) return "an event of " + id + " is another one";
    }
    const auto request = store.FindRequest(RequestOf(attempt).request->request_id);
    if (!request.ok() || !request->has_value()) return "a request id of " + id + " is lost";
    attempt.acknowledged = true;  // from now on it must stay
    kept.push_back(attempt);
  }
  if (at != found.size()) return "there are events of " + id + " that nobody appended";
  attempts_ = std::move(kept);
  for (const JournalEvent& event : found) {
    if (event.payload.rfind(kCites, 0) != 0) continue;
    const auto cited = store.ReadAll(event.payload.substr(kCites.size()));
    if (!cited.ok()) return "a cited artifact: " + cited.status().ToString();
  }
  if (found.empty()) return std::nullopt;
  return CheckRest(store, id, static_cast<std::int64_t>(found.size()));
}

std::optional<std::string> Scenario::CheckRest(Store& store, const std::string& id,
                                               std::int64_t last) {
  const auto head = store.GetHead(id);
  if (!head.ok() || head->last_sequence != last) return "the head of " + id + " is another one";
  const auto outbox = store.ReadOutbox(id);
  if (!outbox.ok() || outbox->size() != 1 || outbox->front().effect_id != last) {
    return "the outbox of " + id + " is not that of its last append";
  }
  return std::nullopt;
}

// Every acknowledged artifact is there verbatim; of the others a batch is there or is not.
std::optional<std::string> Scenario::CheckBatches(Store& store) {
  for (Batch& batch : batches_) {
    std::size_t present = 0;
    for (const Bytes& artifact : batch.artifacts) {
      const std::string bytes = Noise(artifact.size, artifact.seed);
      const auto read = store.ReadAll(Sha256(bytes).ToHex());
      if (read.ok() && *read != bytes) return "an artifact has other bytes";
      if (read.ok()) ++present;
      if (read.ok() || (!batch.acknowledged && read.status().code() == Code::kNotFound)) continue;
      return "an artifact: " + read.status().ToString();
    }
    // Empty artifacts are all the same one, which an earlier batch may have stored.
    std::size_t telling = 0;
    for (const Bytes& artifact : batch.artifacts) telling += artifact.size > 0 ? 1 : 0;
    if (present > batch.artifacts.size() - telling && present < telling) {
      return "half of a batch of artifacts is there";
    }
    if (present == batch.artifacts.size()) batch.acknowledged = true;
  }
  return std::nullopt;
}

}  // namespace inquest::store
