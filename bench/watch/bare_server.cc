#include "bench/watch/bare_server.h"

#include <grpcpp/server_builder.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "inquest/v1/investigation_service.grpc.pb.h"

namespace inquest::bench {
namespace {

// What all writers share: the messages, and how many of them are published.
struct Published {
  std::vector<grpc::ByteBuffer> messages;
  std::atomic<std::size_t> count{1};
};

class Writer final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  using Gone = std::function<void(Writer*)>;
  Writer(const Published& published, Gone gone) : published_(published), gone_(std::move(gone)) {}

  void Wake() {
    {
      std::lock_guard lock(mutex_);
      if (busy_ || cancelled_ || ended_ || next_ >= published_.count) return;
      busy_ = true;
    }
    StartWrite(&published_.messages[next_++]);
  }

  void OnWriteDone(bool ok) override {
    bool end = !ok;
    {
      std::lock_guard lock(mutex_);
      busy_ = false;
      end = end || cancelled_;
    }
    end ? End() : Wake();
  }
  void OnCancel() override {
    {
      std::lock_guard lock(mutex_);
      cancelled_ = true;
      if (busy_) return;  // ends when the write has
    }
    End();
  }
  void OnDone() override {
    gone_(this);
    delete this;
  }

 private:
  void End() {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(ended_, true)) return;
    }
    Finish(grpc::Status::CANCELLED);
  }

  const Published& published_;
  const Gone gone_;
  std::mutex mutex_;  // guards the rest
  std::size_t next_ = 0;
  bool busy_ = false;
  bool cancelled_ = false;
  bool ended_ = false;
};

}  // namespace

class BareServer::Service final
    : public v1::InvestigationService::WithRawCallbackMethod_WatchInvestigation<
          v1::InvestigationService::Service> {
 public:
  explicit Service(const std::vector<std::string>& messages) {
    for (const std::string& message : messages) {
      const grpc::Slice slice(message);
      published_.messages.emplace_back(&slice, 1);
    }
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchInvestigation(grpc::CallbackServerContext*,
                                                                 const grpc::ByteBuffer*) override {
    auto* writer = new Writer(published_, [this](Writer* gone) {
      std::lock_guard lock(mutex_);
      std::erase(writers_, gone);
    });
    {
      std::lock_guard lock(mutex_);
      writers_.push_back(writer);
    }
    writer->Wake();
    return writer;
  }

  void Publish() {
    ++published_.count;
    std::lock_guard lock(mutex_);
    for (Writer* writer : writers_) writer->Wake();
  }

 private:
  Published published_;
  std::mutex mutex_;
  std::vector<Writer*> writers_;
};

BareServer::BareServer(const std::string& socket_path, std::vector<std::string> messages)
    : service_(std::make_unique<Service>(messages)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + socket_path, grpc::InsecureServerCredentials());
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
}

BareServer::~BareServer() { server_->Shutdown(); }

void BareServer::Publish() { service_->Publish(); }

}  // namespace inquest::bench
