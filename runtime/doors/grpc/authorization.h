#pragma once

#include <array>
#include <string_view>

namespace inquest::doors {

// Which doors an rpc may be called through. Whoever passes a door was authenticated by it: the peer
// credentials of the Unix socket, the bearer token of the loopback port, a client certificate.
enum class OpenTo {
  kAnyDoor,
  kUnixSocket,             // what it brings may name this machine's paths
  kUnixSocketUnlessAsked,  // a TCP door when the operator asks for it (--reflection-on-tcp)
};

// What it is counted with while it is in flight.
enum class Kind {
  kCall,      // holds a thread until it is answered
  kTransfer,  // holds a thread as long as its client takes
  kStream,    // holds none, and may stay open
};

struct RpcRule {
  std::string_view method;  // as in the :path header, without the leading slash
  OpenTo open_to;
  Kind kind = Kind::kCall;
};

// Every rpc that the daemon serves has a row; a call without one is refused, and a test compares
// the table with the descriptors in proto/.
inline constexpr std::array kRpcRules = {
    RpcRule{"inquest.v1.InvestigationService/CreateInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/GetInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/ListInvestigations", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/WatchInvestigation", OpenTo::kAnyDoor, Kind::kStream},
    RpcRule{"inquest.v1.InvestigationService/CancelInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/PauseInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/ResumeInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/ForkInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.InvestigationService/SteerInvestigation", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.HypothesisService/ListHypotheses", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.ArtifactService/GetArtifact", OpenTo::kAnyDoor},
    RpcRule{"inquest.v1.ArtifactService/ReadArtifact", OpenTo::kAnyDoor, Kind::kTransfer},
    RpcRule{"inquest.v1.ArtifactService/WriteArtifact", OpenTo::kAnyDoor, Kind::kTransfer},
    RpcRule{"inquest.v1.ReportService/RenderReport", OpenTo::kAnyDoor, Kind::kTransfer},
    RpcRule{"inquest.v1.ReportService/ReplayInvestigation", OpenTo::kAnyDoor, Kind::kTransfer},
    RpcRule{"inquest.v1.ReportService/ExportBundle", OpenTo::kAnyDoor, Kind::kTransfer},
    RpcRule{"inquest.v1.ReportService/ImportBundle", OpenTo::kUnixSocket, Kind::kTransfer},
    RpcRule{"grpc.health.v1.Health/Check", OpenTo::kAnyDoor},
    RpcRule{"grpc.health.v1.Health/Watch", OpenTo::kAnyDoor, Kind::kStream},
    RpcRule{"grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            OpenTo::kUnixSocketUnlessAsked, Kind::kStream},
    RpcRule{"grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            OpenTo::kUnixSocketUnlessAsked, Kind::kStream},
};

// nullptr: the rpc has no row and is refused.
constexpr const RpcRule* FindRule(std::string_view method) {
  for (const RpcRule& rule : kRpcRules) {
    if (rule.method == method) return &rule;
  }
  return nullptr;
}

}  // namespace inquest::doors
