#pragma once

#include <chrono>
#include <cstdint>

namespace inquest {

// Wall time in microseconds since the Unix epoch, as it is recorded in events.
using TimeUs = std::int64_t;

// Where time comes from. Everything that records or waits takes a Clock, so that tests and the
// simulation decide what time it is. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeUs NowUs() = 0;
};

class SystemClock final : public Clock {
 public:
  TimeUs NowUs() override {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace inquest
