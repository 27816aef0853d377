// Measures the SQLite store against its limits in one run; a JSON line a measurement.
//   bench_store [DIRECTORY]   (default: the folder for temporary files; use a real disk)
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <future>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/store/raw_sqlite.h"
#include "runtime/base/check.h"
#include "runtime/store/sqlite/sqlite_store.h"

namespace inquest::store {
namespace {

constexpr int kAppenders = 64;
constexpr int kEventBytes = 400;
constexpr int kGroups = 1500;
constexpr int kRepeats = 5;
constexpr int kInvestigations = 10'000;
constexpr int kEventsEach = 100;
constexpr std::int64_t kEvidenceBytes = std::int64_t{24} << 20U;

using Seconds = std::chrono::duration<double>;

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return Seconds(std::chrono::steady_clock::now() - begin).count();
}

std::unique_ptr<SqliteStore> OpenStore(const std::string& directory, Compression compression) {
  SqliteOptions options;
  options.directory = directory;
  options.compression = compression;
  auto store = SqliteStore::Open(options);
  if (!store.ok()) std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
  CHECK(store.ok());
  return *std::move(store);
}

AppendRequest OneEvent(int appender, std::int64_t expected, const std::string& event) {
  AppendRequest request;
  request.id = "investigation" + std::to_string(appender);
  request.expected_sequence = expected;
  request.events = {event};
  request.recorded_at_us = 1'700'000'000'000'000;
  request.head.title = "a title";
  request.head.state = 1;
  return request;
}

// 64 appenders, each of which appends again as soon as its event is on disk.
class Appenders {
 public:
  Appenders(Store& store, std::string event, int rounds)
      : store_(store), event_(std::move(event)), rounds_(rounds) {}

  double EventsPerSecond() {
    const auto begin = std::chrono::steady_clock::now();
    for (int appender = 0; appender < kAppenders; ++appender) Next(appender, 0);
    finished_.get_future().get();
    return kAppenders * rounds_ / SecondsSince(begin);
  }

 private:
  void Next(int appender, std::int64_t expected) {
    store_.Append(OneEvent(appender, expected, event_),
                  [this, appender, expected](Result<std::vector<JournalEvent>> appended) {
                    CHECK(appended.ok());
                    if (expected + 1 < rounds_) return Next(appender, expected + 1);
                    if (++finished_appenders_ == kAppenders) finished_.set_value();
                  });
  }

  Store& store_;
  const std::string event_;
  const int rounds_;
  int finished_appenders_ = 0;  // the writer's thread only
  std::promise<void> finished_;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// In turns, so that a slow moment of the machine meets both.
void DurableEvents(const std::string& directory) {
  std::vector<double> raw;
  std::vector<double> ours;
  std::vector<double> ratios;
  const std::string event(kEventBytes, 'e');
  for (int i = 0; i < kRepeats; ++i) {
    const std::string here = directory + "/events" + std::to_string(i);
    std::filesystem::create_directories(here);
    raw.push_back(RawGroupCommit(here + "/raw.db", event, kAppenders, kGroups));
    const auto store = OpenStore(here + "/store", Compression::kZstd);
    ours.push_back(Appenders(*store, event, kGroups).EventsPerSecond());
    ratios.push_back(ours.back() / raw.back());
  }
  std::printf(
      "{\"bench\":\"store.durable_events\",\"appenders\":%d,\"event_bytes\":%d,"
      "\"events_per_s\":%.0f,\"raw_sqlite_events_per_s\":%.0f,\"ratio\":%.3f,\"goal\":0.8}\n",
      kAppenders, kEventBytes, Median(ours), Median(raw), Median(ratios));
}

std::int64_t BytesBelow(const std::string& directory) {
  std::int64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) bytes += static_cast<std::int64_t>(entry.file_size());
  }
  return bytes;
}

// What an investigation of a test suite leaves: outputs of a few KiB, reports of some ten, now and
// then a profile or a core. Log-normal around `median`, never equal twice.
std::string EvidenceOf(std::mt19937_64& random, double median) {
  const double size = std::lognormal_distribution<>(std::log(median), 1.0)(random);
  std::string bytes(static_cast<std::size_t>(std::min(size, 8e6)) + 16, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() >> 56U);
  return bytes;
}

