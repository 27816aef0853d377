#include "bench/watch/watchers.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "inquest/v1/investigation_service.pb.h"

namespace inquest::bench {
namespace {

constexpr std::size_t kChannels = 10;
constexpr char kMethod[] = "/inquest.v1.InvestigationService/WatchInvestigation";

using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;

// How many watchers have come how far. `laggards` is how many have not reached the mark.
class Progress {
 public:
  explicit Progress(std::size_t watchers) : received_(watchers) {}

  void Received(std::size_t watcher, std::size_t bytes) {
    std::lock_guard lock(mutex_);
    if (received_[watcher]++ > 0) bytes_ += bytes;
    if (received_[watcher] == mark_ && --laggards_ == 0) reached_.notify_all();
  }
  void Ended() {
    std::lock_guard lock(mutex_);
    if (++ended_ == received_.size()) reached_.notify_all();
  }
  void Await(std::size_t messages) {
    std::unique_lock lock(mutex_);
    mark_ = messages;
    laggards_ = 0;
    for (const std::size_t received : received_) laggards_ += received < messages ? 1 : 0;
    reached_.wait(lock, [&] { return laggards_ == 0; });
  }
  void AwaitEnd() {
    std::unique_lock lock(mutex_);
    reached_.wait(lock, [&] { return ended_ == received_.size(); });
  }
  std::size_t bytes() const {
    std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable reached_;
  std::vector<std::size_t> received_;
  std::size_t mark_ = 0;
  std::size_t laggards_ = 0;
  std::size_t ended_ = 0;
  std::size_t bytes_ = 0;
};

class Reader final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Reader(Stub& stub, std::size_t index, const grpc::ByteBuffer& request, Progress& progress)
      : index_(index), request_(request), progress_(progress) {
    stub.PrepareBidiStreamingCall(&context_, kMethod, {}, this);
    StartWriteLast(&request_, {});
    StartRead(&message_);
    StartCall();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    progress_.Received(index_, message_.Length());
    StartRead(&message_);
  }
  void OnDone(const grpc::Status&) override { progress_.Ended(); }
  void BreakOff() { context_.TryCancel(); }

 private:
  const std::size_t index_;
  grpc::ClientContext context_;
  const grpc::ByteBuffer request_;
  grpc::ByteBuffer message_;
  Progress& progress_;
};

grpc::ByteBuffer Request(const std::string& name) {
  v1::WatchInvestigationRequest request;
  request.set_name(name);
  request.set_only_new(true);
  const grpc::Slice slice(request.SerializeAsString());
  return {&slice, 1};
}

}  // namespace

class Watchers::Impl {
 public:
  Impl(const std::string& socket_path, const std::string& name, std::size_t count)
      : progress_(count) {
    for (std::size_t i = 0; i < kChannels; ++i) {
      grpc::ChannelArguments arguments;
      arguments.SetInt("inquest.channel", static_cast<int>(i));  // a connection each
      stubs_.push_back(std::make_unique<Stub>(grpc::CreateCustomChannel(
          "unix:" + socket_path, grpc::InsecureChannelCredentials(), arguments)));
    }
    for (std::size_t i = 0; i < count; ++i) {
      readers_.push_back(
          std::make_unique<Reader>(*stubs_[i % kChannels], i, Request(name), progress_));
    }
    progress_.Await(1);
  }
  ~Impl() {
    for (const auto& reader : readers_) reader->BreakOff();
    progress_.AwaitEnd();
  }

  Progress progress_;

 private:
  std::vector<std::unique_ptr<Stub>> stubs_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

Watchers::Watchers(const std::string& socket_path, const std::string& name, std::size_t count)
    : impl_(std::make_unique<Impl>(socket_path, name, count)) {}
Watchers::~Watchers() = default;
void Watchers::AwaitMessages(std::size_t messages) { impl_->progress_.Await(messages); }
std::size_t Watchers::bytes() const { return impl_->progress_.bytes(); }

}  // namespace inquest::bench
