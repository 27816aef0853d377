#include "runtime/store/sqlite/maintenance.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "runtime/store/rules.h"
#include "tests/store/backends.h"

namespace inquest::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void Nobody(std::int64_t /*done*/, std::int64_t /*of*/) {}

// A store with two investigations, and artifacts of all kinds: in a row, in pieces, in a file.
class MaintenanceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto store = Open();
    ASSERT_TRUE(AppendAndWait(*store, Request("i1", 0, {"one", "two"})).ok());
    ASSERT_TRUE(AppendAndWait(*store, Request("i2", 0, {"three"})).ok());
    for (const std::string& bytes : {small_, pieces_, large_}) {
      ASSERT_TRUE(store->Put(bytes, "text/plain").ok());
    }
  }

  std::unique_ptr<SqliteStore> Open(const std::string& at = {}) const {
    SqliteOptions options;
    options.directory = at.empty() ? directory_.path() : at;
    auto store = SqliteStore::Open(options);
    EXPECT_TRUE(store.ok()) << store.status().ToString();
    return store.ok() ? *std::move(store) : nullptr;
  }

  Result<Removed> Remove(const std::vector<std::string>& investigations,
                         const std::unordered_set<Digest>& named) const {
    auto maintenance = Maintenance::Open(directory_.path());
    EXPECT_TRUE(maintenance.ok()) << maintenance.status().ToString();
    return maintenance->Remove(investigations, named);
  }

  std::string FileOf(const std::string& bytes) const {
    const std::string hex = Sha256(bytes).ToHex();
    return directory_.path() + "/blobs/" + hex.substr(0, 2) + "/" + hex.substr(2);
  }

  const TemporaryDirectory directory_;
  const std::string small_ = "a few bytes";
  const std::string pieces_ = Noise(20'000, 1);
  const std::string large_ = Noise(500'000, 2);
};

TEST_F(MaintenanceTest, RemovesAnInvestigationAndWhatNobodyNames) {
  const auto removed = Remove({"i1"}, {Sha256(pieces_)});

  ASSERT_TRUE(removed.ok()) << removed.status().ToString();
  EXPECT_EQ(removed->investigations, 1);
  EXPECT_EQ(removed->artifacts, 2);
  EXPECT_EQ(removed->raw_bytes, static_cast<std::int64_t>(small_.size() + large_.size()));
  EXPECT_FALSE(std::filesystem::exists(FileOf(large_)));
  const auto store = Open();
  EXPECT_EQ(store->ReadEvents("i1", 0, 10).status().reason(), "INVESTIGATION_NOT_FOUND");
  EXPECT_THAT(*store->ReadEvents("i2", 0, 10), SizeIs(1));
  EXPECT_EQ(*store->ReadAll(Sha256(pieces_).ToHex()), pieces_);
  EXPECT_EQ(store->Describe(Sha256(small_)).status().reason(), "ARTIFACT_NOT_FOUND");
}

TEST_F(MaintenanceTest, WhatWasRemovedCanComeBack) {
  ASSERT_TRUE(Remove({"i1"}, {}).ok());

  const auto store = Open();

  EXPECT_TRUE(AppendAndWait(*store, Request("i1", 0, {"anew"})).ok());
  EXPECT_TRUE(store->Put(large_, "text/plain").ok());
  EXPECT_EQ(*store->ReadAll(Sha256(large_).ToHex()), large_);
  EXPECT_TRUE(AppendAndWait(*store, Request("i2", 1, {"more"})).ok());
}

TEST_F(MaintenanceTest, ForgetsARunOfAnInvestigationThatIsGone) {
  const auto remember = [&](const std::string& key, const std::string& source) {
    const RunMemory run{.outcome = "exit 0", .source = source};
    EXPECT_TRUE(Open()->RememberRun(Sha256(key), Sha256("same"), run).ok());
  };
  for (const char* effect : {"1", "2"}) {
    remember("gone", std::string("i1/") + effect);
    remember("stays", std::string("i2/") + effect);
  }
  ASSERT_TRUE(Open()->RecallRun(Sha256("gone"))->has_value());

  ASSERT_TRUE(Remove({"i1"}, {}).ok());

  EXPECT_FALSE(Open()->RecallRun(Sha256("gone"))->has_value());
  EXPECT_TRUE(Open()->RecallRun(Sha256("stays"))->has_value());
}

TEST_F(MaintenanceTest, RemovesFilesThatACrashLeftWithoutARow) {
  const std::string left = FileOf("no row names these bytes");
  std::filesystem::create_directories(std::filesystem::path(left).parent_path());
  std::ofstream(left) << "no row names these bytes";

  ASSERT_TRUE(Remove({}, {Sha256(small_), Sha256(pieces_), Sha256(large_)}).ok());

  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_TRUE(std::filesystem::exists(FileOf(large_)));
}

TEST_F(MaintenanceTest, IsRefusedWhileADaemonHasTheStore) {
  const auto held = Open();

  EXPECT_EQ(Maintenance::Open(directory_.path()).status().reason(), "STORE_IN_USE");
}

TEST_F(MaintenanceTest, VacuumGivesSpaceBack) {
  auto maintenance = Maintenance::Open(directory_.path());
  ASSERT_TRUE(maintenance->Remove({"i1", "i2"}, {}).ok());
  const std::int64_t before = *maintenance->DatabaseBytes();

  ASSERT_TRUE(maintenance->Vacuum().ok());

  EXPECT_LT(*maintenance->DatabaseBytes(), before);
}

TEST_F(MaintenanceTest, NoStoreIsMadeWhereThereIsNone) {
  const TemporaryDirectory empty;

  EXPECT_EQ(Maintenance::Open(empty.path()).status().reason(), "NO_STORE");
  EXPECT_EQ(CheckStore(empty.path(), Nobody).status().reason(), "NO_STORE");
  EXPECT_EQ(BackUp(empty.path(), empty.path() + "/b", Nobody).status().reason(), "NO_STORE");
  EXPECT_TRUE(std::filesystem::is_empty(empty.path()));
}

TEST_F(MaintenanceTest, ABackupOfAStoreInUseIsAStore) {
  const auto store = Open();
  const TemporaryDirectory elsewhere;
  const std::string into = elsewhere.path() + "/backup";

  const auto done = BackUp(directory_.path(), into, Nobody);

  ASSERT_TRUE(done.ok()) << done.status().ToString();
  EXPECT_EQ(done->artifacts_as_files, 1);
  EXPECT_EQ(std::filesystem::status(into + "/inquest.db").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  ASSERT_TRUE(AppendAndWait(*store, Request("i1", 2, {"after it"})).ok());
  const auto copy = Open(into);
  EXPECT_THAT(*copy->ReadEvents("i1", 0, 10), SizeIs(2));
  EXPECT_EQ(*copy->ReadAll(Sha256(large_).ToHex()), large_);
  EXPECT_EQ(BackUp(directory_.path(), into, Nobody).status().reason(), "BACKUP_EXISTS");
}

TEST_F(MaintenanceTest, CheckReadsEverything) {
  const auto checked = CheckStore(directory_.path(), Nobody);

  ASSERT_TRUE(checked.ok()) << checked.status().ToString();
  EXPECT_EQ(checked->investigations, 2);
  EXPECT_EQ(checked->events, 3);
  EXPECT_EQ(checked->artifacts, 3);
  EXPECT_EQ(checked->raw_bytes,
            static_cast<std::int64_t>(small_.size() + pieces_.size() + large_.size()));
  EXPECT_THAT(checked->problems, IsEmpty());
}

TEST_F(MaintenanceTest, CheckNamesADamagedFile) {
  std::fstream file(FileOf(large_), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(1000);
  file.put('\0').put('\1').put('\2');
  file.close();

  const auto checked = CheckStore(directory_.path(), Nobody);

  ASSERT_TRUE(checked.ok()) << checked.status().ToString();
  EXPECT_THAT(checked->problems, ElementsAre(HasSubstr(Sha256(large_).ToHex())));
  EXPECT_EQ(checked->artifacts, 3);
}

TEST_F(MaintenanceTest, CheckNamesAChangedEvent) {
  RunSql(directory_.path() + "/inquest.db", "UPDATE event SET payload = x'00' WHERE sequence = 2");

  const auto checked = CheckStore(directory_.path(), Nobody);

  ASSERT_TRUE(checked.ok()) << checked.status().ToString();
  EXPECT_THAT(checked->problems, ElementsAre(HasSubstr("investigation i1")));
}

}  // namespace
}  // namespace inquest::store
