#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "inquest/v1/event.pb.h"
#include "runtime/cli/client.h"

namespace inquest::tests {

// A client that watches one investigation over every daemon that serves it, and remembers what it
// was told: that is durable, whatever is killed afterwards. Never starts a daemon. Thread-safe.
class Witness {
 public:
  Witness(const std::string& socket, std::string id);
  ~Witness();

  // Waits until it was told an event of at least this sequence. False: the investigation ended, or
  // nothing came for a very long time.
  bool AwaitSequence(std::int64_t sequence);
  std::int64_t LastSequence();
  // By sequence.
  std::map<std::int64_t, v1::Event> Told();

 private:
  void Watch(const std::stop_token& stop);

  cli::Client client_;
  const std::string name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, v1::Event> told_;
  bool ended_ = false;
  std::jthread thread_;  // last: it uses the rest
};

}  // namespace inquest::tests
