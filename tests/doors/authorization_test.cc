#include "runtime/doors/grpc/authorization.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "inquest/v1/artifact_service.pb.h"
#include "inquest/v1/hypothesis_service.pb.h"
#include "inquest/v1/investigation_service.pb.h"
#include "inquest/v1/report_service.pb.h"

namespace inquest::doors {
namespace {

void AddMethods(const google::protobuf::FileDescriptor& file, std::set<std::string>& methods) {
  for (int s = 0; s < file.service_count(); ++s) {
    for (int m = 0; m < file.service(s)->method_count(); ++m) {
      methods.insert(file.service(s)->full_name() + "/" + file.service(s)->method(m)->name());
    }
  }
}

TEST(Authorization, HasARowForEveryRpcOfTheContractAndNoOther) {
  std::set<std::string> contract;
  AddMethods(*v1::GetInvestigationRequest::descriptor()->file(), contract);
  AddMethods(*v1::GetArtifactRequest::descriptor()->file(), contract);
  AddMethods(*v1::ListHypothesesRequest::descriptor()->file(), contract);
  AddMethods(*v1::RenderReportRequest::descriptor()->file(), contract);
  AddMethods(*grpc::health::v1::HealthCheckRequest::descriptor()->file(), contract);
  AddMethods(*grpc::reflection::v1::ServerReflectionRequest::descriptor()->file(), contract);
  AddMethods(*grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()->file(), contract);

  std::set<std::string> table;
  for (const RpcRule& rule : kRpcRules) table.emplace(rule.method);

  EXPECT_EQ(table, contract);
  EXPECT_EQ(table.size(), kRpcRules.size()) << "a method has two rows";
}

}  // namespace
}  // namespace inquest::doors
