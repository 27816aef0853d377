#include "runtime/daemon/daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/daemon/service_manager.h"

namespace inquest::daemon {
namespace {

constexpr std::uint64_t kPemLimitBytes = 1 << 20;
// How long calls in flight may go on after a signal.
constexpr std::chrono::seconds kGrace{5};
constexpr std::chrono::milliseconds kIdleLook{500};
constexpr mode_t kOthersNothing = 0077;

sigset_t EndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

Result<doors::ServerOptions> DoorOptions(const Options& options) {
  doors::ServerOptions door;
  door.socket_path = options.socket_path;
  door.allowed_uids = options.allowed_uids;
  door.allowed_group = options.allowed_group;
  door.tcp_address = options.listen_address;
  door.behind_proxy = options.behind_proxy;
  door.reflection_on_tcp = options.reflection_on_tcp;
  if (!options.token_file.empty()) {
    TRY_ASSIGN(door.bearer_token, ReadToken(options.token_file));
  }
  const bool any_tls = !options.tls_certificate.empty() || !options.tls_key.empty() ||
                       !options.tls_client_ca.empty();
  if (any_tls) {
    door.tls = std::make_unique<doors::TlsFiles>();
    TRY_ASSIGN(door.tls->certificate_pem, ReadFile(options.tls_certificate, kPemLimitBytes));
    TRY_ASSIGN(door.tls->key_pem, ReadFile(options.tls_key, kPemLimitBytes));
    TRY_ASSIGN(door.tls->client_ca_pem, ReadFile(options.tls_client_ca, kPemLimitBytes));
  }
  return door;
}

void TellReady(const Fd& waiting) {
  if (!waiting.valid()) return;
  if (const Status told = WriteAll(waiting.get(), "ready\n"); !told.ok()) {
    // Whoever started us was killed meanwhile; others find us by the socket.
    Log(LogLevel::kInfo, "nobody reads the ready descriptor", {{"error", told.message()}});
  }
}

// Blocked in this thread and all that it starts; Daemon::Run takes them.
void BlockSignals() {
  const sigset_t signals = EndingSignals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

Daemon::Daemon(const Options& options, Parts parts)
    : options_(options),
      parts_(std::move(parts)),
      engine_(*parts_.store, *parts_.runner, clock_, parts_.engine) {}

Result<std::unique_ptr<Daemon>> Daemon::Start(const Options& options, Parts parts) {
  // Both close when this returns: then others may look for us, and find us.
  const Fd start_lock(options.start_lock_fd);
  const Fd ready(options.ready_fd);
  TRY_ASSIGN(doors::ServerOptions door, DoorOptions(options));
  door.unpack = parts.unpack;
  door.check_hypothesis = parts.check_hypothesis;
  std::unique_ptr<Daemon> daemon(new Daemon(options, std::move(parts)));
  TRY(daemon->engine_.Start());
  TRY_ASSIGN(daemon->server_,
             doors::Server::Start(std::move(door), daemon->engine_, *daemon->parts_.store));
  Log(LogLevel::kInfo, "serving",
      {{"socket", options.socket_path},
       {"tcp_port", std::to_string(daemon->server_->tcp_port())},
       {"data", options.data_dir}});
  TellReady(ready);
  TellServiceManager("READY=1");
  return daemon;
}

Daemon::~Daemon() {
  if (server_ != nullptr) server_->Stop(kGrace);
  server_.reset();
  engine_.Stop();
}

bool Daemon::Idle() const {
  if (server_->IdleFor() < options_.idle_exit) return false;
  const auto unfinished = parts_.store->ListUnfinished();
  return unfinished.ok() && unfinished->empty();
}

Status Daemon::Run() {
  const sigset_t signals = EndingSignals();
  const Fd ending(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!ending.valid()) return ErrnoStatus("signalfd", errno);
  const bool may_idle = options_.idle_exit.count() > 0;
  const int look_ms = may_idle ? static_cast<int>(kIdleLook.count()) : -1;
  while (true) {
    pollfd watched{ending.get(), POLLIN, 0};
    const int ready = ::poll(&watched, 1, look_ms);
    if (ready < 0 && errno != EINTR) return ErrnoStatus("poll", errno);
    if (ready > 0) {
      Log(LogLevel::kInfo, "stopping");
      TellServiceManager("STOPPING=1");
      return Status::Ok();
    }
    if (may_idle && Idle()) {
      Log(LogLevel::kInfo, "nothing to do: leaving");
      return Status::Ok();
    }
  }
}

int RunProgram(int argc, char** argv,
               const std::function<Result<Parts>(const Options&)>& assemble) {
  const Parsed parsed = ParseOptions(argc, argv);
  if (parsed.leave) return parsed.exit_code;
  ::umask(kOthersNothing);
  SetLogLevel(parsed.options.log_level);
  BlockSignals();
  // What we inherited is not for the programs that we start.
  for (const int fd : {parsed.options.ready_fd, parsed.options.start_lock_fd}) {
    if (fd >= 0) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  const auto serve = [&]() -> Status {
    TRY_ASSIGN(Parts parts, assemble(parsed.options));
    TRY_ASSIGN(const auto daemon, Daemon::Start(parsed.options, std::move(parts)));
    return daemon->Run();
  };
  const Status served = serve();
  if (served.ok()) return 0;
  Log(LogLevel::kError, served.message(), {{"reason", served.reason()}});
  return 1;
}

}  // namespace inquest::daemon
