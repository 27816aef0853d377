#pragma once

#include <string>
#include <vector>

namespace inquest::sandbox {

enum class CheckResult { kOk, kWarn, kFail };

struct HostCheck {
  std::string id;  // bwrap, userns, seccomp, cgroups, landlock, overlay, inquest-run
  CheckResult result = CheckResult::kOk;
  // What was found.
  std::string summary;
  // What to do about it; empty when all is well.
  std::string remediation;
};

// What this host lets a sandbox have, found out by trying, in short-lived children. Blocks for
// milliseconds. `supervisor`: path of inquest-run; empty: beside this program.
std::vector<HostCheck> CheckHost(const std::string& supervisor);

}  // namespace inquest::sandbox
