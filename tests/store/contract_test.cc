#include "tests/store/contract.h"

#include <gmock/gmock.h>

#include <thread>

#include "runtime/store/rules.h"
#include "tests/store/backends.h"

namespace inquest::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_P(StoreContract, AppendsAndReadsBackInOrderWithTheChain) {
  const auto appended = AppendAndWait(store(), Request("i1", 0, {"one", "two"}));
  ASSERT_TRUE(appended.ok()) << appended.status().ToString();
  ASSERT_TRUE(AppendAndWait(store(), Request("i1", 2, {std::string("th\0ree", 6), ""})).ok());

  const auto events = store().ReadEvents("i1", 0, 100);

  ASSERT_TRUE(events.ok()) << events.status().ToString();
  ASSERT_THAT(*events, SizeIs(4));
  EXPECT_EQ((*events)[2].payload, std::string("th\0ree", 6));
  EXPECT_EQ((*events)[2].recorded_at_us, 1002);
  EXPECT_EQ((*events)[3].sequence, 4);
  EXPECT_EQ((*events)[0].chain, Sha256(std::string(32, '\0') + "one"));
  Hasher hasher;
  EXPECT_EQ((*events)[1].chain, NextChain(hasher, (*events)[0].chain, "two"));
  EXPECT_EQ((*appended)[1].chain, (*events)[1].chain);
}

TEST_P(StoreContract, ReadsAnyStretchOfALongJournal) {
  std::vector<std::string> all;
  for (int i = 1; i <= 200; ++i) {
    all.push_back("event " + std::to_string(i));
    ASSERT_TRUE(AppendAndWait(store(), Request("i1", i - 1, {all.back()})).ok());
    ASSERT_TRUE(AppendAndWait(store(), Request("other", i - 1, {"x"})).ok());
  }

  for (const auto& [after, limit] :
       {std::pair{0, 200}, std::pair{0, 1}, std::pair{63, 1}, std::pair{64, 64}, std::pair{100, 7},
        std::pair{127, 2}, std::pair{128, 500}, std::pair{191, 9}, std::pair{199, 1}}) {
    const auto events = store().ReadEvents("i1", after, limit);
    ASSERT_TRUE(events.ok()) << events.status().ToString();
    ASSERT_THAT(*events, SizeIs(std::min(limit, 200 - after)));
    for (std::size_t i = 0; i < events->size(); ++i) {
      EXPECT_EQ((*events)[i].payload, all[static_cast<std::size_t>(after) + i]);
    }
  }
  EXPECT_THAT(*store().ReadEvents("i1", 200, 10), IsEmpty());
  EXPECT_THAT(*store().ReadEvents("i1", 9999, 10), IsEmpty());
  EXPECT_THAT(*store().ReadEvents("i1", 0, 0), IsEmpty());
}

TEST_P(StoreContract, RefusesAStaleSequenceAndWritesNothing) {
  ASSERT_TRUE(AppendAndWait(store(), Request("i1", 0, {"one"})).ok());

  for (const std::int64_t expected : {0, 2}) {
    AppendRequest stale = Request("i1", expected, {"never"});
    stale.outbox = {{.investigation = "i1", .effect_id = 1, .attempt = 1, .payload = "x"}};
    stale.head.title = "never";
    const auto result = AppendAndWait(store(), stale);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.status().code(), Code::kAborted);
    EXPECT_EQ(result.status().reason(), "SEQUENCE_MISMATCH");
  }
  const auto missing = AppendAndWait(store(), Request("i2", 1, {"never"}));
  EXPECT_EQ(missing.status().reason(), "SEQUENCE_MISMATCH");

  EXPECT_THAT(*store().ReadEvents("i1", 0, 10), SizeIs(1));
  EXPECT_EQ(store().GetHead("i1")->title, "title of i1");
  EXPECT_THAT(*store().ReadOutbox("i1"), IsEmpty());
  EXPECT_EQ(store().GetHead("i2").status().reason(), "INVESTIGATION_NOT_FOUND");
}

