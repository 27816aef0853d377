#include "runtime/doors/grpc/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/doors/grpc/authorization.h"
#include "runtime/doors/grpc/status_map.h"

namespace inquest::doors {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

constexpr std::size_t kRequestLimitBytes = 4096;

template <typename Response>
void Error(grpc::StatusCode code, const std::string& message, Response& response) {
  response.mutable_error_response()->set_error_code(code);
  response.mutable_error_response()->set_error_message(message);
}

// The file and all that it imports, each once.
template <typename Response>
void AddFiles(const FileDescriptor* file, Response& response) {
  if (file == nullptr) {
    return Error(grpc::StatusCode::NOT_FOUND, "nothing of that name", response);
  }
  std::set<const FileDescriptor*> seen = {file};
  std::vector<const FileDescriptor*> waiting = {file};
  while (!waiting.empty()) {
    const FileDescriptor* next = waiting.back();
    waiting.pop_back();
    google::protobuf::FileDescriptorProto proto;
    next->CopyTo(&proto);
    response.mutable_file_descriptor_response()->add_file_descriptor_proto(
        proto.SerializeAsString());
    for (int i = 0; i < next->dependency_count(); ++i) {
      if (seen.insert(next->dependency(i)).second) waiting.push_back(next->dependency(i));
    }
  }
}

template <typename Response>
void AddServices(Response& response) {
  std::set<std::string> names;
  for (const RpcRule& rule : kRpcRules) {
    names.emplace(rule.method.substr(0, rule.method.find('/')));
  }
  auto* list = response.mutable_list_services_response();
  for (const std::string& name : names) list->add_service()->set_name(name);
}

template <typename Request, typename Response>
void AnswerTo(const Request& request, Response& response) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  response.Clear();
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kListServices:
      return AddServices(response);
    case Request::kFileByFilename:
      return AddFiles(pool.FindFileByName(request.file_by_filename()), response);
    case Request::kFileContainingSymbol:
      return AddFiles(pool.FindFileContainingSymbol(request.file_containing_symbol()), response);
    default:
      // proto3 has no extensions but those of descriptors.
      return Error(grpc::StatusCode::UNIMPLEMENTED, "extensions are not listed", response);
  }
}

// One question at a time: the next is read when the answer to the last has left. Starts operations
// under its lock, so that none follows Finish; gRPC never calls back within them.
template <typename Version>
class Stream final
    : public grpc::ServerBidiReactor<typename Version::Request, typename Version::Response>,
      public OpenStreams::Stream {
 public:
  Stream(OpenStreams& open, Admitted admitted) : open_(open), admitted_(std::move(admitted)) {}

  void Start() { this->StartRead(&request_); }

  void OnReadDone(bool ok) override {
    std::lock_guard lock(mutex_);
    if (ended_) return;
    if (!ok) return End(grpc::Status::OK);
    if (request_.ByteSizeLong() > kRequestLimitBytes) {
      return End(ToGrpc(Status(Code::kInvalidArgument, "INVALID_FIELD", "longer than 4096 bytes")));
    }
    AnswerTo(request_, response_);
    writing_ = true;
    this->StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    std::lock_guard lock(mutex_);
    writing_ = false;
    if (ended_) return;
    if (!ok) return End(grpc::Status(grpc::StatusCode::CANCELLED, "the client is gone"));
    if (closing_) return End(Down());
    this->StartRead(&request_);
  }
  void Close() override {
    std::lock_guard lock(mutex_);
    closing_ = true;
    if (!writing_ && !ended_) End(Down());  // else it ends when the answer has left
  }
  void OnDone() override { open_.Remove(this); }

 private:
  static grpc::Status Down() {
    return ToGrpc(Status(Code::kUnavailable, "SHUTTING_DOWN", "the daemon is going down"));
  }
  void End(const grpc::Status& status) {
    ended_ = true;
    this->Finish(status);
  }

  OpenStreams& open_;
  const Admitted admitted_;
  std::mutex mutex_;  // guards the rest
  typename Version::Request request_;
  typename Version::Response response_;
  bool writing_ = false;
  bool closing_ = false;
  bool ended_ = false;
};

template <typename Version>
class Refused final
    : public grpc::ServerBidiReactor<typename Version::Request, typename Version::Response> {
 public:
  explicit Refused(const Status& status) { this->Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

template <typename Version>
grpc::ServerBidiReactor<typename Version::Request, typename Version::Response>*
ReflectionService<Version>::ServerReflectionInfo(grpc::CallbackServerContext* context) {
  auto admitted = admission_.Admit(*context, Version::kMethod);
  if (!admitted.ok()) return new Refused<Version>(admitted.status());
  auto stream = std::make_shared<Stream<Version>>(streams_, *std::move(admitted));
  auto* reactor = stream.get();
  stream->Start();
  streams_.Add(std::move(stream));
  return reactor;
}

template class ReflectionService<ReflectionV1>;
template class ReflectionService<ReflectionV1Alpha>;

}  // namespace inquest::doors
