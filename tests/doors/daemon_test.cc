// The daemon as a program: what its options, signals and ready line do.
#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "inquest/v1/investigation_service.grpc.pb.h"
#include "runtime/base/fd.h"

namespace inquest::daemon {
namespace {

constexpr int kPatienceMs = 20'000;

class Program : public testing::Test {
 protected:
  Program() {
    char name[] = "/tmp/inquestd-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~Program() override {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    for (const char* file : {"/inquest.sock", "/token"}) ::unlink((folder_ + file).c_str());
    ::rmdir(folder_.c_str());
  }

  std::string Socket() const { return folder_ + "/inquest.sock"; }

  // Standard output and error come through a pipe, the ready line through another.
  void Run(std::vector<std::string> options) {
    int ready[2];
    int output[2];
    ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
    ASSERT_EQ(::pipe2(output, O_CLOEXEC), 0);
    options.insert(options.begin(),
                   {"inquestd", "--data-dir", folder_, "--socket", Socket(), "--ready-fd", "7"});
    std::vector<char*> argv;
    for (const std::string& option : options) argv.push_back(const_cast<char*>(option.c_str()));
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(output[1], STDOUT_FILENO);
      ::dup2(output[1], STDERR_FILENO);
      ::dup2(ready[1], 7);  // last: 7 may be the other pipe's own number
      ::execv(INQUEST_BINARY_DIR "/tests/bin/inquestd-in-memory", argv.data());
      ::_exit(127);
    }
    ::close(ready[1]);
    ::close(output[1]);
    ready_ = Fd(ready[0]);
    output_ = Fd(output[0]);
  }

  // All that comes until the other end closes or patience ends.
  static std::string ReadAll(const Fd& from) {
    std::string text;
    char buffer[4096];
    pollfd watched{from.get(), POLLIN, 0};
    while (::poll(&watched, 1, kPatienceMs) == 1) {
      const ssize_t size = ::read(from.get(), buffer, sizeof(buffer));
      if (size <= 0) break;
      text.append(buffer, static_cast<std::size_t>(size));
    }
    return text;
  }

  int Exit() {
    output_text_ = ReadAll(output_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string folder_;
  pid_t pid_ = 0;
  Fd ready_;
  Fd output_;
  std::string output_text_;
};

TEST_F(Program, SaysReadyServesAndLeavesCleanlyOnSigterm) {
  Run({});
  ASSERT_EQ(ReadAll(ready_), "ready\n");
  auto stub = v1::InvestigationService::NewStub(
      grpc::CreateChannel("unix:" + Socket(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::ListInvestigationsResponse response;
  EXPECT_TRUE(stub->ListInvestigations(&context, {}, &response).ok());

  ::kill(pid_, SIGTERM);

  EXPECT_EQ(Exit(), 0);
  EXPECT_NE(::access(Socket().c_str(), F_OK), 0);
}

TEST_F(Program, LeavesByItselfWhenThereIsNothingToDo) {
  Run({"--idle-exit", "1"});
  EXPECT_EQ(ReadAll(ready_), "ready\n");
  EXPECT_EQ(Exit(), 0);
}

TEST_F(Program, RefusesATokenFileThatOthersCanRead) {
  std::ofstream(folder_ + "/token") << std::string(64, 'a') << '\n';
  ::chmod((folder_ + "/token").c_str(), 0644);
  Run({"--listen", "127.0.0.1:0", "--token-file", folder_ + "/token"});
  EXPECT_EQ(Exit(), 1);
  EXPECT_NE(output_text_.find("TOKEN_FILE_OPEN"), std::string::npos) << output_text_;
}

TEST_F(Program, RefusesAnOpenAddressAndSaysWhatToDo) {
  Run({"--listen", "0.0.0.0:0"});
  EXPECT_EQ(Exit(), 1);
  EXPECT_NE(output_text_.find("--behind-proxy"), std::string::npos) << output_text_;
}

TEST_F(Program, HelpAndVersionExitZeroAndAnUnknownOptionTwo) {
  Run({"--help"});
  EXPECT_EQ(Exit(), 0);
  EXPECT_NE(output_text_.find("--idle-exit"), std::string::npos);
  Run({"--version"});
  EXPECT_EQ(Exit(), 0);
  EXPECT_EQ(output_text_.substr(0, 9), "inquestd ");
  Run({"--no-such"});
  EXPECT_EQ(Exit(), 2);
}

}  // namespace
}  // namespace inquest::daemon
