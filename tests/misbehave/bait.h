#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "sandbox/supervisor/order.pb.h"
#include "tests/misbehave/probes.h"

namespace inquest::sandbox {

// What the probes go for, on the host: secrets, listeners, a victim, a folder that is writable.
class Bait {
 public:
  Bait();
  ~Bait();
  Bait(const Bait&) = delete;
  Bait& operator=(const Bait&) = delete;

  std::string Command(const Probe& probe) const;

  // Whether the probe that printed `output` got anywhere; makes the bait fresh again.
  bool Taken(const std::string& output);

  // A folder that only this user may enter, with a file `key` that holds the token.
  std::string private_directory() const { return directory_ + "/private"; }
  std::string secret_file() const { return directory_ + "/secret"; }
  const std::string& token() const { return token_; }

 private:
  void StartVictim();
  bool KillMarked() const;

  const std::string directory_, token_;
  std::string mark_;
  int port_ = 0, udp_port_ = 0, shared_key_ = 0, shared_ = -1;
  Fd tcp_, udp_, abstract_, unix_;
  pid_t victim_ = 0;
};

// What every probe may take: little, so that those that go for more are told from those that don't.
v1::RunLimits ProbeLimits();

// Seconds that a probe may take.
int ProbeSeconds(const Probe& probe);

// The names of the probes that got somewhere when `run` ran them (it returns what they printed).
template <typename RunCommand>
std::set<std::string> Escapes(const std::vector<Probe>& probes, const RunCommand& run) {
  Bait bait;
  std::set<std::string> escaped;
  for (const Probe& probe : probes) {
    const std::string output = run(probe, bait);
    if (bait.Taken(output)) escaped.insert(probe.name);
  }
  return escaped;
}

}  // namespace inquest::sandbox