TEST_P(StoreContract, RefusesAMalformedAppend) {
  for (const AppendRequest& bad :
       {Request("", 0, {"one"}), Request("i1", 0, {}), Request("i1", -1, {"one"}),
        Request("i1", 0, {std::string(kEventLimitBytes + 1, 'x')}),
        Request("i1", 0, std::vector<std::string>(kEventsPerAppendLimit + 1, "x"))}) {
    const auto result = AppendAndWait(store(), bad);
    EXPECT_EQ(result.status().code(), Code::kInvalidArgument);
    EXPECT_EQ(result.status().reason(), "BAD_APPEND");
  }
}

TEST_P(StoreContract, KeepsTheHeadOfTheLastAppend) {
  AppendRequest first = Request("i1", 0, {"one"});
  first.recorded_at_us = 10;
  ASSERT_TRUE(AppendAndWait(store(), first).ok());
  AppendRequest second = Request("i1", 1, {"two", "three"});
  second.recorded_at_us = 20;
  second.head = {.id = "ignored",
                 .title = "new",
                 .state = 4,
                 .step = 3,
                 .outcome = 2,
                 .ended_by = 1,
                 .last_sequence = 77,
                 .created_at_us = 77,
                 .updated_at_us = 77,
                 .chain = {}};
  const auto appended = AppendAndWait(store(), second);
  ASSERT_TRUE(appended.ok());

  const auto head = store().GetHead("i1");

  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->id, "i1");
  EXPECT_EQ(head->title, "new");
  EXPECT_EQ(head->state, 4);
  EXPECT_EQ(head->step, 3);
  EXPECT_EQ(head->outcome, 2);
  EXPECT_EQ(head->ended_by, 1);
  EXPECT_EQ(head->last_sequence, 3);
  EXPECT_EQ(head->created_at_us, 10);
  EXPECT_EQ(head->updated_at_us, 20);
  EXPECT_EQ(head->chain, appended->back().chain);
}

TEST_P(StoreContract, KeepsOutboxRowsUntilTheyAreDone) {
  AppendRequest first = Request("i1", 0, {"one"});
  first.outbox = {{.investigation = "i1", .effect_id = 2, .attempt = 1, .payload = "second"},
                  {.investigation = "i1", .effect_id = 1, .attempt = 1, .payload = "first"}};
  ASSERT_TRUE(AppendAndWait(store(), first).ok());
  AppendRequest next = Request("i1", 1, {"two"});
  next.outbox = {{.investigation = "i1", .effect_id = 2, .attempt = 2, .payload = "again"}};
  next.outbox_done = {1, 99};
  ASSERT_TRUE(AppendAndWait(store(), next).ok());

  const auto rows = store().ReadOutbox("i1");

  ASSERT_TRUE(rows.ok());
  ASSERT_THAT(*rows, SizeIs(1));
  EXPECT_EQ((*rows)[0].investigation, "i1");
  EXPECT_EQ((*rows)[0].effect_id, 2);
  EXPECT_EQ((*rows)[0].attempt, 2);
  EXPECT_EQ((*rows)[0].payload, "again");
  EXPECT_EQ(store().ReadOutbox("none").status().reason(), "INVESTIGATION_NOT_FOUND");
}

TEST_P(StoreContract, RecordsARequestIdOnce) {
  AppendRequest first = Request("i1", 0, {"one"});
  first.request = {.request_id = "r1", .body = Sha256("body"), .investigation = ""};
  ASSERT_TRUE(AppendAndWait(store(), first).ok());
  AppendRequest again = Request("i2", 0, {"never"});
  again.request = {.request_id = "r1", .body = Sha256("other"), .investigation = ""};

  const auto refused = AppendAndWait(store(), again);

  EXPECT_EQ(refused.status().code(), Code::kAlreadyExists);
  EXPECT_EQ(refused.status().reason(), "REQUEST_ID_REUSED");
  EXPECT_FALSE(store().GetHead("i2").ok());
  const auto record = store().FindRequest("r1");
  ASSERT_TRUE(record.ok() && record->has_value());
  EXPECT_EQ((*record)->body, Sha256("body"));
  EXPECT_EQ((*record)->investigation, "i1");
  EXPECT_FALSE(store().FindRequest("r2")->has_value());
}

TEST_P(StoreContract, ARefusedAppendRecordsNoRequestId) {
  AppendRequest stale = Request("i1", 5, {"never"});
  stale.request = {.request_id = "r1", .body = Sha256("body"), .investigation = ""};
  EXPECT_FALSE(AppendAndWait(store(), stale).ok());

  EXPECT_FALSE(store().FindRequest("r1")->has_value());
}

