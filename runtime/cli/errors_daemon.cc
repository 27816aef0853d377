#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"ADDRESS_NEEDS_TLS_AND_PROXY",
     "inquestd was to listen on an address that other machines reach, without all of "
     "--tls-certificate, --tls-key, --tls-client-ca and --behind-proxy.",
     "Listen on 127.0.0.1:PORT or the Unix socket. docs/deploy.md says what another address needs.",
     "TOKEN_REQUIRED"},
    {"BAD_SOCKET_PATH",
     "The path of the daemon's socket is not absolute, or longer than the system allows (107 "
     "bytes).",
     "Give a short absolute path with --socket. Without it, XDG_RUNTIME_DIR or the data directory "
     "decides.",
     "NOT_A_SOCKET"},
    {"CANNOT_LISTEN", "The daemon cannot listen on the address; another program may have the port.",
     "Give another port, or end what has this one.", "SOCKET_IN_USE"},
    {"DAEMON_BUSY", "An investigation is going on in the daemon, so the verb does not end it.",
     "Wait for its end, or pause it: inquest pause ID.", "DAEMON_DID_NOT_END"},
    {"DAEMON_DID_NOT_END",
     "The daemon was told to end and did not in time, or it runs where it cannot be told.",
     "End that process, and try again.", "DAEMON_BUSY STORE_IN_USE"},
    {"DAEMON_DID_NOT_START",
     "inquestd ended while it was starting, or was not ready in time. The message quotes the end "
     "of its log.",
     "Run `inquest doctor`. `inquest debug paths` names the whole log.",
     "DAEMON_NOT_FOUND STORE_IN_USE"},
    {"DAEMON_NOT_FOUND", "The program inquestd is not beside inquest, or cannot be executed.",
     "Put inquestd into the same directory as inquest.", "DAEMON_DID_NOT_START"},
    {"DAEMON_NOT_RUNNING", "Nobody listens at the daemon's socket.",
     "Start it; without the setting `socket` your own is started when it is needed.",
     "DAEMON_UNREACHABLE"},
    {"DAEMON_UNREACHABLE", "Somebody listens at the daemon's socket, but did not answer in time.",
     "Run `inquest doctor`; a hung daemon can be ended and started anew.", "DAEMON_NOT_RUNNING"},
    {"NOT_A_SOCKET",
     "There is something other than a socket at the path where the daemon was to listen.",
     "Move it away, or give another path with --socket.", "SOCKET_IN_USE BAD_SOCKET_PATH"},
    {"NO_DOOR", "inquestd was given neither a socket nor an address to listen on.",
     "Give --socket PATH, or --listen HOST:PORT with a token.", "ADDRESS_NEEDS_TLS_AND_PROXY"},
    {"SHUTTING_DOWN",
     "The daemon is going down and begins nothing new. Investigations are kept and go on when it "
     "is started again.",
     "Try again; the next verb starts a daemon.", "DAEMON_NOT_RUNNING"},
    {"SOCKET_IN_USE", "Another daemon answers on the socket.",
     "Use that daemon, or give another path with --socket.", "STORE_IN_USE"},
    {"TOKEN_FILE_OPEN",
     "The file with the daemon's token belongs to another user, or others may read it.",
     "Make it your own and private: chmod 600 FILE.", "TOKEN_REQUIRED"},
    {"TOKEN_REQUIRED",
     "A TCP door needs a token of at least 32 bytes, and callers have to send it.",
     "Start inquestd with --token-file, and send `authorization: Bearer TOKEN`.",
     "TOKEN_FILE_OPEN RPC_NOT_OPEN_HERE"},
};

}  // namespace

std::span<const ErrorPage> DaemonErrors() { return kPages; }

}  // namespace inquest::cli
