#include "bench/daemon/daemon_process.h"

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "bench/measure.h"
#include "runtime/base/file.h"

namespace inquest::bench {

DaemonProcess::DaemonProcess(const std::string& directory) {
  const std::string program = ProgramDirectory() + "/../bin/inquestd";
  const std::string socket = directory + "/inquest.sock";
  int ready[2];
  CHECK(::pipe(ready) == 0);
  ::fcntl(ready[0], F_SETFD, FD_CLOEXEC);
  const std::string ready_fd = std::to_string(ready[1]);
  pid_ = ::vfork();
  if (pid_ == 0) {
    ::execl(program.c_str(), "inquestd", "--data-dir", directory.c_str(), "--socket",
            socket.c_str(), "--ready-fd", ready_fd.c_str(), "--log-level", "error", nullptr);
    ::_exit(127);
  }
  CHECK(pid_ > 0);
  ::close(ready[1]);
  ready_fd_ = ready[0];
  static int number = 0;
  grpc::ChannelArguments arguments;
  arguments.SetInt("inquest.bench", ++number);  // a connection of its own
  stub_ = v1::InvestigationService::NewStub(
      grpc::CreateCustomChannel("unix:" + socket, grpc::InsecureChannelCredentials(), arguments));
}

DaemonProcess::~DaemonProcess() {
  Kill();
  ::close(ready_fd_);
}

void DaemonProcess::AwaitReady() const {
  char line[16];
  if (::read(ready_fd_, line, sizeof(line)) > 0) return;
  std::fprintf(stderr, "inquestd did not start\n");
  CHECK(false);
}

void DaemonProcess::Kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

double DaemonProcess::PrivateMegabytes() const {
  std::ifstream rollup("/proc/" + std::to_string(pid_) + "/smaps_rollup");
  double kib = 0;
  for (std::string word; rollup >> word;) {
    if (!word.starts_with("Private_")) continue;
    double value = 0;
    rollup >> value;
    kib += value;
  }
  CHECK(kib > 0);
  return kib * 1024 / 1e6;
}

std::string DaemonProcess::Create(const std::string& tree) {
  v1::CreateInvestigationRequest request;
  request.mutable_target()->set_local_path(tree);
  // Stays open while it is measured; nobody waits for it.
  request.mutable_target()->set_test_command("sleep 60");
  v1::CreateInvestigationResponse response;
  grpc::ClientContext context;
  const grpc::Status made = stub_->CreateInvestigation(&context, request, &response);
  if (!made.ok()) std::fprintf(stderr, "%s\n", made.error_message().c_str());
  CHECK(made.ok());
  return response.investigation().name();
}

double DaemonProcess::Get(const std::string& name) {
  v1::GetInvestigationRequest request;
  request.set_name(name);
  v1::GetInvestigationResponse response;
  grpc::ClientContext context;
  const auto begin = Clock::now();
  const grpc::Status got = stub_->GetInvestigation(&context, request, &response);
  if (!got.ok()) std::fprintf(stderr, "%s\n", got.error_message().c_str());
  CHECK(got.ok());
  return SecondsSince(begin);
}

}  // namespace inquest::bench
