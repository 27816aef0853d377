#pragma once

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "runtime/doors/grpc/admission.h"
#include "runtime/doors/grpc/open_streams.h"

namespace inquest::doors {

// The names of the two packages that clients ask for, newest first.
struct ReflectionV1 {
  using Service = grpc::reflection::v1::ServerReflection::WithCallbackMethod_ServerReflectionInfo<
      grpc::reflection::v1::ServerReflection::Service>;
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;
  static constexpr char kMethod[] = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
};
struct ReflectionV1Alpha {
  using Service =
      grpc::reflection::v1alpha::ServerReflection::WithCallbackMethod_ServerReflectionInfo<
          grpc::reflection::v1alpha::ServerReflection::Service>;
  using Request = grpc::reflection::v1alpha::ServerReflectionRequest;
  using Response = grpc::reflection::v1alpha::ServerReflectionResponse;
  static constexpr char kMethod[] = "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
};

// Server reflection over the descriptors that are linked in. Ours because the library's own (only
// v1alpha) answers whoever reaches a port, on every port or none.
template <typename Version>
class ReflectionService final : public Version::Service {
 public:
  explicit ReflectionService(Admission& admission) : admission_(admission) {}

  // Streams end with UNAVAILABLE.
  void Close() { streams_.CloseAll(); }

  grpc::ServerBidiReactor<typename Version::Request, typename Version::Response>*
  ServerReflectionInfo(grpc::CallbackServerContext* context) override;

 private:
  Admission& admission_;
  OpenStreams streams_;
};

extern template class ReflectionService<ReflectionV1>;
extern template class ReflectionService<ReflectionV1Alpha>;

}  // namespace inquest::doors
