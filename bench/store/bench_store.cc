// Measures the SQLite store against its limits in one run; a JSON line a goal.
//   bench_store [DIRECTORY]   (default: a folder for temporary files that is on a disk)
#include <algorithm>
#include <array>
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

#include "bench/measure.h"
#include "bench/store/raw_sqlite.h"
#include "runtime/base/check.h"
#include "runtime/store/sqlite/sqlite_store.h"

namespace inquest::store {
namespace {

constexpr int kAppenders = 64;
constexpr int kEventBytes = 400;
constexpr int kGroups = 1500;
constexpr int kRepeats = 5;
constexpr double kEventsGoal = 0.8;
constexpr double kBytesGoal = 1.1;
constexpr double kOpenGoalSeconds = 2;
constexpr int kInvestigations = 10'000;
constexpr int kEventsEach = 100;
constexpr std::int64_t kEvidenceBytes = std::int64_t{24} << 20U;

using bench::Median;
using bench::Report;
using bench::SecondsSince;

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
  request.events.push_back(event);
  request.recorded_at_us = 1'700'000'000'000'000;
  request.head.title = "a title";
  request.head.state = 1;
  return request;
}

// 64 appenders, each of which appends again as soon as its event is on disk. That is on the
// writer's thread, which so makes the requests as well; raw SQLite's makes the same ones, so that
// what a client costs is on both sides.
class Appenders {
 public:
  Appenders(Store& store, MakeRequest make, int rounds)
      : store_(store), make_(std::move(make)), rounds_(rounds) {}

  double EventsPerSecond() {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t appender = 0; appender < kAppenders; ++appender) Next(appender);
    finished_.get_future().get();
    return kAppenders * rounds_ / SecondsSince(begin);
  }

 private:
  void Next(std::size_t appender) {
    std::int64_t& sequence = sequences_[appender];
    store_.Append(make_(static_cast<int>(appender), sequence++),
                  [this, appender](const Result<std::vector<JournalEvent>>& appended) {
                    CHECK(appended.ok());
                    if (sequences_[appender] < rounds_) return Next(appender);
                    if (++finished_appenders_ == kAppenders) finished_.set_value();
                  });
  }

  Store& store_;
  const MakeRequest make_;
  const int rounds_;
  std::array<std::int64_t, kAppenders> sequences_{};
  int finished_appenders_ = 0;  // the writer's thread only
  std::promise<void> finished_;
};

// In turns, so that a slow moment of the machine meets both.
void DurableEvents(const std::string& directory) {
  std::vector<double> raw;
  std::vector<double> ours;
  std::vector<double> ratios;
  const MakeRequest make = [event = std::string(kEventBytes, 'e')](int appender,
                                                                   std::int64_t expected) {
    return OneEvent(appender, expected, event);
  };
  for (int i = 0; i < kRepeats; ++i) {
    const std::string here = directory + "/events" + std::to_string(i);
    std::filesystem::create_directories(here);
    raw.push_back(RawGroupCommit(here + "/raw.db", make, kAppenders, kGroups));
    const auto store = OpenStore(here + "/store", Compression::kZstd);
    ours.push_back(Appenders(*store, make, kGroups).EventsPerSecond());
    ratios.push_back(ours.back() / raw.back());
  }
  std::fprintf(stderr, "%d appenders, events of %d bytes: %.0f events/s, raw SQLite %.0f\n",
               kAppenders, kEventBytes, Median(ours), Median(raw));
  Report("durable events, of raw SQLite group commit", Median(ratios), "x", ">= 0.8",
         Median(ratios) >= kEventsGoal);
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
  std::fprintf(stderr, "%s: %d artifacts, %.1f MB of evidence, %.1f MB stored (%.3fx, log open)\n",
               what, artifacts, static_cast<double>(evidence) / 1e6,
               static_cast<double>(stored) / 1e6, ratio(stored_live));
  const std::string name = std::string("stored bytes of evidence, ") + what;
  Report(name.c_str(), ratio(stored), "x", "<= 1.1", ratio(stored) <= kBytesGoal);
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
  std::fprintf(stderr, "%d journals, %d events: worst page of a list %.4f s, all events %.3f s\n",
               kInvestigations, kInvestigations * kEventsEach, page_s, SecondsSince(read_begin));
  Report("store opened, 10,000 unfinished and their outbox read", listed_s, "s", "<= 2",
         listed_s <= kOpenGoalSeconds);
}

int Main(int argc, char** argv) {
  const bench::Folder folder(argc > 1 ? argv[1] : "");
  const std::string& directory = folder.path();
  DurableEvents(directory);
  StoredBytes(directory + "/mixed", "many small and some large", 3'000, 0.03, 300'000);
  StoredBytes(directory + "/small", "small only", 3'000, 0, 0);
  OpenAndList(directory + "/open");
  return 0;
}

}  // namespace
}  // namespace inquest::store

int main(int argc, char** argv) { return inquest::store::Main(argc, argv); }