void StoredBytes(const std::string& directory, const char* what, double small_median,
                 double large_share, double large_median) {
  std::mt19937_64 random(1);
  std::int64_t evidence = 0;
  int artifacts = 0;
  std::int64_t stored_live = 0;
  {
    const auto store = OpenStore(directory, Compression::kNone);
    while (evidence < kEvidenceBytes) {
      const bool large = std::uniform_real_distribution<>(0, 1)(random) < large_share;
      const std::string bytes = EvidenceOf(random, large ? large_median : small_median);
      CHECK(store->Put(bytes, "text/plain").ok());
      evidence += static_cast<std::int64_t>(bytes.size());
      ++artifacts;
    }
    stored_live = BytesBelow(directory);
  }
  const std::int64_t stored = BytesBelow(directory);
  const auto ratio = [&](std::int64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(evidence);
  };
  std::printf(
      "{\"bench\":\"store.stored_bytes\",\"mix\":\"%s\",\"artifacts\":%d,\"evidence_bytes\":%lld,"
      "\"stored_bytes\":%lld,\"ratio\":%.3f,\"ratio_with_open_log\":%.3f,\"goal\":1.1}\n",
      what, artifacts, static_cast<long long>(evidence), static_cast<long long>(stored),
      ratio(stored), ratio(stored_live));
}

void FillJournals(Store& store) {
  const std::string event(kEventBytes, 'e');
  for (int first = 0; first < kInvestigations; first += kAppenders) {
    std::vector<std::future<void>> waiting;
    for (int i = first; i < std::min(first + kAppenders, kInvestigations); ++i) {
      AppendRequest request = OneEvent(i, 0, event);
      request.events.assign(kEventsEach, event);
      request.outbox = {
          {.investigation = request.id, .effect_id = 1, .attempt = 1, .payload = "effect"}};
      auto done = std::make_shared<std::promise<void>>();
      waiting.push_back(done->get_future());
      store.Append(std::move(request), [done](Result<std::vector<JournalEvent>> appended) {
        CHECK(appended.ok());
        done->set_value();
      });
    }
    for (std::future<void>& one : waiting) one.get();
  }
}

void OpenAndList(const std::string& directory) {
  FillJournals(*OpenStore(directory, Compression::kZstd));
  const auto begin = std::chrono::steady_clock::now();
  const auto store = OpenStore(directory, Compression::kZstd);
  const auto unfinished = store->ListUnfinished();
  CHECK(unfinished.ok() && unfinished->size() == kInvestigations);
  for (const Head& head : *unfinished) CHECK(store->ReadOutbox(head.id)->size() == 1);
  const double listed_s = SecondsSince(begin);

  const auto page_begin = std::chrono::steady_clock::now();
  ListQuery query;
  query.title_contains = "no such title";
  CHECK(store->List(query)->empty());
  const double page_s = SecondsSince(page_begin);
  const auto read_begin = std::chrono::steady_clock::now();
  for (const Head& head : *unfinished) {
    CHECK(store->ReadEvents(head.id, 0, kEventsEach)->size() == kEventsEach);
  }
  std::printf(
      "{\"bench\":\"store.open\",\"investigations\":%d,\"events\":%d,"
      "\"open_unfinished_outbox_s\":%.3f,\"list_worst_page_s\":%.4f,\"read_all_events_s\":%.3f,"
      "\"goal_s\":2}\n",
      kInvestigations, kInvestigations * kEventsEach, listed_s, page_s, SecondsSince(read_begin));
}

int Main(int argc, char** argv) {
  std::string directory = argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string();
  directory += "/inquest-bench-XXXXXX";
  CHECK(::mkdtemp(directory.data()) != nullptr);
  DurableEvents(directory);
  StoredBytes(directory + "/mixed", "many small, some large", 3'000, 0.03, 300'000);
  StoredBytes(directory + "/small", "small only", 3'000, 0, 0);
  OpenAndList(directory + "/open");
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace inquest::store

int main(int argc, char** argv) { return inquest::store::Main(argc, argv); }