TEST_P(StoreContract, ListsNewestFirstInPagesAndByFilters) {
  for (int i = 1; i <= 5; ++i) {
    AppendRequest request = Request("i" + std::to_string(i), 0, {"one"});
    request.recorded_at_us = i * 100;
    request.head.title = i == 3 ? "Crash on EMPTY input" : "slow";
    request.head.state = i % 2 == 0 ? 4 : 1;
    request.head.outcome = i == 4 ? 2 : 0;
    request.head.ended_by = i == 2 ? 3 : 0;
    ASSERT_TRUE(AppendAndWait(store(), request).ok());
  }
  const auto list = [&](ListQuery query) { return Ids(*store().List(query)); };

  EXPECT_THAT(list({}), ElementsAre("i5", "i4", "i3", "i2", "i1"));
  EXPECT_THAT(list({.title_contains = {}, .before_id = {}, .limit = 2}), ElementsAre("i5", "i4"));
  EXPECT_THAT(list({.title_contains = {}, .before_id = "i4", .limit = 2}), ElementsAre("i3", "i2"));
  EXPECT_THAT(list({.title_contains = {}, .before_id = "i1", .limit = 2}), IsEmpty());
  EXPECT_THAT(list({.state = 4, .title_contains = {}, .before_id = {}}), ElementsAre("i4", "i2"));
  EXPECT_THAT(list({.outcome = 2, .title_contains = {}, .before_id = {}}), ElementsAre("i4"));
  EXPECT_THAT(list({.ended_by = 3, .title_contains = {}, .before_id = {}}), ElementsAre("i2"));
  EXPECT_THAT(list({.title_contains = "empty", .before_id = {}}), ElementsAre("i3"));
  EXPECT_THAT(list({.title_contains = {}, .created_after_us = 300, .before_id = {}}),
              ElementsAre("i5", "i4"));
  EXPECT_EQ(store().List({.title_contains = {}, .before_id = "none"}).status().reason(),
            "INVESTIGATION_NOT_FOUND");
  EXPECT_EQ(store().List({.title_contains = {}, .before_id = {}, .limit = 0}).status().reason(),
            "BAD_QUERY");
  EXPECT_THAT(Ids(*store().ListUnfinished()), ElementsAre("i1", "i3", "i5"));
}

TEST_P(StoreContract, AnInvestigationThatEndsLeavesTheUnfinished) {
  ASSERT_TRUE(AppendAndWait(store(), Request("i1", 0, {"one"})).ok());
  ASSERT_TRUE(AppendAndWait(store(), Request("i2", 0, {"one"})).ok());
  AppendRequest end = Request("i1", 1, {"ended"});
  end.head.state = 4;
  ASSERT_TRUE(AppendAndWait(store(), end).ok());
  EXPECT_THAT(Ids(*store().ListUnfinished()), ElementsAre("i2"));

  AppendRequest reopen = Request("i1", 2, {"reopened"});
  ASSERT_TRUE(AppendAndWait(store(), reopen).ok());

  EXPECT_THAT(Ids(*store().ListUnfinished()), ElementsAre("i1", "i2"));
}

TEST_P(StoreContract, ReadingAnUnknownJournalSaysNotFound) {
  EXPECT_EQ(store().ReadEvents("none", 0, 1).status().code(), Code::kNotFound);
  EXPECT_EQ(store().GetHead("none").status().reason(), "INVESTIGATION_NOT_FOUND");
}

TEST_P(StoreContract, NamesTheEventThatWasDamaged) {
  ASSERT_TRUE(AppendAndWait(store(), Request("i1", 0, {"one", "two", "three"})).ok());
  backend().DamageEvent("i1", 2);

  const auto all = store().ReadEvents("i1", 0, 10);
  const auto before = store().ReadEvents("i1", 0, 1);

  EXPECT_EQ(all.status().code(), Code::kDataLoss);
  EXPECT_EQ(all.status().reason(), "JOURNAL_DAMAGED");
  EXPECT_THAT(all.status().message(), HasSubstr("sequence 2"));
  EXPECT_TRUE(before.ok()) << before.status().ToString();
}

