// The runtime as somebody who is not root: programs, home and target are copied to where that user
// can reach them. Run as root, the tests become `nobody`; run by an ordinary user, they stay that
// user.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/base/id.h"

namespace inquest::sandbox {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr uid_t kNobody = 65534;
constexpr std::uint64_t kOutputLimit = 16U << 20U;

struct Ended {
  int exit_code = -1;
  std::string out, err;
};

class OrdinaryUser : public testing::Test {
 protected:
  OrdinaryUser() : place_("/var/tmp/inquest-user-" + NewId()) {
    const fs::path build(INQUEST_BINARY_DIR);
    for (const char* folder : {"bin", "tests", "home", "target", "out"}) {
      fs::create_directories(place_ / folder);
    }
    for (const char* program : {"bin/inquest", "bin/inquestd", "bin/inquest-run",
                                "tests/process_executor_test", "tests/misbehave_test"}) {
      fs::copy_file(build / program, place_ / program);
    }
    fs::copy(build / "share", place_ / "share", fs::copy_options::recursive);
    fs::copy(INQUEST_SOURCE_DIR "/examples/python-billing", place_ / "target",
             fs::copy_options::recursive);
    fs::create_directories(place_ / "scripts/lib");
    fs::create_directories(place_ / "policies");
    for (const char* file :
         {"scripts/accept-missing-layers", "scripts/lib/common.sh", "policies/scratch.yaml"}) {
      fs::copy_file(fs::path(INQUEST_SOURCE_DIR) / file, place_ / file);
    }
    for (const char* folder : {"home", "target", "out"}) GiveAway(place_ / folder);
    fs::permissions(place_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec |
                                fs::perms::group_read | fs::perms::others_read);
  }
  ~OrdinaryUser() override {
    EndDaemon();
    std::error_code ignored;
    fs::remove_all(place_, ignored);
  }

  Ended Run(const std::string& command) {
    const std::string out = place_ / "out/stdout", err = place_ / "out/stderr";
    const pid_t pid = ::fork();
    if (pid == 0) Become(command, out, err);
    int status = 0;
    ::waitpid(pid, &status, 0);
    Ended ended;
    if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
    ended.out = ReadFile(out, kOutputLimit).ok() ? *ReadFile(out, kOutputLimit) : "";
    ended.err = ReadFile(err, kOutputLimit).ok() ? *ReadFile(err, kOutputLimit) : "";
    return ended;
  }

  // The daemon of these copies, if one is running.
  void EndDaemon() const {
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      if (fs::read_symlink(entry.path() / "exe", gone) != place_ / "bin/inquestd") continue;
      const auto pid = static_cast<pid_t>(std::stol(entry.path().filename().string()));
      const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
      ::kill(pid, SIGTERM);
      pollfd watched{process.get(), POLLIN, 0};
      constexpr int kEndMs = 20'000;
      ::poll(&watched, 1, kEndMs);
    }
  }

  // Whether this user could make groups after all (a host that delegates them).
  bool HasGroups() {
    return Run("bin/inquest doctor").out.find("memory and pids control groups") ==
           std::string::npos;
  }

  const std::string investigate_ =
      "bin/inquest investigate --source target --title 'wrong total' --max-wall 5m --output json "
      "--test '/usr/bin/python3 -m unittest -q'";

 private:
  static void GiveAway(const fs::path& folder) {
    if (::geteuid() != 0) return;
    static_cast<void>(!::lchown(folder.c_str(), kNobody, kNobody));
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      static_cast<void>(!::lchown(entry.path().c_str(), kNobody, kNobody));
    }
  }

  [[noreturn]] void Become(const std::string& command, const std::string& out,
                           const std::string& err) {
    if (::geteuid() == 0 &&
        (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
         ::setresuid(kNobody, kNobody, kNobody) != 0)) {
      ::_exit(126);
    }
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    const std::string home = "HOME=" + (place_ / "home").string();
    const char* const environment[] = {home.c_str(), "PATH=/usr/local/bin:/usr/bin:/bin", nullptr};
    if (::chdir(place_.c_str()) != 0) ::_exit(126);
    ::execle("/bin/sh", "sh", "-c", command.c_str(), nullptr, environment);
    ::_exit(127);
  }

  const fs::path place_;
};

TEST_F(OrdinaryUser, TheExecutorsTestsPass) {
  const Ended ended = Run("tests/process_executor_test --gtest_filter=-*RealToolchains*");

  EXPECT_EQ(ended.exit_code, 0) << ended.out;
}

TEST_F(OrdinaryUser, NoProbeGetsAnywhere) {
  const Ended ended = Run("tests/misbehave_test --gtest_filter=*NoProbe*");

  EXPECT_EQ(ended.exit_code, 0) << ended.out;
}

TEST_F(OrdinaryUser, WhatTheUserCannotHaveIsRefusedUntilAnOperatorAcceptsThat) {
  if (!HasGroups()) {
    const Ended doctor = Run("bin/inquest doctor");
    EXPECT_THAT(doctor.out, HasSubstr("scripts/accept-missing-layers cgroup-memory cgroup-pids"));

    const Ended refused = Run(investigate_);
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_THAT(refused.out, Not(HasSubstr("VERIFIED_FIX")));
    EXPECT_THAT(refused.out + refused.err, HasSubstr("cgroup-memory"));
    EndDaemon();
    ASSERT_EQ(Run("scripts/accept-missing-layers cgroup-memory cgroup-pids").exit_code, 0);
  }

  const Ended fixed = Run(investigate_);
  EXPECT_EQ(fixed.exit_code, 0) << fixed.err;
  EXPECT_THAT(fixed.out, HasSubstr("VERIFIED_FIX"));

  const Ended evidence = Run("bin/inquest evidence @last");
  EXPECT_EQ(evidence.exit_code, 0) << evidence.err;
  if (!HasGroups()) {
    EXPECT_THAT(evidence.out, HasSubstr("(sandbox without cgroup-memory, cgroup-pids)"));
  }
}

}  // namespace
}  // namespace inquest::sandbox
