#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace inquest::sandbox {

// A few threads for work that blocks on disk. Tasks are taken in order. Thread-safe.
class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  // Finishes the tasks that have begun; the others are dropped.
  ~WorkerPool();

  // After Stop, tasks are dropped.
  void Post(std::function<void()> task);
  void Stop();

 private:
  void Work();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> tasks_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace inquest::sandbox
