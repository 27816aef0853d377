#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "runtime/cli/console.h"

namespace inquest::cli {

// Says on stderr what an investigation does: a line when a step begins and one when it settles, and
// on a terminal a line in place with what runs, for how long, and what of the budget is spent;
// elsewhere a line now and then where nothing else is said. One thread calls Take.
class Progress {
 public:
  enum class Detail { kQuiet, kSteps, kEverything };

  // `opened`: as it is when the first event is taken; its budget, and what was spent before.
  Progress(Console& console, Detail detail, const v1::Investigation& opened);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Take(const v1::Event& event);

 private:
  using SteadyClock = std::chrono::steady_clock;

  void Say(const std::string& line);
  bool SilentFor(std::chrono::seconds duration);
  void Track(const v1::Event& event);
  void Tick(const std::stop_token& stop);
  std::string NowText();

  Console& console_;
  const Detail detail_;
  const SteadyClock::time_point began_ = SteadyClock::now();
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string step_;                    // guarded by mutex_
  SteadyClock::time_point step_began_;  // guarded by mutex_
  SteadyClock::time_point said_;        // the last line; guarded by mutex_
  v1::Budget budget_;                   // guarded by mutex_
  std::chrono::milliseconds spent_before_;
  int runs_;                                     // guarded by mutex_
  std::map<std::int64_t, std::string> running_;  // effects in flight; guarded by mutex_
  std::jthread ticker_;
};

}  // namespace inquest::cli
