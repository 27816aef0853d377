#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace inquest {

// The door into a thread: many threads put, one takes all that has queued (or several take one
// each). Bounded.
template <typename T>
class Mailbox {
 public:
  explicit Mailbox(std::size_t limit) : limit_(limit) {}

  // False when the mailbox is full or closed: the caller says so to whoever asked.
  [[nodiscard]] bool TryPut(T item) {
    {
      std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= limit_) return false;
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
    return true;
  }

  // For items that must not be lost (a finished effect): over the limit, but never after Close.
  [[nodiscard]] bool Put(T item) {
    {
      std::lock_guard lock(mutex_);
      if (closed_) return false;
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
    return true;
  }

  // Waits until there is something or the mailbox is closed; empty means closed and drained.
  std::vector<T> TakeAll() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !items_.empty(); });
    return Drain();
  }

  // As TakeAll, but gives up at `deadline`: empty means nothing came (or closed()).
  template <typename TimePoint>
  std::vector<T> TakeAllUntil(TimePoint deadline) {
    std::unique_lock lock(mutex_);
    ready_.wait_until(lock, deadline, [&] { return closed_ || !items_.empty(); });
    return Drain();
  }

  // The next item, for mailboxes that several threads take from; nothing: closed and drained.
  std::optional<T> TakeOne() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> taken(std::move(items_.front()));
    items_.pop_front();
    return taken;
  }

  void Close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }

  bool closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  std::vector<T> Drain() {
    std::vector<T> taken(std::make_move_iterator(items_.begin()),
                         std::make_move_iterator(items_.end()));
    items_.clear();
    return taken;
  }

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace inquest
