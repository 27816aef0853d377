#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"

namespace inquest::sandbox {

// Tells when processes end: one thread and one epoll for all of them, by pidfd. Thread-safe.
class ProcessWatch {
 public:
  ProcessWatch() = default;
  ~ProcessWatch();

  // Once, before Watch.
  Status Start();
  // `ended` is called once, from the watch's thread, and must not block; it gets the pidfd back.
  Status Watch(Fd process, std::function<void(Fd)> ended);
  // No callback runs after this returns.
  void Stop();

 private:
  struct Entry {
    Fd process;
    std::function<void(Fd)> ended;
  };

  void Loop();

  Fd epoll_;
  Fd wake_;
  std::mutex mutex_;
  std::map<int, Entry> entries_;
  std::thread thread_;
};

}  // namespace inquest::sandbox
