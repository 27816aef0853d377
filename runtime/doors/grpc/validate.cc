#include "runtime/doors/grpc/validate.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "runtime/base/digest.h"

namespace inquest::doors {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlnum(char c) { return IsLower(c) || IsDigit(c) || (c >= 'A' && c <= 'Z'); }

Refusal CheckText(std::string field, std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    return Refusal::Of(std::move(field), std::to_string(text.size()) + " bytes; the limit is " +
                                             std::to_string(limit));
  }
  if (text.find('\0') != std::string_view::npos) {
    return Refusal::Of(std::move(field), "contains a zero byte");
  }
  return Refusal::None();
}

Refusal CheckDirectory(const std::string& path) {
  if (path.empty() || path.front() != '/') {
    return Refusal::Of("target.local_path", "\"" + path + "\" is not absolute");
  }
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    return Refusal::Of("target.local_path", "\"" + path + "\" is no directory", "TARGET_NOT_FOUND");
  }
  return Refusal::None();
}

Refusal NeedsUnixSocket(std::string field) {
  return Refusal::Of(std::move(field),
                     "a path of the daemon's machine is taken over the Unix socket only; upload a "
                     "tree (ArtifactService) or name a git url",
                     "LOCAL_PATH_NEEDS_UNIX_SOCKET");
}

Refusal CheckGit(const v1::GitSource& git, Reach reach) {
  const std::string& url = git.url();
  if (Refusal bad = CheckText("target.git.url", url, kPathLimitBytes); !bad.ok()) return bad;
  if (Refusal bad = CheckText("target.git.revision", git.revision(), 255); !bad.ok()) return bad;
  if (git.revision().empty() || git.revision().front() == '-') {
    return Refusal::Of("target.git.revision", "a commit, tag or branch is required");
  }
  if (url.starts_with("file://") || url.starts_with("/")) {
    if (reach != Reach::kThisMachine) return NeedsUnixSocket("target.git.url");
    return Refusal::None();
  }
  constexpr std::array kSchemes = {"https://", "ssh://", "git://"};
  if (std::none_of(kSchemes.begin(), kSchemes.end(),
                   [&](const char* scheme) { return url.starts_with(scheme); })) {
    return Refusal::Of("target.git.url",
                       "must start with https://, ssh://, git://, file:// or be an absolute path");
  }
  return Refusal::None();
}

Refusal CheckSource(const v1::Target& target, Reach reach) {
  switch (target.source_case()) {
    case v1::Target::kLocalPath:
      if (reach != Reach::kThisMachine) return NeedsUnixSocket("target.local_path");
      if (Refusal bad = CheckText("target.local_path", target.local_path(), kPathLimitBytes);
          !bad.ok()) {
        return bad;
      }
      return CheckDirectory(target.local_path());
    case v1::Target::kTreeDigest:
      if (!DigestFromHex(target.tree_digest()).ok()) {
        return Refusal::Of("target.tree_digest", "not 64 lower-case hexadecimal digits");
      }
      return Refusal::None();
    case v1::Target::kGit:
      return CheckGit(target.git(), reach);
    case v1::Target::SOURCE_NOT_SET:
      break;
  }
  return Refusal::Of("target", "one of local_path, tree_digest and git is required");
}

constexpr double kExcessLimit = 1e15;

Refusal CheckOracle(const v1::Oracle& oracle) {
  if (!oracle.has_more_than()) return Refusal::None();
  const v1::Excess& excess = oracle.more_than();
  if (excess.measurement() != v1::MEASUREMENT_WALL_SECONDS &&
      excess.measurement() != v1::MEASUREMENT_PEAK_MEMORY_BYTES) {
    return Refusal::Of("target.oracle.more_than.measurement",
                       "only of WALL_SECONDS and PEAK_MEMORY_BYTES there may be too much");
  }
  if (!(excess.value() > 0) || excess.value() > kExcessLimit) {
    return Refusal::Of("target.oracle.more_than.value", "must be above 0 and at most 1e15");
  }
  return Refusal::None();
}

}  // namespace

Result<std::string> InvestigationId(std::string_view name) {
  constexpr std::string_view kPrefix = "investigations/";
  const std::string_view id = name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : "";
  if (id.empty() || id.size() > kNameLimitBytes ||
      !std::all_of(id.begin(), id.end(), [](char c) { return IsAlnum(c) || c == '-'; })) {
    return Status(Code::kInvalidArgument, "INVALID_NAME",
                  "name: a name has the form investigations/{id}");
  }
  return std::string(id);
}

Refusal CheckRequestId(std::string_view request_id) {
  const bool plain = std::all_of(request_id.begin(), request_id.end(),
                                 [](char c) { return IsAlnum(c) || c == '-' || c == '_'; });
  if (request_id.size() > kNameLimitBytes || !plain) {
    return Refusal::Of("request_id", "at most 64 characters of [A-Za-z0-9_-]");
  }
  return Refusal::None();
}

