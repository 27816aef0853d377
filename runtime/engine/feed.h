#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace inquest::engine {

// One durable event, serialized once for all watchers.
struct FeedItem {
  std::int64_t sequence = 0;
  std::shared_ptr<const std::string> payload;  // a serialized v1::Event
};

// The recent events of investigations. A watcher is a cursor (the last sequence that it saw) and a
// wake-up; a slow one costs a cursor, never a queue. Thread-safe; watchers are never called under
// the feed's lock.
class Feed {
 public:
  class Watcher {
   public:
    virtual ~Watcher() = default;
    // Something new, or the feed is closing. From any thread; must not block.
    virtual void Wake() = 0;
  };

  explicit Feed(std::size_t kept_per_investigation = 1024);

  // Kept alive until Unsubscribe by the shared_ptr.
  void Subscribe(const std::string& id, std::shared_ptr<Watcher> watcher);
  void Unsubscribe(const std::string& id, const Watcher* watcher);

  // Up to `limit` items after `after_sequence`; empty when there are none yet. nullopt: they are
  // older than what is kept here; read them from the store.
  std::optional<std::vector<FeedItem>> After(const std::string& id, std::int64_t after_sequence,
                                             std::size_t limit) const;

  // By the engine, in order. `last` is remembered also without watchers for Head().
  void Publish(const std::string& id, std::vector<FeedItem> items);

  // Watchers finish with UNAVAILABLE. Idempotent.
  void Close();
  bool closed() const { return closed_; }

 private:
  struct Channel {
    std::deque<FeedItem> items;
    std::vector<std::shared_ptr<Watcher>> watchers;
  };

  const std::size_t kept_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Channel> channels_;
  std::atomic<bool> closed_{false};
};

}  // namespace inquest::engine
