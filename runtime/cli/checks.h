#pragma once

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
};

// Looks at everything; changes nothing but the directories that the daemon would make too.
std::vector<Check> RunChecks(const Paths& paths);

// The worst of all.
Health Overall(const std::vector<Check>& checks);

std::string ChecksAsText(const std::vector<Check>& checks);
// {schemaVersion, generatedAt, overallStatus, inquestVersion, checks: {id: {...}}}
std::string ChecksAsJson(const std::vector<Check>& checks);

}  // namespace inquest::cli
