#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/cli/paths.h"

namespace inquest::cli {

enum class Health { kOk, kWarning, kFailure };

// One thing that `inquest doctor` looked at.
struct Check {
  std::string id;        // store.directory: stable
  std::string category;  // programs, store, daemon, sandbox
  Health health = Health::kOk;
  std::string summary;
  std::string remediation;  // empty when nothing is to be done
  long duration_ms = 0;
  std::map<std::string, std::string> details{};  // for programs
};

// Looks at everything; changes nothing but the directories that the daemon would make too.
std::vector<Check> RunChecks(const Paths& paths, const Environment& environment);

// The worst of all.
Health Overall(const std::vector<Check>& checks);

// With `summary` only what is not as it should be, and how many are.
std::string ChecksAsText(const std::vector<Check>& checks, bool summary);
// {schemaVersion, generatedAt, overallStatus, inquestVersion, checks: {id: {...}}}
std::string ChecksAsJson(const std::vector<Check>& checks);

}  // namespace inquest::cli
