#pragma once

#include <grpcpp/server_context.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "runtime/base/status.h"
#include "runtime/doors/grpc/authorization.h"
#include "runtime/doors/grpc/validate.h"
#include "runtime/engine/engine.h"

namespace inquest::doors {

struct AdmissionLimits {
  std::size_t calls_per_peer = 32;
  std::size_t calls = 256;
  // Together far fewer than there are threads: slow transfers leave room for calls.
  std::size_t transfers_per_peer = 8;
  std::size_t transfers = 24;
  std::size_t streams_per_peer = 256;
  std::size_t streams = 4096;
};

// Who is behind a connection of the Unix socket. Told by the listener before the connection's first
// call. gRPC names a connection by its descriptor and keeps that open as long as a call of it lives
// (a call holds its stream, the stream its transport, the transport the descriptor), so the number
// means one connection for the whole of a call; the kernel's cookie of the socket is compared all
// the same. Thread-safe.
class PeerRegistry {
 public:
  void Set(int fd, unsigned uid);
  // "" when the peer string names no descriptor of ours, or that is another socket by now.
  std::string Principal(const std::string& peer) const;

 private:
  struct Peer {
    unsigned uid = 0;
    std::uint64_t cookie = 0;
  };
  mutable std::mutex mutex_;
  std::map<int, Peer> peers_;
};

class Admission;

// An admitted call; its place among the calls in flight is free again when this dies. Movable.
class Admitted {
 public:
  Admitted(Admission& admission, engine::Caller caller, Reach reach, Kind kind);
  ~Admitted();
  Admitted(Admitted&& other) noexcept;
  Admitted& operator=(Admitted&&) = delete;

  const engine::Caller& caller() const { return caller_; }
  Reach reach() const { return reach_; }

 private:
  Admission* admission_;
  engine::Caller caller_;
  Reach reach_;
  Kind kind_;
};

// The check that every call passes first: the authorization table, who asks, how much is in flight.
// Thread-safe; outlives the calls.
class Admission {
 public:
  // reflection_on_tcp: what OpenTo::kUnixSocketUnlessAsked asks.
  Admission(AdmissionLimits limits, const PeerRegistry& peers, std::string bearer_token,
            bool reflection_on_tcp);

  // UNAUTHENTICATED, PERMISSION_DENIED (RPC_NOT_OPEN_HERE), RESOURCE_EXHAUSTED (TOO_MANY_CALLS,
  // TOO_MANY_TRANSFERS, TOO_MANY_STREAMS).
  Result<Admitted> Admit(const grpc::ServerContextBase& context, std::string_view method);

  // From now on calls are refused (UNAVAILABLE, SHUTTING_DOWN); returns when none is in flight any
  // more, or at `deadline`.
  void Drain(std::chrono::steady_clock::time_point deadline);

  // Since when no call is in flight; 0 while one is.
  std::chrono::steady_clock::duration IdleFor() const;

 private:
  friend class Admitted;

  struct InFlight {
    std::size_t calls = 0;
    std::size_t transfers = 0;
    std::size_t streams = 0;

    std::size_t& Of(Kind kind) {
      return kind == Kind::kCall ? calls : kind == Kind::kTransfer ? transfers : streams;
    }
    bool None() const { return calls == 0 && transfers == 0 && streams == 0; }
  };

  Result<engine::Caller> Authenticate(const grpc::ServerContextBase& context, Reach& reach) const;
  Status Take(const std::string& principal, Kind kind);
  void Release(const std::string& principal, Kind kind);

  const AdmissionLimits limits_;
  const PeerRegistry& peers_;
  const bool reflection_on_tcp_;
  const std::string bearer_token_;  // empty: no TCP door takes a token
  mutable std::mutex mutex_;        // guards everything below
  std::condition_variable drained_;
  bool draining_ = false;
  InFlight all_;
  std::map<std::string, InFlight> by_principal_;
  std::chrono::steady_clock::time_point last_end_ = std::chrono::steady_clock::now();
};

}  // namespace inquest::doors
