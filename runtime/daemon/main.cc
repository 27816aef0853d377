#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>

#include "runtime/base/log.h"
#include "runtime/daemon/daemon.h"
#include "runtime/daemon/options.h"
#include "runtime/daemon/parts.h"

namespace inquest::daemon {
namespace {

constexpr mode_t kOthersNothing = 0077;

Status Serve(const Options& options) {
  TRY_ASSIGN(Parts parts, Assemble(options));
  TRY_ASSIGN(const auto daemon, Daemon::Start(options, std::move(parts)));
  return daemon->Run();
}

int Main(int argc, char** argv) {
  const Parsed parsed = ParseOptions(argc, argv);
  if (parsed.leave) return parsed.exit_code;
  ::umask(kOthersNothing);
  SetLogLevel(parsed.options.log_level);
  BlockSignals();
  // What we inherited is not for the programs that we start.
  for (const int fd : {parsed.options.ready_fd, parsed.options.start_lock_fd}) {
    if (fd >= 0) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  const Status served = Serve(parsed.options);
  if (served.ok()) return 0;
  Log(LogLevel::kError, served.message(), {{"reason", served.reason()}});
  return 1;
}

}  // namespace
}  // namespace inquest::daemon

int main(int argc, char** argv) { return inquest::daemon::Main(argc, argv); }
