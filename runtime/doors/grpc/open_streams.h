#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace inquest::doors {

// Streams that stay open until their client leaves, so that they can be told when we leave.
// Thread-safe.
class OpenStreams {
 public:
  class Stream {
   public:
    virtual ~Stream() = default;
    // The daemon goes down: finish, with UNAVAILABLE. From any thread, once.
    virtual void Close() = 0;
  };

  // Kept alive until Remove. When it is too late, it is closed at once.
  void Add(std::shared_ptr<Stream> stream) {
    {
      std::lock_guard lock(mutex_);
      const Stream* key = stream.get();
      streams_.emplace(key, stream);
      if (!closed_) return;
    }
    stream->Close();
  }
  void Remove(const Stream* stream) {
    std::shared_ptr<Stream> released;  // its destructor must not run under the lock
    std::lock_guard lock(mutex_);
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    released = std::move(found->second);
    streams_.erase(found);
  }
  void CloseAll() {
    std::lock_guard closing(closing_);
    for (const auto& stream : All(true)) stream->Close();
  }
  std::vector<std::shared_ptr<Stream>> All(bool close = false) {
    std::lock_guard lock(mutex_);
    closed_ = closed_ || close;
    std::vector<std::shared_ptr<Stream>> all;
    for (const auto& [key, stream] : streams_) all.push_back(stream);
    return all;
  }

 private:
  std::mutex closing_;
  std::mutex mutex_;  // guards the rest
  std::unordered_map<const Stream*, std::shared_ptr<Stream>> streams_;
  bool closed_ = false;
};

}  // namespace inquest::doors
