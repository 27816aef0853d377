#include <gmock/gmock.h>

#include "runtime/base/log.h"
#include "runtime/store/sqlite/sqlite_store.h"
#include "tests/power_cut/simulated_files.h"
#include "tests/power_cut/simulated_vfs.h"
#include "tests/store/contract.h"

namespace inquest::store {
namespace {

using ::testing::SizeIs;
using Failure = SimulatedDisk::Failure;

// A store on a disk that fails when told to.
class StorageFailure : public ::testing::Test {
 protected:
  void SetUp() override {
    disk_.MakeDirectory("/disk");
    SqliteOptions options;
    options.directory = kSimulatedDirectory;
    options.idle = std::chrono::hours(1);
    options.vfs = vfs_.name();
    options.files = &files_;
    auto store = SqliteStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    store_ = *std::move(store);
    ASSERT_TRUE(Append(0).ok());
  }

  Status Append(std::int64_t expected) {
    return AppendAndWait(*store_, Request("i1", expected, {"event"})).status();
  }
  std::size_t EventCount() { return store_->ReadEvents("i1", 0, 100)->size(); }

  SimulatedDisk disk_;
  SimulatedVfs vfs_{disk_};
  SimulatedFiles files_{disk_};
  std::unique_ptr<SqliteStore> store_;
};

struct Expected {
  Failure failure;
  Code code;
  const char* reason;
};

class StorageFailureThatPasses : public StorageFailure,
                                 public ::testing::WithParamInterface<Expected> {};

TEST_P(StorageFailureThatPasses, FailsWritesWholeServesReadsAndWorksAfterwards) {
  disk_.FailWrites(GetParam().failure);
  const Status append = Append(1);
  const Status artifact = store_->Put("bytes", "text/plain").status();
  const std::size_t events_meanwhile = EventCount();
  disk_.FailWrites(Failure::kNone);
  const Status retried = Append(1);

  EXPECT_EQ(append.code(), GetParam().code) << append.ToString();
  EXPECT_EQ(append.reason(), GetParam().reason);
  EXPECT_EQ(artifact.reason(), GetParam().reason);
  EXPECT_EQ(events_meanwhile, 1);
  EXPECT_TRUE(retried.ok()) << retried.ToString();
  EXPECT_EQ(EventCount(), 2);
  EXPECT_EQ(store_->Describe(Sha256("bytes")).status().reason(), "ARTIFACT_NOT_FOUND");
}

INSTANTIATE_TEST_SUITE_P(
    Failures, StorageFailureThatPasses,
    ::testing::Values(Expected{Failure::kNoSpace, Code::kResourceExhausted, "DISK_FULL"},
                      Expected{Failure::kReadOnly, Code::kFailedPrecondition,
                               "READ_ONLY_FILE_SYSTEM"},
                      Expected{Failure::kIo, Code::kUnavailable, "STORE_IO_FAILED"}),
    [](const auto& expected) { return std::string(expected.param.reason); });

TEST_F(StorageFailure, AFailedSyncOfTheJournalStopsTheWriterForGood) {
  disk_.FailSyncs(Failure::kIo);
  const Status failed = Append(1);
  disk_.FailSyncs(Failure::kNone);

  const Status later = Append(1);

  EXPECT_EQ(failed.code(), Code::kDataLoss);
  EXPECT_EQ(failed.reason(), "JOURNAL_SYNC_FAILED");
  EXPECT_EQ(later.reason(), "JOURNAL_SYNC_FAILED");
  EXPECT_EQ(store_->Put("bytes", "text/plain").status().reason(), "JOURNAL_SYNC_FAILED");
  EXPECT_EQ(store_->RememberRun(Sha256("k"), Sha256("i"), {}).reason(), "JOURNAL_SYNC_FAILED");
  EXPECT_EQ(EventCount(), 1);
  EXPECT_EQ(store_->GetHead("i1")->last_sequence, 1);
}

TEST_F(StorageFailure, ALargeArtifactWhoseSyncFailedIsNotThere) {
  const std::string bytes = Noise(200'000, 1);
  disk_.FailSyncs(Failure::kIo);
  const Status failed = store_->Put(bytes, "text/plain").status();
  disk_.FailSyncs(Failure::kNone);
  const bool there_meanwhile = store_->Describe(Sha256(bytes)).ok();

  const Status retried = store_->Put(bytes, "text/plain").status();

  EXPECT_EQ(failed.code(), Code::kDataLoss) << failed.ToString();
  EXPECT_EQ(failed.reason(), "SYNC_FAILED");
  EXPECT_FALSE(there_meanwhile);
  EXPECT_TRUE(retried.ok()) << retried.ToString();
  EXPECT_TRUE(Append(1).ok());
  EXPECT_TRUE(*store_->ReadAll(Sha256(bytes).ToHex()) == bytes);
}

TEST_F(StorageFailure, AFullDiskFailsALargeArtifactAndLeavesNoFile) {
  const std::string bytes = Noise(200'000, 1);
  ASSERT_TRUE(store_->Put(Noise(200'000, 2), "text/plain").ok());
  disk_.FailWrites(Failure::kNoSpace);
  const Status failed = store_->Put(bytes, "text/plain").status();
  disk_.FailWrites(Failure::kNone);

  EXPECT_FALSE(failed.ok());
  EXPECT_THAT(disk_.List(std::string(kSimulatedDirectory) + "/blobs/incoming"), SizeIs(0));
  EXPECT_TRUE(store_->Put(bytes, "text/plain").ok());
}

}  // namespace
}  // namespace inquest::store
