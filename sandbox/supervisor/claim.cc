#include "sandbox/supervisor/claim.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>

#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

constexpr std::uint64_t kSmallFileLimit = 64U << 10U;

// Field 22 of /proc/<pid>/stat; the name in field 2 may hold blanks and brackets, so count from its
// end.
Result<std::uint64_t> StartTimeTicks(pid_t pid) {
  TRY_ASSIGN(const std::string stat,
             ReadFile("/proc/" + std::to_string(pid) + "/stat", kSmallFileLimit));
  constexpr int kFieldsAfterName = 20;
  std::size_t at = stat.rfind(')');
  for (int field = 0; field < kFieldsAfterName && at != std::string::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  std::uint64_t ticks = 0;
  if (at == std::string::npos ||
      std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), ticks).ec != std::errc()) {
    return Status{Code::kInternal, "BAD_PROC_STAT", "cannot read the start time of a process"};
  }
  return ticks;
}

Result<std::string> BootId() {
  return ReadFile("/proc/sys/kernel/random/boot_id", kSmallFileLimit);
}

}  // namespace

Status MakeClaim(const std::string& run_directory, const Claim& claim, bool durable) {
  const std::string staging = run_directory + kStagingMark + std::to_string(claim.pid());
  if (::mkdir(staging.c_str(), 0700) != 0) return ErrnoStatus("make directory " + staging, errno);
  const std::string file = staging + "/" + kClaimFile;
  Status status = WriteFileAtomically(file, claim.SerializeAsString(), 0600,
                                      durable ? Durability::kSynced : Durability::kNone);
  if (status.ok() && ::renameat2(AT_FDCWD, staging.c_str(), AT_FDCWD, run_directory.c_str(),
                                 RENAME_NOREPLACE) != 0) {
    status = errno == EEXIST ? Status{Code::kAlreadyExists, "RUN_CLAIMED",
                                      run_directory + " is claimed by another supervisor"}
                             : ErrnoStatus("claim " + run_directory, errno);
  }
  if (!status.ok()) {
    ::unlink(file.c_str());
    ::rmdir(staging.c_str());
    return status;
  }
  if (!durable) return Status::Ok();
  return SyncDirectory(run_directory.substr(0, run_directory.rfind('/')));
}

Result<Claim> ReadClaim(const std::string& run_directory) {
  TRY_ASSIGN(const std::string bytes, ReadFile(run_directory + "/" + kClaimFile, kSmallFileLimit));
  Claim claim;
  if (!claim.ParseFromString(bytes)) {
    return Status{Code::kDataLoss, "CLAIM_DAMAGED",
                  "the claim in " + run_directory + " is damaged"};
  }
  return claim;
}

Result<Claim> ClaimOfThisProcess() {
  Claim claim;
  claim.set_pid(::getpid());
  TRY_ASSIGN(const std::uint64_t ticks, StartTimeTicks(::getpid()));
  claim.set_start_time_ticks(ticks);
  TRY_ASSIGN(const std::string boot, BootId());
  claim.set_boot_id(boot);
  return claim;
}

Fd OpenClaimant(const Claim& claim) {
  const auto boot = BootId();
  if (!boot.ok() || *boot != claim.boot_id()) return Fd();
  Fd process(static_cast<int>(::syscall(SYS_pidfd_open, claim.pid(), 0)));
  if (!process.valid()) return Fd();
  // After the pidfd is open the pid cannot change hands, so this says whose it is.
  const auto ticks = StartTimeTicks(claim.pid());
  if (!ticks.ok() || *ticks != claim.start_time_ticks()) return Fd();
  return process;
}

}  // namespace inquest::sandbox