Refusal CheckPlainName(std::string field, std::string_view name) {
  if (name.empty()) return Refusal::None();
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return IsLower(c) || IsDigit(c) || c == ':' || c == '.' || c == '_' || c == '-';
  });
  if (name.size() > kNameLimitBytes || !IsLower(name.front()) || !plain) {
    return Refusal::Of(std::move(field), "not a name: [a-z][a-z0-9:._-]*, at most 64 characters");
  }
  return Refusal::None();
}

Refusal CheckProblem(const v1::Problem& problem) {
  if (problem.title().find('\n') != std::string::npos) {
    return Refusal::Of("problem.title", "must be one line");
  }
  if (problem.links_size() > kListLimit) {
    return Refusal::Of("problem.links", "more than 64 links");
  }
  for (const std::string& link : problem.links()) {
    if (Refusal bad = CheckText("problem.links", link, kPathLimitBytes); !bad.ok()) return bad;
  }
  const std::array<std::pair<const char*, const std::string*>, 4> texts = {
      {{"problem.expected", &problem.expected()},
       {"problem.actual", &problem.actual()},
       {"problem.when", &problem.when()},
       {"problem.where", &problem.where()}}};
  for (const auto& [field, text] : texts) {
    if (Refusal bad = CheckText(field, *text, kTextLimitBytes); !bad.ok()) return bad;
  }
  return CheckText("problem.title", problem.title(), kTitleLimitBytes);
}

Refusal CheckTarget(const v1::Target& target, Reach reach) {
  if (Refusal bad = CheckSource(target, reach); !bad.ok()) return bad;
  if (target.test_command().find_first_not_of(" \t\r\n") == std::string::npos) {
    return Refusal::Of("target.test_command", "the command that shows the bug is required");
  }
  const std::array<std::pair<const char*, const std::string*>, 3> commands = {
      {{"target.build_command", &target.build_command()},
       {"target.test_command", &target.test_command()},
       {"target.suite_command", &target.suite_command()}}};
  for (const auto& [field, command] : commands) {
    if (Refusal bad = CheckText(field, *command, kTextLimitBytes); !bad.ok()) return bad;
  }
  if (Refusal bad = CheckOracle(target.oracle()); !bad.ok()) return bad;
  const std::string& good = target.good_revision();
  if (Refusal bad = CheckText("target.good_revision", good, 255); !bad.ok()) return bad;
  if (!good.empty() && target.source_case() == v1::Target::kTreeDigest) {
    return Refusal::Of("target.good_revision", "an uploaded tree has no history");
  }
  if (target.tool_paths_size() > 0 && reach != Reach::kThisMachine) {
    return NeedsUnixSocket("target.tool_paths");
  }
  if (target.tool_paths_size() > kListLimit) {
    return Refusal::Of("target.tool_paths", "more than 64 paths");
  }
  for (const std::string& path : target.tool_paths()) {
    if (Refusal bad = CheckText("target.tool_paths", path, kPathLimitBytes); !bad.ok()) return bad;
    if (!path.starts_with("/")) {
      return Refusal::Of("target.tool_paths", "\"" + path + "\" is not absolute");
    }
  }
  return Refusal::None();
}

Refusal CheckBudget(const v1::Budget& budget) {
  // protobuf's own limit of a Duration: 10,000 years; what policy allows is far below.
  constexpr std::int64_t kSecondsLimit = 315576000000;
  const auto& wall = budget.wall_time();
  if (wall.seconds() < 0 || wall.seconds() > kSecondsLimit || wall.nanos() < 0 ||
      wall.nanos() > 999999999) {
    return Refusal::Of("budget.wall_time", "not a duration of 0 or more");
  }
  if (budget.runs() < 0) return Refusal::Of("budget.runs", "negative");
  if (budget.iterations() < 0) return Refusal::Of("budget.iterations", "negative");
  if (budget.disk_bytes() < 0) return Refusal::Of("budget.disk_bytes", "negative");
  return Refusal::None();
}

Refusal CheckSequence(std::int64_t expected) {
  if (expected < 0) return Refusal::Of("expected_sequence", "negative");
  return Refusal::None();
}

std::string MakePageToken(std::string_view filter, std::string_view last_id) {
  return Sha256(filter).ToHex().substr(0, 16) + "." + std::string(last_id);
}

Result<std::string> ReadPageToken(std::string_view filter, std::string_view token) {
  const std::string prefix = MakePageToken(filter, "");
  if (!token.starts_with(prefix) ||
      !InvestigationId("investigations/" + std::string(token.substr(prefix.size()))).ok()) {
    return Status(Code::kInvalidArgument, "BAD_PAGE_TOKEN",
                  "page_token: not a token of this list and filter");
  }
  return std::string(token.substr(prefix.size()));
}

Result<int> PageSize(int asked, int fallback) {
  if (asked < 0) {
    return Status(Code::kInvalidArgument, "INVALID_FIELD", "page_size: negative");
  }
  return asked == 0 ? fallback : std::min(asked, kPageMaximum);
}

}  // namespace inquest::doors
