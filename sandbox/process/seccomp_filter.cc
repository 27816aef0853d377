#include "sandbox/process/seccomp_filter.h"

#include <asm/ioctls.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

// By name: libseccomp knows the number, or (for a call that this architecture has not) skips it.
constexpr const char* kRefused[] = {
    // Mounts and namespaces.
    "mount",
    "umount",
    "umount2",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    // The kernel's own insides.
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "init_module",
    "finit_module",
    "delete_module",
    "create_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "syslog",
    "acct",
    "swapon",
    "swapoff",
    "quotactl",
    "quotactl_fd",
    "nfsservctl",
    "vhangup",
    "uselib",
    "sysfs",
    "_sysctl",
    "lookup_dcookie",
    "iopl",
    "ioperm",
    "modify_ldt",
    // Other processes.
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "pidfd_getfd",
    "kcmp",
    "move_pages",
    "migrate_pages",
    "mbind",
    "set_mempolicy",
    // Keys, handles, clocks.
    "keyctl",
    "add_key",
    "request_key",
    "name_to_handle_at",
    "open_by_handle_at",
    "settimeofday",
    "stime",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "fanotify_init",
};

// What a debugger needs of these.
bool IsForDebugger(std::string_view name) { return name == "ptrace" || name == "process_vm_readv"; }

// By number: newer than the library's table.
struct Numbered {
  int number;
  const char* name;
};
constexpr Numbered kRefusedNumbers[] = {
    {425, "io_uring_setup"}, {426, "io_uring_enter"}, {427, "io_uring_register"},
    {447, "memfd_secret"},   {428, "open_tree"},      {450, "set_mempolicy_home_node"},
    {457, "statmount"},      {458, "listmount"},      {467, "open_tree_attr"},
};

constexpr std::uint64_t kNamespaceFlags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                          CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                                          CLONE_NEWNET | CLONE_NEWTIME;
constexpr std::uint64_t kSocketTypeMask = 0xf;
constexpr std::uint64_t kLow32 = 0xffffffff;

using Filter = std::unique_ptr<void, void (*)(scmp_filter_ctx)>;

class Builder {
 public:
  explicit Builder(scmp_filter_ctx filter) : filter_(filter) {}

  void Refuse(int call, unsigned error) {
    Keep(seccomp_rule_add(filter_, SCMP_ACT_ERRNO(error), call, 0));
  }
  void RefuseWhen(int call, unsigned error, scmp_arg_cmp a) {
    Keep(seccomp_rule_add(filter_, SCMP_ACT_ERRNO(error), call, 1, a));
  }
  // 0, or the first error.
  int error() const { return error_; }

 private:
  void Keep(int result) {
    if (error_ == 0 && result < 0) error_ = -result;
  }

  scmp_filter_ctx filter_;
  int error_ = 0;
};

scmp_arg_cmp Masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

// Other personalities weaken address randomisation; asking which one is set is harmless.
void RefusePersonalities(SeccompProfile profile, Builder* builder) {
  constexpr int kTop = 31;
  const int call = SCMP_SYS(personality);
  if (profile == SeccompProfile::kPlain) {
    builder->RefuseWhen(call, EPERM, {0, SCMP_CMP_NE, 0xffffffff, 0});
    return;
  }
  // The question has every bit; a debugger sets ADDR_NO_RANDOMIZE alone. Bit by bit, as a rule
  // looks at an argument once.
  constexpr std::uint64_t kTopBit = std::uint64_t{1} << kTop;
  for (int i = 0; i < kTop; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(i);
    builder->RefuseWhen(call, EPERM, Masked(0, kTopBit | bit, kTopBit));
    if (bit != ADDR_NO_RANDOMIZE) builder->RefuseWhen(call, EPERM, Masked(0, kTopBit | bit, bit));
  }
}

void AddRules(SeccompProfile profile, Builder* builder) {
  for (const char* name : kRefused) {
    if (profile == SeccompProfile::kDebugger && IsForDebugger(name)) continue;
    const int call = seccomp_syscall_resolve_name(name);
    if (call >= 0) builder->Refuse(call, EPERM);
  }
  for (const Numbered& call : kRefusedNumbers) {
    if (seccomp_syscall_resolve_name(call.name) < 0) builder->Refuse(call.number, EPERM);
  }
  for (const char* name :
       {"io_uring_setup", "io_uring_enter", "io_uring_register", "memfd_secret"}) {
    const int call = seccomp_syscall_resolve_name(name);
    if (call >= 0) builder->Refuse(call, EPERM);
  }
  // Its flags are in memory, which a filter cannot read; libc falls back to clone.
  builder->Refuse(SCMP_SYS(clone3), ENOSYS);
  for (std::uint64_t bit = 1; bit <= kNamespaceFlags; bit <<= 1U) {
    if ((kNamespaceFlags & bit) != 0)
      builder->RefuseWhen(SCMP_SYS(clone), EPERM, Masked(0, bit, bit));
  }
  // Words put into somebody's terminal.
  builder->RefuseWhen(SCMP_SYS(ioctl), EPERM, Masked(1, kLow32, TIOCSTI));
  builder->RefuseWhen(SCMP_SYS(ioctl), EPERM, Masked(1, kLow32, TIOCLINUX));
  RefusePersonalities(profile, builder);
  // UNIX, INET and INET6 stay; NETLINK too would be needed only to look at interfaces.
  for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)}) {
    builder->RefuseWhen(call, EAFNOSUPPORT, {0, SCMP_CMP_LT, AF_UNIX, 0});
    builder->RefuseWhen(call, EAFNOSUPPORT, {0, SCMP_CMP_GT, AF_INET6, 0});
    for (std::uint64_t family = AF_INET + 1; family < AF_INET6; ++family) {
      builder->RefuseWhen(call, EAFNOSUPPORT, {0, SCMP_CMP_EQ, family, 0});
    }
    builder->RefuseWhen(call, EPERM, Masked(1, kSocketTypeMask, SOCK_RAW));
    builder->RefuseWhen(call, EPERM, Masked(1, kSocketTypeMask, SOCK_PACKET));
  }
}

}  // namespace

Result<std::string> CompileSeccompFilter(SeccompProfile profile) {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
  const auto failed = [](const char* what, int error) {
    return Status{Code::kFailedPrecondition, "SECCOMP_UNAVAILABLE",
                  ErrnoStatus(what, error).message()};
  };
  if (!filter) return failed("make a system call filter", ENOMEM);
  seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // A binary tree: refused calls cost every other call less.
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  Builder builder(filter.get());
  AddRules(profile, &builder);
  if (builder.error() != 0) return failed("add a rule to the system call filter", builder.error());
  const Fd file(::memfd_create("filter", MFD_CLOEXEC));
  if (!file.valid()) return ErrnoStatus("make a memory file", errno);
  const int exported = seccomp_export_bpf(filter.get(), file.get());
  if (exported < 0) return failed("compile the system call filter", -exported);
  constexpr std::uint64_t kFilterLimit = 64U << 10U;
  return ReadFile("/proc/self/fd/" + std::to_string(file.get()), kFilterLimit);
}

}  // namespace inquest::sandbox
