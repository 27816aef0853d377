// Stands in for inquest-run in the crash tests: has every start of a command written down, by the
// key of its run, and is the real supervisor otherwise. What starts commands is bubblewrap, so that
// one is wrapped (recorded_bwrap.cc) and finds here what it needs: it runs under another root. For
// that the supervisor leaves descriptors open.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "runtime/base/file.h"
#include "sandbox/supervisor/claim.h"
#include "sandbox/supervisor/supervise.h"
#include "tests/end_to_end/start_log.h"

namespace inquest::tests {
namespace {

constexpr std::uint64_t kOrderLimitBytes = std::uint64_t{256} << 20U;
constexpr int kFailedExit = 70;

bool Become(int from, int to) { return from >= 0 && ::dup2(from, to) == to; }

int MemoryFile(const std::string& bytes) {
  const int fd = ::memfd_create("recorded", 0);
  return fd >= 0 && WriteAll(fd, bytes).ok() ? fd : -1;
}

int Main() {
  const auto bytes = ReadFile("/proc/self/fd/0", kOrderLimitBytes);
  sandbox::Order order;
  if (!bytes.ok() || !order.ParseFromString(*bytes)) return 64;
  const std::filesystem::path run = order.run_directory();
  const std::string log = run.parent_path().parent_path() / kStartLogFile;
  const std::string line = run.filename().string() + "\n" + order.bubblewrap();
  order.set_bubblewrap(ProgramDirectory() + "/bwrap");
  if (!Become(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), kStartLogFd) ||
      !Become(MemoryFile(line), kStartLineFd)) {
    return kFailedExit;
  }
  const Status status = sandbox::Supervise(order, sandbox::Profile({"descriptors"}));
  if (status.ok()) return 0;
  std::fprintf(stderr, "recorded_run: %s\n", status.ToString().c_str());
  return status.reason() == "RUN_CLAIMED" ? sandbox::kClaimLostExit : kFailedExit;
}

}  // namespace
}  // namespace inquest::tests

int main() { return inquest::tests::Main(); }
