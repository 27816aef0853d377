#include "runtime/doors/grpc/watch_messages.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <utility>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/investigation_service.pb.h"

namespace inquest::doors {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

// Two messages of the greatest size.
constexpr std::size_t kKeptBytes = 512 * 1024;

// Looks at the tags of an event (three at most), not into it.
bool IsEnded(const std::string& payload) {
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(payload.data()),
                         static_cast<int>(payload.size()));
  while (const std::uint32_t tag = input.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) == v1::Event::kEndedFieldNumber) return true;
    if (!WireFormatLite::SkipField(&input, tag)) return false;
  }
  return false;
}

constexpr std::uint32_t kEventsTag = v1::WatchInvestigationResponse::kEventsFieldNumber << 3U |
                                     WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
constexpr std::uint32_t kLastSequenceTag = v1::WatchInvestigationResponse::kLastSequenceFieldNumber
                                               << 3U |
                                           WireFormatLite::WIRETYPE_VARINT;

grpc::Slice Encode(const std::vector<engine::FeedItem>& items, std::int64_t newest) {
  const auto last = static_cast<std::uint64_t>(newest);
  std::size_t size = 1 + CodedOutputStream::VarintSize64(last);
  for (const auto& item : items) {
    const auto length = static_cast<std::uint32_t>(item.payload->size());
    size += 1 + CodedOutputStream::VarintSize32(length) + length;
  }
  grpc::Slice slice(size);
  auto* out = const_cast<std::uint8_t*>(slice.begin());
  for (const auto& item : items) {
    out = CodedOutputStream::WriteTagToArray(kEventsTag, out);
    out = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(item.payload->size()),
                                                  out);
    out = CodedOutputStream::WriteRawToArray(item.payload->data(),
                                             static_cast<int>(item.payload->size()), out);
  }
  out = CodedOutputStream::WriteTagToArray(kLastSequenceTag, out);
  CodedOutputStream::WriteVarint64ToArray(last, out);
  return slice;
}

}  // namespace

WatchMessage EncodeEvents(const std::vector<engine::FeedItem>& items, std::int64_t newest) {
  const grpc::Slice slice = Encode(items, newest);
  return {items.back().sequence, IsEnded(*items.back().payload), slice.size(),
          grpc::ByteBuffer(&slice, 1)};
}

grpc::ByteBuffer EncodeHeartbeat(std::int64_t newest) {
  const grpc::Slice slice = Encode({}, newest);
  return {&slice, 1};
}

grpc::ByteBuffer EncodeSnapshot(v1::Investigation snapshot) {
  v1::WatchInvestigationResponse response;
  response.set_last_sequence(snapshot.last_sequence());
  *response.mutable_snapshot() = std::move(snapshot);
  const grpc::Slice slice(response.SerializeAsString());
  return {&slice, 1};
}

std::optional<WatchMessage> WatchMessages::After(std::int64_t after_sequence) const {
  std::lock_guard lock(mutex_);
  const auto found = messages_.find(after_sequence);
  if (found == messages_.end()) return std::nullopt;
  return found->second;
}

void WatchMessages::Keep(std::int64_t after_sequence, const WatchMessage& message) {
  std::lock_guard lock(mutex_);
  if (!messages_.emplace(after_sequence, message).second) return;
  bytes_ += message.size;
  while (bytes_ > kKeptBytes) {
    bytes_ -= messages_.begin()->second.size;
    messages_.erase(messages_.begin());
  }
}

std::shared_ptr<WatchMessages> MessagesByInvestigation::Of(const std::string& id) {
  std::lock_guard lock(mutex_);
  if (auto found = known_[id].lock(); found != nullptr) return found;
  std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
  auto made = std::make_shared<WatchMessages>();
  known_[id] = made;
  return made;
}

}  // namespace inquest::doors
