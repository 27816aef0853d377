#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"

namespace inquest::doors {

struct UnixListenerOptions {
  std::string path;  // absolute, shorter than sun_path
  // Who may connect besides the daemon's own user and root.
  std::vector<uid_t> allowed_uids;
  // Its members may, too; the socket is then that group's.
  std::optional<gid_t> allowed_group;
};

// Accepts connections on a Unix socket (0600, or 0660 for a group, in a folder 0700) and hands on
// those whose peer (SO_PEERCRED) may talk to us. gRPC 1.51 tells a service nothing about the peer
// of a Unix socket, so the door is ours and the connections are given to it.
class UnixListener {
 public:
  // From the listener's thread; takes the descriptor (non-blocking, close-on-exec).
  using Accepted = std::function<void(Fd connection, uid_t uid)>;

  // A socket file that nobody answers on is removed; FAILED_PRECONDITION (SOCKET_IN_USE) when
  // somebody does, and NOT_A_SOCKET when something else stands there.
  static Result<std::unique_ptr<UnixListener>> Open(UnixListenerOptions options);

  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;
  ~UnixListener();

  void Start(Accepted accepted);
  // Takes no more connections, removes the socket file, joins. Idempotent.
  void Stop();

 private:
  UnixListener(UnixListenerOptions options, Fd socket, Fd stop);
  void Loop(const Accepted& accepted);
  void AcceptOne(const Accepted& accepted);
  bool MayConnect(const Fd& connection, const ucred& peer) const;

  UnixListenerOptions options_;
  Fd socket_;
  Fd stop_;  // an eventfd
  std::thread thread_;
};

}  // namespace inquest::doors