TEST_P(StoreContract, KeepsArtifactsOfEverySizeVerbatim) {
  const std::size_t edge = std::size_t{128} << 10U;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{1007}, std::size_t{1008}, std::size_t{1009},
        edge - 1, edge, edge + 1, std::size_t{10} << 20U}) {
    const std::string noise = Noise(size, size);
    const auto put = store().Put(noise, "application/octet-stream");
    ASSERT_TRUE(put.ok()) << put.status().ToString();
    EXPECT_EQ(put->digest(), Sha256(noise).ToHex());
    EXPECT_EQ(put->size_bytes(), static_cast<std::int64_t>(size));

    const auto read = store().ReadAll(put->digest());
    ASSERT_TRUE(read.ok()) << size << ": " << read.status().ToString();
    EXPECT_TRUE(*read == noise) << size;
  }
}

TEST_P(StoreContract, KeepsCompressibleArtifactsVerbatim) {
  std::string text;
  for (int i = 0; text.size() < (std::size_t{8} << 20U); ++i) {
    text += "line " + std::to_string(i) + " of a log that repeats itself\n";
  }
  for (const std::size_t size : {std::size_t{4095}, std::size_t{4096}, text.size()}) {
    const std::string part = text.substr(0, size);
    const auto put = store().Put(part, "text/plain");
    ASSERT_TRUE(put.ok());
    EXPECT_TRUE(*store().ReadAll(put->digest()) == part);
  }
}

