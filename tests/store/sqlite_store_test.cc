#include "runtime/store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "runtime/base/file.h"
#include "runtime/store/rules.h"
#include "runtime/store/sqlite/schema.h"
#include "runtime/store/sqlite/writer.h"
#include "tests/store/backends.h"

namespace inquest::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SqliteOptions At(const TemporaryDirectory& directory) {
  SqliteOptions options;
  options.directory = directory.path();
  options.busy_timeout = std::chrono::milliseconds(1);
  return options;
}

std::unique_ptr<SqliteStore> MustOpen(const SqliteOptions& options) {
  auto store = SqliteStore::Open(options);
  EXPECT_TRUE(store.ok()) << store.status().ToString();
  return store.ok() ? *std::move(store) : nullptr;
}

std::string DatabaseOf(const TemporaryDirectory& directory) {
  return directory.path() + "/inquest.db";
}

TEST(SqliteStore, KeepsEverythingAcrossAReopening) {
  const TemporaryDirectory directory;
  const std::string large = Noise(500'000, 1);
  {
    const auto store = MustOpen(At(directory));
    AppendRequest request = Request("i1", 0, {"one", "two"});
    request.outbox = {{.investigation = "i1", .effect_id = 1, .attempt = 1, .payload = "effect"}};
    ASSERT_TRUE(AppendAndWait(*store, request).ok());
    ASSERT_TRUE(store->Put(large, "text/plain").ok());
    const RunMemory run{.outcome = "exit 0", .source = "i1/1"};
    ASSERT_TRUE(store->RememberRun(Sha256("key"), Sha256("same"), run).ok());
  }

  const auto store = MustOpen(At(directory));

  EXPECT_THAT(*store->ReadEvents("i1", 0, 10), SizeIs(2));
  EXPECT_THAT(*store->ReadOutbox("i1"), SizeIs(1));
  EXPECT_TRUE(*store->ReadAll(Sha256(large).ToHex()) == large);
  EXPECT_TRUE(AppendAndWait(*store, Request("i1", 2, {"three"})).ok());
  const RunMemory again{.outcome = "exit 0", .source = "i2/1"};
  ASSERT_TRUE(store->RememberRun(Sha256("key"), Sha256("same"), again).ok());
  EXPECT_TRUE(store->RecallRun(Sha256("key"))->has_value());
}

TEST(SqliteStore, IsHeldByOneProcessAndSaysByWhich) {
  const TemporaryDirectory directory;
  auto first = MustOpen(At(directory));

  const auto second = SqliteStore::Open(At(directory));

  EXPECT_EQ(second.status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(second.status().reason(), "STORE_IN_USE");
  EXPECT_THAT(second.status().message(), HasSubstr("process " + std::to_string(::getpid())));
  first.reset();
  EXPECT_TRUE(SqliteStore::Open(At(directory)).ok());
}

TEST(SqliteStore, MakesItsDirectoryForItsOwnerOnly) {
  const TemporaryDirectory directory;
  SqliteOptions options = At(directory);
  options.directory += "/a/b/";
  const auto store = MustOpen(options);

  const auto mode = std::filesystem::status(directory.path() + "/a/b").permissions();

  EXPECT_EQ(mode, std::filesystem::perms::owner_all);
}

TEST(SqliteStore, RefusesADatabaseOfANewerVersion) {
  const TemporaryDirectory directory;
  MustOpen(At(directory)).reset();
  RunSql(DatabaseOf(directory), "PRAGMA user_version = 99");

  const auto opened = SqliteStore::Open(At(directory));

  EXPECT_EQ(opened.status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(opened.status().reason(), "STORE_TOO_NEW");
  EXPECT_THAT(opened.status().message(), HasSubstr("version 99"));
}

TEST(SqliteStore, RefusesADatabaseOfAnotherProgramAndLeavesItAlone) {
  const TemporaryDirectory directory;
  RunSql(DatabaseOf(directory), "CREATE TABLE theirs (x)");
  const auto before = ReadFile(DatabaseOf(directory), 1 << 20);

  const auto opened = SqliteStore::Open(At(directory));

  EXPECT_EQ(opened.status().reason(), "NOT_A_STORE");
  EXPECT_EQ(*ReadFile(DatabaseOf(directory), 1 << 20), *before);
}

TEST(SqliteStore, RefusesAFileThatIsNoDatabase) {
  const TemporaryDirectory directory;
  std::ofstream(DatabaseOf(directory)) << std::string(10'000, 'x');

  const auto opened = SqliteStore::Open(At(directory));

  EXPECT_EQ(opened.status().code(), Code::kDataLoss);
  EXPECT_EQ(opened.status().reason(), "STORE_DAMAGED");
}

TEST(SqliteStore, AnotherProcessThatHoldsTheDatabaseFailsAppendsUntilItLetsGo) {
  const TemporaryDirectory directory;
  const auto store = MustOpen(At(directory));
  auto other = Database::Open(
      {.path = DatabaseOf(directory), .vfs = {}, .access = DatabaseOptions::Access::kReadWrite});
  ASSERT_TRUE(other.ok() && other->Execute("BEGIN IMMEDIATE").ok());

  const auto refused = AppendAndWait(*store, Request("i1", 0, {"one"}));
  ASSERT_TRUE(other->Execute("ROLLBACK").ok());
  const auto accepted = AppendAndWait(*store, Request("i1", 0, {"one"}));

  EXPECT_EQ(refused.status().code(), Code::kUnavailable);
  EXPECT_EQ(refused.status().reason(), "STORE_LOCKED");
  EXPECT_TRUE(accepted.ok());
}

TEST(SqliteStore, SaysBusyAtOnceWhenTooMuchWaits) {
  const TemporaryDirectory directory;
  auto store = MustOpen(At(directory));
  std::promise<void> entered;
  std::promise<void> release;
  store->Append(Request("first", 0, {"x"}), [&](auto) {
    entered.set_value();
    release.get_future().get();
  });
  entered.get_future().get();
  std::size_t written = 0;
  for (std::size_t i = 0; i < Writer::kQueueLimit; ++i) {
    store->Append(Request("i" + std::to_string(i), 0, {"x"}), [&](auto result) {
      if (result.ok()) ++written;
    });
  }

  Status refusal;
  store->Append(Request("late", 0, {"x"}), [&](auto result) { refusal = result.status(); });

  EXPECT_EQ(refusal.code(), Code::kResourceExhausted);
  EXPECT_EQ(refusal.reason(), "STORE_BUSY");
  release.set_value();
  store.reset();  // writes what is queued
  EXPECT_EQ(written, Writer::kQueueLimit);
}

TEST(SqliteStore, ADamagedHeadStopsItsOwnInvestigationOnly) {
  const TemporaryDirectory directory;
  const auto store = MustOpen(At(directory));
  ASSERT_TRUE(AppendAndWait(*store, Request("bad", 0, {"one"})).ok());
  RunSql(DatabaseOf(directory), "UPDATE investigation SET last_sequence = 7 WHERE uid = 'bad'");
  std::promise<Status> bad;
  std::promise<Status> good;
  // From within `done`, so that both are in one transaction.
  store->Append(Request("other", 0, {"x"}), [&](auto) {
    store->Append(Request("bad", 1, {"two"}), [&](auto r) { bad.set_value(r.status()); });
    store->Append(Request("good", 0, {"one"}), [&](auto r) { good.set_value(r.status()); });
  });

  // Together they fail, alone the head is read again.
  EXPECT_EQ(bad.get_future().get().reason(), "SEQUENCE_MISMATCH");
  EXPECT_TRUE(good.get_future().get().ok());
  EXPECT_THAT(*store->ReadEvents("good", 0, 10), SizeIs(1));
}

TEST(SqliteStore, NamesWhatIsMissingFromAJournal) {
  const std::array<std::pair<const char*, const char*>, 4> damages = {{
      {"DELETE FROM event WHERE sequence = 2", "sequence 2: the event is missing"},
      {"UPDATE event SET chain = zeroblob(32) WHERE sequence = 1", "sequence 1: its chain"},
      {"UPDATE investigation SET chain = zeroblob(32)", "sequence 3: the head names another"},
      {"UPDATE event SET previous = 77 WHERE sequence = 3", "sequence 2: the event is missing"},
  }};
  for (const auto& [sql, message] : damages) {
    const TemporaryDirectory directory;
    const auto store = MustOpen(At(directory));
    ASSERT_TRUE(AppendAndWait(*store, Request("i1", 0, {"one", "two", "three"})).ok());
    RunSql(DatabaseOf(directory), sql);

    const auto events = store->ReadEvents("i1", 0, 10);

    EXPECT_EQ(events.status().reason(), "JOURNAL_DAMAGED") << sql;
    EXPECT_THAT(events.status().message(), HasSubstr(message));
  }
}

TEST(SqliteStore, AMissingOrShortBlobFileIsADamagedArtifact) {
  const TemporaryDirectory directory;
  const auto store = MustOpen(At(directory));
  const std::string bytes = Noise(200'000, 3);
  const std::string hex = store->Put(bytes, "x/y")->digest();
  const std::string file = directory.path() + "/blobs/" + hex.substr(0, 2) + "/" + hex.substr(2);

  std::filesystem::resize_file(file, 100'000);
  const auto cut_short = store->ReadAll(hex);
  std::filesystem::remove(file);
  const auto missing = store->ReadAll(hex);

  EXPECT_EQ(cut_short.status().reason(), "ARTIFACT_DAMAGED");
  EXPECT_EQ(missing.status().reason(), "ARTIFACT_DAMAGED");
}

TEST(SqliteStore, RemovesHalfWrittenBlobsWhenItOpens) {
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory.path() + "/blobs/incoming");
  std::ofstream(directory.path() + "/blobs/incoming/half") << "half";

  MustOpen(At(directory)).reset();

  EXPECT_TRUE(std::filesystem::is_empty(directory.path() + "/blobs/incoming"));
}

TEST(SqliteStore, EmptiesItsLogWhenIdle) {
  const TemporaryDirectory directory;
  SqliteOptions options = At(directory);
  options.idle = std::chrono::milliseconds(0);
  const auto store = MustOpen(options);
  // Ten groups fill a megabyte unless the writer finds nothing to do in between; under load that
  // may take a few tries.
  constexpr int kTries = 100;
  std::uintmax_t log_bytes = std::size_t{1} << 20U;
  for (int i = 0; i < kTries && log_bytes >= std::size_t{1} << 20U; ++i) {
    for (int j = 0; j < 10; ++j) {
      ASSERT_TRUE(AppendAndWait(*store, Request("i1", i * 10 + j, {Noise(110'000, 1)})).ok());
    }
    log_bytes = std::filesystem::file_size(DatabaseOf(directory) + "-wal");
  }

  EXPECT_LT(log_bytes, std::size_t{1} << 20U);
}

// A process that is killed between two instructions keeps what it acknowledged.
TEST(SqliteStore, KeepsWhatAKilledProcessAcknowledged) {
  const TemporaryDirectory directory;
  std::int64_t expected = 0;
  for (int round = 0; round < 10; ++round) {
    std::array<int, 2> pipe_ends;
    ASSERT_EQ(::pipe(pipe_ends.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = SqliteStore::Open(At(directory));
      if (!store.ok()) ::_exit(1);
      for (std::int64_t next = expected;; ++next) {
        if (!AppendAndWait(**store, Request("i1", next, {std::to_string(next)})).ok()) ::_exit(1);
        if (::write(pipe_ends[1], "a", 1) != 1) ::_exit(1);
      }
    }
    ::close(pipe_ends[1]);
    // Kill it in the middle of its work, at another point each round.
    char acknowledged = 0;
    for (int i = 0; i <= round * 3; ++i) {
      ASSERT_EQ(::read(pipe_ends[0], &acknowledged, 1), 1);
      ++expected;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe_ends[0], &acknowledged, 1) == 1) ++expected;
    ::close(pipe_ends[0]);

    const auto store = MustOpen(At(directory));
    const auto events = store->ReadEvents("i1", 0, 1'000'000);
    ASSERT_TRUE(events.ok()) << events.status().ToString();
    const auto found = static_cast<std::int64_t>(events->size());
    EXPECT_GE(found, expected);
    EXPECT_LE(found, expected + 1);
    expected = found;
  }
}

TEST(Migrate, LeadsFromTheVersionBeforeToTheNextAndKeepsTheData) {
  const TemporaryDirectory directory;
  {
    const auto store = MustOpen(At(directory));
    ASSERT_TRUE(AppendAndWait(*store, Request("i1", 0, {"one"})).ok());
  }
  std::vector<std::string_view> next(Migrations().begin(), Migrations().end());
  next.push_back("ALTER TABLE investigation ADD COLUMN note TEXT NOT NULL DEFAULT 'none'");
  auto database = Database::Open(
      {.path = DatabaseOf(directory), .vfs = {}, .access = DatabaseOptions::Access::kReadWrite});
  ASSERT_TRUE(database.ok());

  ASSERT_TRUE(Migrate(*database, next).ok());
  ASSERT_TRUE(Migrate(*database, next).ok());  // there is nothing to do

  EXPECT_EQ(*database->QueryInt("PRAGMA user_version"), static_cast<std::int64_t>(next.size()));
  EXPECT_EQ(*database->QueryInt("SELECT count(*) FROM investigation WHERE note = 'none'"), 1);
}

TEST(Migrate, AFailedStepLeavesTheVersionBefore) {
  const TemporaryDirectory directory;
  MustOpen(At(directory)).reset();
  std::vector<std::string_view> next(Migrations().begin(), Migrations().end());
  next.push_back("CREATE TABLE fresh (x); INSERT INTO missing VALUES (1)");
  auto database = Database::Open(
      {.path = DatabaseOf(directory), .vfs = {}, .access = DatabaseOptions::Access::kReadWrite});
  ASSERT_TRUE(database.ok());

  EXPECT_FALSE(Migrate(*database, next).ok());

  EXPECT_EQ(*database->QueryInt("PRAGMA user_version"),
            static_cast<std::int64_t>(Migrations().size()));
  EXPECT_EQ(*database->QueryInt("SELECT count(*) FROM sqlite_schema WHERE name = 'fresh'"), 0);
  EXPECT_FALSE(database->in_transaction());
}

TEST(Migrate, MarksTheDatabaseAsOurs) {
  const TemporaryDirectory directory;
  MustOpen(At(directory)).reset();

  const auto header = ReadFile(DatabaseOf(directory), 1 << 20);

  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->substr(68, 4), "INQS");
}

}  // namespace
}  // namespace inquest::store
