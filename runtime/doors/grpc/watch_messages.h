#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "inquest/v1/investigation.pb.h"
#include "runtime/engine/feed.h"

namespace inquest::doors {

// A WatchInvestigationResponse as it goes out; a copy shares the bytes.
struct WatchMessage {
  std::int64_t last = 0;  // sequence of the last event in it
  bool ended = false;     // that event ended the investigation
  std::size_t size = 0;
  grpc::ByteBuffer bytes;
};

// From events that are serialized already: they are copied, not parsed. At least one. `newest` goes
// out as last_sequence.
WatchMessage EncodeEvents(const std::vector<engine::FeedItem>& items, std::int64_t newest);
grpc::ByteBuffer EncodeHeartbeat(std::int64_t newest);
grpc::ByteBuffer EncodeSnapshot(v1::Investigation snapshot);

// The newest messages of one investigation, so that its watchers share what they all send. Bounded
// by bytes; one that is not here is encoded again. Thread-safe.
class WatchMessages {
 public:
  // The message that follows this sequence.
  std::optional<WatchMessage> After(std::int64_t after_sequence) const;
  void Keep(std::int64_t after_sequence, const WatchMessage& message);

 private:
  mutable std::mutex mutex_;
  std::map<std::int64_t, WatchMessage> messages_;
  std::size_t bytes_ = 0;
};

// One WatchMessages for all who watch an investigation; it lives as long as they do. Thread-safe.
class MessagesByInvestigation {
 public:
  std::shared_ptr<WatchMessages> Of(const std::string& id);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<WatchMessages>> known_;
};

}  // namespace inquest::doors
