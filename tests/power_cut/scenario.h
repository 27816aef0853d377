#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "runtime/store/sqlite/sqlite_store.h"
#include "tests/power_cut/simulated_disk.h"

namespace inquest::store {

// One seeded life of a store on a simulated disk: work, a power cut somewhere in it, recovery, and
// the same again on what was left.
class Scenario {
 public:
  // kAfterEveryGroup: the log is emptied whenever the writer finds nothing to do. When that is
  // depends on the scheduler, so such a scenario need not do the same on the same seed.
  enum class Idle { kNever, kAfterEveryGroup };
  Scenario(std::uint64_t seed, SimulatedDisk::SyncSite lie, Idle idle = Idle::kNever);

  // What was violated, in words; none: everything held.
  std::optional<std::string> Run();
  // Where the store synced.
  const std::set<SimulatedDisk::SyncSite>& sites() const { return sites_; }

 private:
  static constexpr int kRounds = 2;
  static constexpr int kInvestigations = 3;
  static constexpr int kActionsMax = 30;
  static constexpr int kBurst = 4;

  // Events that were given to one Append.
  struct Attempt {
    std::string id;
    std::int64_t expected = 0;
    std::vector<std::string> events;
    bool acknowledged = false;
  };
  struct Bytes {
    std::size_t size = 0;
    std::uint64_t seed = 0;
  };
  // Artifacts that were given to one PutAll.
  struct Batch {
    std::vector<Bytes> artifacts;
    bool acknowledged = false;
  };

  std::uint64_t Below(std::uint64_t limit) { return random_() % limit; }
  Result<std::unique_ptr<SqliteStore>> Open(const std::string& vfs, FileLayer& files);

  void Work();
  // False: the power is gone.
  bool Act(Store& store);
  bool AppendOnce(Store& store);
  bool AppendBurst(Store& store);
  bool PutBatch(Store& store);
  std::size_t Plan(const std::string& id);
  AppendRequest RequestOf(const Attempt& attempt) const;

  std::optional<std::string> Recover();
  std::optional<std::string> CheckJournals(Store& store);
  std::optional<std::string> CheckJournal(Store& store, const std::string& id);
  std::optional<std::string> CheckRest(Store& store, const std::string& id, std::int64_t last);
  std::optional<std::string> CheckBatches(Store& store);

  std::mt19937_64 random_;
  SimulatedDisk::SyncSite lie_;
  Idle idle_;
  std::unique_ptr<SimulatedDisk> disk_;
  std::set<SimulatedDisk::SyncSite> sites_;
  std::vector<Attempt> attempts_;  // in the order of submission
  std::vector<Batch> batches_;
  std::vector<std::string> durable_;  // digests of acknowledged artifacts
};

}  // namespace inquest::store
