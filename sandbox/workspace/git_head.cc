#include "sandbox/workspace/git_head.h"

#include <algorithm>
#include <string_view>

#include "runtime/formats/safe_path.h"
#include "sandbox/workspace/beneath.h"

namespace inquest::sandbox {

namespace {

constexpr std::int64_t kRefBytesLimit = 4096;
constexpr std::int64_t kPackedRefsLimit = std::int64_t{16} << 20U;

std::string ReadLine(int root, const std::string& path, std::int64_t limit_bytes) {
  const auto file = ReadFileAt(root, path, limit_bytes);
  if (!file.ok()) return "";
  return file->bytes.substr(0, file->bytes.find('\n'));
}

std::string FindPacked(int root, const std::string& ref) {
  const auto file = ReadFileAt(root, ".git/packed-refs", kPackedRefsLimit);
  if (!file.ok()) return "";
  std::string_view rest = file->bytes;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t space = line.find(' ');
    if (space != line.npos && line.substr(space + 1) == ref)
      return std::string(line.substr(0, space));
  }
  return "";
}

}  // namespace

bool IsCommitId(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string ReadGitHead(int root) {
  static constexpr std::string_view kReference = "ref: refs/";
  std::string commit = ReadLine(root, ".git/HEAD", kRefBytesLimit);
  if (commit.starts_with(kReference)) {
    const std::string ref = commit.substr(5);
    if (formats::WhyUnsafePath(ref) != nullptr) return "";
    commit = ReadLine(root, ".git/" + ref, kRefBytesLimit);
    if (commit.empty()) commit = FindPacked(root, ref);
  }
  return IsCommitId(commit) ? commit : "";
}

}  // namespace inquest::sandbox
