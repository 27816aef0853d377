#include <google/protobuf/util/time_util.h>

#include <nlohmann/json.hpp>

#include "runtime/base/visible_text.h"
#include "runtime/cli/checks.h"
#include "runtime/cli/version.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kSummaryMax = 300;

std::string_view Mark(Health health) {
  switch (health) {
    case Health::kOk:
      return "[ok]";
    case Health::kWarning:
      return "[!!]";
    case Health::kFailure:
      return "[XX]";
  }
  return "[XX]";
}

std::string_view Word(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kWarning:
      return "warning";
    case Health::kFailure:
      return "fail";
  }
  return "fail";
}

}  // namespace

std::string ChecksAsText(const std::vector<Check>& checks, bool summary) {
  std::string text;
  std::size_t fine = 0;
  std::string category;
  for (const Check& check : checks) {
    if (check.health == Health::kOk) {
      ++fine;
      if (summary) continue;
    }
    if (check.category != category) text += (text.empty() ? "" : "\n") + check.category + "\n";
    category = check.category;
    text += "  " + std::string(Mark(check.health)) + " " + OneLine(check.id, kSummaryMax) + ": " +
            OneLine(check.summary, kSummaryMax) + "\n";
    if (check.health != Health::kOk && !check.remediation.empty()) {
      text += "       what to do: " + OneLine(check.remediation, kSummaryMax) + "\n";
    }
  }
  if (!summary) return text;
  return text + (text.empty() ? "" : "\n") + std::to_string(fine) + " of " +
         std::to_string(checks.size()) + " checks are as they should be\n";
}

std::string ChecksAsJson(const std::vector<Check>& checks) {
  nlohmann::json object;
  object["schemaVersion"] = 1;
  object["generatedAt"] = google::protobuf::util::TimeUtil::ToString(
      google::protobuf::util::TimeUtil::GetCurrentTime());
  object["overallStatus"] = Word(Overall(checks));
  object["inquestVersion"] = kVersion;
  object["checks"] = nlohmann::json::object();
  for (const Check& check : checks) {
    nlohmann::json entry{{"id", check.id},
                         {"category", check.category},
                         {"status", Word(check.health)},
                         {"summary", check.summary},
                         {"details", check.details},
                         {"durationMs", check.duration_ms}};
    entry["remediation"] = nullptr;
    if (!check.remediation.empty()) entry["remediation"] = check.remediation;
    object["checks"][check.id] = std::move(entry);
  }
  return object.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace inquest::cli
