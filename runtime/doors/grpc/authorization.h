#pragma once

#include <array>
#include <string_view>

namespace inquest::doors {

// Which doors an rpc may be called through. Whoever passes a door was authenticated by it: the peer
// credentials of the Unix socket, the bearer token of the loopback port, a client certificate.
enum class OpenTo {
  kAnyDoor,
  kUnixSocketOnly,
};

struct RpcRule {
  std::string_view method;  // as in the :path header, without the leading slash
  OpenTo open_to;
};

// Every rpc that the daemon serves has a row; a call without one is refused, and a test compares
// the table with the descriptors in proto/.
inline constexpr std::array kRpcRules = {
    RpcRule{"inquest.v1.InvestigationService/CreateInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/GetInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/ListInvestigations", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/WatchInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/CancelInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/PauseInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/ResumeInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/ForkInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/SteerInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.HypothesisService/ListHypotheses", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.ArtifactService/GetArtifact", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.ArtifactService/ReadArtifact", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.ArtifactService/WriteArtifact", OpenTo::kAnyDoor},
    RpcRule{"grpc.health.v1.Health/Check", OpenTo::kAnyDoor},
    RpcRule{"grpc.health.v1.Health/Watch", OpenTo::kAnyDoor},
};

// nullptr: the rpc has no row and is refused.
constexpr const RpcRule* FindRule(std::string_view method) {
  for (const RpcRule& rule : kRpcRules) {
    if (rule.method == method) return &rule;
  }
  return nullptr;
}

}  // namespace inquest::doors