TEST_P(StoreContract, ReadsSlicesOfAnArtifact) {
  const std::string bytes = Noise(300'000, 7);
  const auto put = store().Put(bytes, "text/plain");
  ASSERT_TRUE(put.ok());
  const Digest digest = *DigestFromHex(put->digest());

  std::string all;
  while (all.size() < bytes.size()) {
    all += *store().Read(digest, static_cast<std::int64_t>(all.size()), 65536);
  }

  EXPECT_TRUE(all == bytes);
  EXPECT_EQ(*store().Read(digest, 299'999, 10), bytes.substr(299'999));
  EXPECT_EQ(*store().Read(digest, 300'000, 10), "");
  EXPECT_EQ(store().Read(digest, 300'001, 10).status().code(), Code::kOutOfRange);
  EXPECT_EQ(store().Read(digest, -1, 10).status().code(), Code::kOutOfRange);
}

TEST_P(StoreContract, StoresTheSameBytesOnce) {
  const auto first = store().Put("same", "text/plain");
  const auto again = store().PutAll({{.bytes = "same", .media_type = "text/x-log"},
                                     {.bytes = "new", .media_type = "text/plain"},
                                     {.bytes = "same", .media_type = "text/plain"}});

  ASSERT_TRUE(first.ok() && again.ok());
  ASSERT_THAT(*again, SizeIs(3));
  EXPECT_EQ((*again)[0].digest(), first->digest());
  EXPECT_EQ((*again)[2].digest(), first->digest());
  EXPECT_EQ(store().Describe(Sha256("same"))->media_type(), "text/plain");
  EXPECT_EQ(store().Describe(Sha256("new"))->size_bytes(), 3);
}

TEST_P(StoreContract, RefusesWhatIsTooLargeWithAllOfItsBatch) {
  const std::string large(static_cast<std::size_t>(kArtifactLimitBytes) + 1, 'x');
  const auto put = store().PutAll({{.bytes = "small", .media_type = "text/plain"},
                                   {.bytes = large, .media_type = "text/plain"}});

  EXPECT_EQ(put.status().code(), Code::kResourceExhausted);
  EXPECT_EQ(put.status().reason(), "ARTIFACT_TOO_LARGE");
  EXPECT_EQ(store().Describe(Sha256("small")).status().reason(), "ARTIFACT_NOT_FOUND");
  EXPECT_EQ(store().Read(Sha256("small"), 0, 1).status().reason(), "ARTIFACT_NOT_FOUND");
}

TEST_P(StoreContract, NamesTheArtifactThatWasDamagedAndServesNoByteOfIt) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{5000}, std::size_t{200'000}}) {
    const std::string bytes = Noise(size, size);
    ASSERT_TRUE(store().Put(bytes, "text/plain").ok());
    const Digest digest = Sha256(bytes);
    backend().DamageArtifact(digest);

    const auto read = store().Read(digest, static_cast<std::int64_t>(size) - 1, 1);

    EXPECT_EQ(read.status().code(), Code::kDataLoss);
    EXPECT_EQ(read.status().reason(), "ARTIFACT_DAMAGED");
    EXPECT_THAT(read.status().message(), HasSubstr(digest.ToHex()));
  }
}

TEST_P(StoreContract, AppendsFromManyThreadsEachComeOnceAndInOrder) {
  constexpr int kThreads = 8;
  constexpr int kAppends = 50;
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kAppends; ++i) {
        const std::string own = "own" + std::to_string(t);
        EXPECT_TRUE(AppendAndWait(store(), Request(own, i, {std::to_string(i)})).ok());
        ++done;
        // All race for one; of those that expect the same sequence one wins.
        if (!AppendAndWait(store(), Request("shared", i, {std::to_string(i)})).ok()) ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(done, kThreads * kAppends);
  for (int t = 0; t < kThreads; ++t) {
    const auto events = store().ReadEvents("own" + std::to_string(t), 0, 1000);
    ASSERT_TRUE(events.ok()) << events.status().ToString();
    ASSERT_THAT(*events, SizeIs(kAppends));
    for (int i = 0; i < kAppends; ++i) {
      EXPECT_EQ((*events)[static_cast<std::size_t>(i)].payload, std::to_string(i));
    }
  }
  const auto shared = store().GetHead("shared");
  ASSERT_TRUE(shared.ok());
  EXPECT_EQ(shared->last_sequence, kThreads * kAppends - refused);
}

TEST_P(StoreContract, AnAppendMayFollowFromWithinDone) {
  std::promise<void> finished;
  std::function<void(int)> next = [&](int i) {
    store().Append(Request("i1", i, {"event"}), [&, i](Result<std::vector<JournalEvent>> result) {
      EXPECT_TRUE(result.ok());
      if (i == 99) return finished.set_value();
      next(i + 1);
    });
  };

  next(0);
  finished.get_future().get();

  EXPECT_EQ(store().GetHead("i1")->last_sequence, 100);
}

TEST_P(StoreContract, RecallsARunOnlyAfterEqualOutcomes) {
  const Digest key = Sha256("inputs");
  const RunMemory run{.outcome = "exit 0", .source = "i1/1"};
  EXPECT_FALSE(store().RecallRun(key)->has_value());
  ASSERT_TRUE(store().RememberRun(key, Sha256("same"), run).ok());
  EXPECT_FALSE(store().RecallRun(key)->has_value());
  ASSERT_TRUE(
      store().RememberRun(key, Sha256("same"), {.outcome = "exit 0 later", .source = "i2/9"}).ok());

  const auto recalled = store().RecallRun(key);

  ASSERT_TRUE(recalled.ok() && recalled->has_value());
  EXPECT_EQ((*recalled)->outcome, "exit 0");
  EXPECT_EQ((*recalled)->source, "i1/1");
}

// A daemon that is killed between remembering a run and recording it remembers it again.
TEST_P(StoreContract, TheSameRunToldTwiceIsNoSecondRun) {
  const Digest key = Sha256("inputs");
  const RunMemory run{.outcome = "exit 0", .source = "i1/1"};
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store().RememberRun(key, Sha256("same"), run).ok());

  EXPECT_FALSE(store().RecallRun(key)->has_value());
}

TEST_P(StoreContract, AnUnequalOutcomeForgetsARunForGood) {
  const Digest key = Sha256("inputs");
  int runs = 0;
  const auto remember = [&](const char* identity) {
    const RunMemory run{.outcome = "exit 0", .source = "i1/" + std::to_string(++runs)};
    ASSERT_TRUE(store().RememberRun(key, Sha256(identity), run).ok());
  };
  for (const char* identity : {"same", "same", "other"}) remember(identity);
  EXPECT_FALSE(store().RecallRun(key)->has_value());

  for (int i = 0; i < 5; ++i) remember("same");

  EXPECT_FALSE(store().RecallRun(key)->has_value());
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract,
                         ::testing::Values(BackendParam{"Memory", MakeMemoryBackend},
                                           BackendParam{"Sqlite", MakeSqliteBackend},
                                           BackendParam{"SqliteUncompressed",
                                                        MakeUncompressedSqliteBackend}),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace
}  // namespace inquest::store
