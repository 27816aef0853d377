// Stands in for inquest-run in the crash tests: has every start of a command written down, by the
// key of its run, and becomes the real supervisor. What starts commands is bubblewrap, so that one
// is wrapped (recorded_bwrap.cc) and finds here what it needs: it runs under another root.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "runtime/base/file.h"
#include "sandbox/supervisor/order.pb.h"
#include "tests/end_to_end/start_log.h"

namespace inquest::tests {
namespace {

constexpr std::uint64_t kOrderLimitBytes = std::uint64_t{256} << 20U;

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
      !Become(MemoryFile(line), kStartLineFd) ||
      !Become(MemoryFile(order.SerializeAsString()), STDIN_FILENO)) {
    return 70;
  }
  ::execl(INQUEST_BINARY_DIR "/bin/inquest-run", "inquest-run", nullptr);
  return 127;
}

}  // namespace
}  // namespace inquest::tests

int main() { return inquest::tests::Main(); }
