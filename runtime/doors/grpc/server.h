#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/submission.pb.h"
#include "runtime/base/status.h"
#include "runtime/doors/grpc/stall_guard.h"
#include "runtime/doors/grpc/watch_catch_up.h"
#include "runtime/engine/engine.h"
#include "runtime/store/store.h"

namespace inquest::doors {

struct TlsFiles {
  std::string certificate_pem;
  std::string key_pem;
  std::string client_ca_pem;
};

struct ServerOptions {
  // Empty: no Unix socket.
  std::string socket_path;
  std::vector<uid_t> allowed_uids;
  std::optional<gid_t> allowed_group;
  // HOST:PORT; empty: no TCP door. Port 0: any (Server::tcp_port tells).
  std::string tcp_address;
  // What a client of a TCP door without TLS presents. At least 32 bytes.
  std::string bearer_token;
  // Set: the TCP door speaks TLS and takes clients with a certificate of client_ca_pem only.
  std::unique_ptr<TlsFiles> tls;
  // The operator's word that a proxy stands in front of an address that is not loopback.
  bool behind_proxy = false;
  // Reflection also for those whom the TCP door lets in; the Unix socket always has it.
  bool reflection_on_tcp = false;
  WatchLimits watch;
  TransferLimits transfers;
  // Turns an uploaded tar archive into a tree.
  std::function<Result<std::string>(std::string_view tar)> unpack;
  // What evidence says against a hypothesis that a person adds.
  std::function<Result<std::vector<v1::Defect>>(const std::string& tree_digest,
                                                const v1::Hypothesis& hypothesis)>
      check_hypothesis;
};

// The doors: listens, serves inquest.v1 over the engine and the store, which it borrows. Every
// method from one thread.
class Server {
 public:
  // INVALID_ARGUMENT or FAILED_PRECONDITION, with what to do, when the options ask for a door that
  // would be open to strangers, or that cannot be opened.
  static Result<std::unique_ptr<Server>> Start(ServerOptions options, engine::Engine& engine,
                                               store::Store& store);
  ~Server();

  // 0: no TCP door.
  int tcp_port() const;

  // Since when no call is in flight; 0 while one is.
  std::chrono::steady_clock::duration IdleFor() const;

  // NOT_SERVING, no new connections, watches end with UNAVAILABLE, calls in flight get `grace`.
  // Idempotent.
  void Stop(std::chrono::milliseconds grace);

 private:
  class Running;
  explicit Server(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace inquest::doors
