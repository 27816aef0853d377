// Real tools from a home like a developer's: found, bound piece by piece, and nothing else of it
// seen.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/base/fd.h"
#include "tests/sandbox/process_harness.h"

namespace inquest::sandbox {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kSecret[] = "inquest-test-secret";

// The file that a name stands for along this process's PATH, links followed; empty: none.
fs::path Installed(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code error;
    const fs::path real = fs::canonical(folder + "/" + name, error);
    if (!error) return real;
  }
  return "";
}

class RealTools : public testing::Test {
 protected:
  RealTools() : home_("/var/tmp/inquest-home-" + NewId()) {
    for (const char* secret :
         {".ssh/id_rsa", ".aws/credentials", ".npmrc", ".bash_history", ".netrc",
          ".config/gh/hosts.yml", "project/.env", ".nvm/alias/default"}) {
      Write(secret, kSecret);
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    fs::create_directories(home_ / ".ssh");
    (home_ / ".ssh/agent").string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    CHECK(::bind(agent_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    CHECK(::listen(agent_.get(), 1) == 0);
  }
  ~RealTools() override { fs::remove_all(home_); }

  void Write(const std::string& name, const std::string& text, bool program = false) {
    fs::create_directories((home_ / name).parent_path());
    std::ofstream(home_ / name) << text;
    if (program) fs::permissions(home_ / name, fs::perms(0755));
  }

  // What a command prints with these folders before the system's in PATH.
  std::string Print(const std::string& path, const std::string& command) {
    ProcessHarness harness(path + ":/usr/bin:/bin");
    harness.options().home = home_;
    harness.Restart();
    CHECK(harness.AddProgram("node_modules/.bin/linter", "#!/bin/sh\necho linted\n").ok());
    const v1::RunOutcome outcome = harness.Run(command);
    EXPECT_EQ(outcome.problem(), v1::RunOutcome::PROBLEM_UNSPECIFIED) << outcome.explanation();
    if (outcome.phases().empty()) return outcome.explanation();
    EXPECT_EQ(outcome.phases(0).exit_code(), 0) << harness.Text(outcome.phases(0).stderr());
    return harness.Text(outcome.phases(0).stdout());
  }

  const fs::path home_;
  const Fd agent_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

TEST_F(RealTools, ANodeOfNvmRuns) {
  const fs::path node = Installed("node");
  const std::string folder = (home_ / ".nvm/versions/node/v20/bin").string();
  if (node.empty()) {
    Write(".nvm/versions/node/v20/bin/node", "#!/bin/sh\necho 2\n", true);
  } else {
    fs::create_directories(folder);
    fs::copy_file(node, folder + "/node");
  }
  fs::create_directories(home_ / ".nvm/versions/node/v20/lib");

  const std::string printed =
      Print(folder, "command -v node; node -e 'console.log(1+1)'; ls -A " + home_.string() +
                        "; ls -A " + (home_ / ".nvm").string());

  EXPECT_EQ(printed, folder + "/node\n2\n.nvm\nversions\n");
}

TEST_F(RealTools, AVirtualEnvironmentRunsThePythonThatItLinksTo) {
  const std::string environment = (home_ / "project/venv").string();
  const std::string make =
      "python3 -m venv --without-pip --symlinks " + environment + " >/dev/null 2>&1";
  ASSERT_EQ(std::system(make.c_str()), 0) << "Debian: apt-get install python3-venv";

  const std::string printed =
      Print(environment + "/bin", "python3 -c 'import sys, ssl; print(sys.prefix)'; ls -A " +
                                      home_.string() + "/project");

  EXPECT_EQ(printed, environment + "\nvenv\n");
}

TEST_F(RealTools, AFolderBelowOptAndTheProjectsOwnToolsRun) {
  const std::string opt = "/opt/inquest-test-" + NewId();
  std::error_code error;
  fs::create_directories(opt + "/bin", error);
  const std::string prefix = error ? (home_ / "sdk").string() : opt;
  fs::create_directories(prefix + "/bin");
  fs::create_directories(prefix + "/lib");
  std::ofstream(prefix + "/lib/words") << "from lib\n";
  std::ofstream(prefix + "/bin/tool") << "#!/bin/sh\ncat \"$(dirname \"$0\")/../lib/words\"\n";
  fs::permissions(prefix + "/bin/tool", fs::perms(0755));

  const std::string printed = Print(prefix + "/bin", "tool; linter");
  fs::remove_all(opt, error);

  EXPECT_EQ(printed, "from lib\nlinted\n");
}

TEST_F(RealTools, NothingElseOfTheHomeIsThere) {
  Write(".local/bin/mine", "#!/bin/sh\necho mine\n", true);
  Write(".local/share/keyrings/login.keyring", kSecret);
  ::setenv("SSH_AUTH_SOCK", (home_ / ".ssh/agent").c_str(), 1);

  const std::string printed =
      Print((home_ / ".local/bin").string() + ":" + home_.string(),
            "mine; env; find / -xdev \\( -name id_rsa -o -name .npmrc -o -name agent -o -name "
            "credentials -o -name .bash_history -o -name login.keyring \\) 2>/dev/null; "
            "grep -rs " +
                std::string(kSecret).substr(0, 12) + "-secret " + home_.string() +
                "; cat ~/.ssh/id_rsa /root/.ssh/id_rsa 2>/dev/null; true");

  EXPECT_THAT(printed, HasSubstr("mine\n"));
  EXPECT_THAT(printed, Not(HasSubstr(kSecret)));
  for (const char* name : {"id_rsa", "credentials", "npmrc", "agent", "keyring", "SSH_AUTH_SOCK"}) {
    EXPECT_THAT(printed, Not(HasSubstr(name)));
  }
  ::unsetenv("SSH_AUTH_SOCK");
}

}  // namespace
}  // namespace inquest::sandbox
