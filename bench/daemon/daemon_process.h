#pragma once

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "inquest/v1/investigation_service.grpc.pb.h"

namespace inquest::bench {

// The real inquestd over a data directory, and a client of it. Ends the process when it does not
// start.
class DaemonProcess {
 public:
  // Returns as soon as it is started (not when it serves).
  explicit DaemonProcess(const std::string& directory);
  ~DaemonProcess();  // kill -9, if it still lives
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  // Until it says that it serves.
  void AwaitReady() const;
  void Kill();

  // Private_Clean + Private_Dirty of /proc/PID/smaps_rollup.
  double PrivateMegabytes() const;

  v1::InvestigationService::Stub& stub() { return *stub_; }
  // Its name. The target is `tree`, the command does nothing for a minute.
  std::string Create(const std::string& tree);
  // Seconds that a Get took.
  double Get(const std::string& name);

 private:
  pid_t pid_ = 0;
  int ready_fd_ = -1;
  std::unique_ptr<v1::InvestigationService::Stub> stub_;
};

}  // namespace inquest::bench
