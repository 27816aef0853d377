#include "runtime/doors/grpc/health.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/doors/grpc/authorization.h"
#include "runtime/doors/grpc/status_map.h"

namespace inquest::doors {
namespace {

using Answer = grpc::health::v1::HealthCheckResponse;

bool Known(const std::string& service) {
  return service.empty() ||
         std::any_of(kRpcRules.begin(), kRpcRules.end(), [&](const RpcRule& rule) {
           return rule.method.substr(0, rule.method.find('/')) == service;
         });
}

Answer::ServingStatus StatusOf(bool serving) {
  return serving ? Answer::SERVING : Answer::NOT_SERVING;
}

class Refused final : public grpc::ServerWriteReactor<Answer> {
 public:
  explicit Refused(const Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

// Holds the newest status only: a slow watcher misses what changed and changed back.
class HealthService::Watcher final : public grpc::ServerWriteReactor<Answer>,
                                     public OpenStreams::Stream {
 public:
  Watcher(OpenStreams& open, Admitted admitted, bool known)
      : open_(open), admitted_(std::move(admitted)), known_(known) {}

  void Tell(Answer::ServingStatus status) {
    {
      std::lock_guard lock(mutex_);
      due_ = known_ ? status : Answer::SERVICE_UNKNOWN;
    }
    Pump();
  }
  void Close() override {
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
    }
    Pump();
  }
  void OnWriteDone(bool ok) override {
    {
      std::lock_guard lock(mutex_);
      busy_ = false;
      cancelled_ = cancelled_ || !ok;
    }
    Pump();
  }
  void OnCancel() override {
    {
      std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    Pump();
  }
  void OnDone() override { open_.Remove(this); }

 private:
  // Decides under the lock, acts outside of it.
  void Pump() {
    std::optional<grpc::Status> end;
    {
      std::lock_guard lock(mutex_);
      if (busy_ || ended_) return;
      const bool told = due_ == last_;
      if (cancelled_) {
        end = grpc::Status(grpc::StatusCode::CANCELLED, "the watcher is gone");
      } else if (told && closing_) {
        end = ToGrpc(Status(Code::kUnavailable, "SHUTTING_DOWN", "the daemon is going down"));
      } else if (told) {
        return;
      }
      ended_ = end.has_value();
      if (!ended_) {
        busy_ = true;
        last_ = due_;
        answer_.set_status(due_);
      }
    }
    end.has_value() ? Finish(*end) : StartWrite(&answer_);
  }

  OpenStreams& open_;
  const Admitted admitted_;
  const bool known_;
  std::mutex mutex_;  // guards the rest
  Answer::ServingStatus due_ = Answer::UNKNOWN;
  Answer::ServingStatus last_ = Answer::UNKNOWN;
  Answer answer_;
  bool busy_ = false;
  bool cancelled_ = false;
  bool closing_ = false;
  bool ended_ = false;
};

void HealthService::SetServing(bool serving) {
  std::lock_guard lock(mutex_);
  serving_ = serving;
  for (const auto& stream : watchers_.All()) {
    static_cast<Watcher*>(stream.get())->Tell(StatusOf(serving));
  }
}

void HealthService::Close() {
  SetServing(false);
  watchers_.CloseAll();
}

grpc::Status HealthService::Check(grpc::ServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  Answer* response) {
  auto admitted = admission_.Admit(*context, "grpc.health.v1.Health/Check");
  if (!admitted.ok()) return ToGrpc(admitted.status());
  if (!Known(request->service())) {
    return ToGrpc(Status(Code::kNotFound, "SERVICE_UNKNOWN", "no such service"));
  }
  std::lock_guard lock(mutex_);
  response->set_status(StatusOf(Serving()));
  return grpc::Status::OK;
}

grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* HealthService::Watch(
    grpc::CallbackServerContext* context, const grpc::health::v1::HealthCheckRequest* request) {
  auto admitted = admission_.Admit(*context, "grpc.health.v1.Health/Watch");
  if (!admitted.ok()) return new Refused(admitted.status());
  auto watcher =
      std::make_shared<Watcher>(watchers_, *std::move(admitted), Known(request->service()));
  std::lock_guard lock(mutex_);
  watcher->Tell(StatusOf(Serving()));
  watchers_.Add(watcher);
  return watcher.get();
}

}  // namespace inquest::doors
