// inquest-run: the supervisor of one sandboxed run. It reads its order from standard input, owns
// the run until its whole process tree is dead, and leaves an outcome file behind; it outlives the
// daemon. SIGTERM cancels the run.

#include <unistd.h>

#include <cstdio>

#include "runtime/base/file.h"
#include "sandbox/supervisor/claim.h"
#include "sandbox/supervisor/supervise.h"

namespace {

// Bounds what patches and filter may take; the executor makes the order.
constexpr std::uint64_t kOrderLimit = std::uint64_t{256} << 20U;
constexpr int kUsageExit = 64;
constexpr int kFailedExit = 70;

}  // namespace

int main() {
  const auto bytes = inquest::ReadFile("/proc/self/fd/0", kOrderLimit);
  inquest::sandbox::Order order;
  if (!bytes.ok() || !order.ParseFromString(*bytes) || order.run_directory().empty()) {
    std::fputs("inquest-run: no order on standard input; it is started by inquestd\n", stderr);
    return kUsageExit;
  }
  const inquest::Status status = inquest::sandbox::Supervise(order);
  if (status.ok()) return 0;
  std::fprintf(stderr, "inquest-run: %s\n", status.ToString().c_str());
  return status.reason() == "RUN_CLAIMED" ? inquest::sandbox::kClaimLostExit : kFailedExit;
}
