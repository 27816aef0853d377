#include "sandbox/workspace/git_url.h"

#include <algorithm>
#include <string_view>

#include "runtime/formats/printable.h"

namespace inquest::sandbox {

namespace {

constexpr std::size_t kUrlBytesLimit = 2048;
constexpr std::size_t kRevisionBytesLimit = 255;

Status BadUrl(const std::string& why) { return {Code::kInvalidArgument, "BAD_GIT_URL", why}; }

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

// "user@host:port" of a URL.
Status CheckAuthority(std::string_view authority, const std::string& protocol) {
  const std::size_t at = authority.rfind('@');
  const std::string_view user = at == authority.npos ? "" : authority.substr(0, at);
  const std::string_view host = at == authority.npos ? authority : authority.substr(at + 1);
  if (host.empty() || host.front() == '-' || user.starts_with('-')) {
    return BadUrl("the git URL has no proper host");
  }
  if (user.find(':') != user.npos || (!user.empty() && protocol != "ssh")) {
    return BadUrl(
        "the git URL has a user name or password in it, which would be kept in the journal; "
        "use ssh with a key, or a local clone");
  }
  return Status::Ok();
}

}  // namespace

Result<GitPlace> ParseGitUrl(const std::string& url) {
  if (url.empty() || url.size() > kUrlBytesLimit || HasControl(url)) {
    return BadUrl("the git URL is empty, too long or has control characters");
  }
  if (url.front() == '/') return GitPlace{url, ""};
  if (url.starts_with("file:///")) return GitPlace{url.substr(7), ""};
  for (const std::string protocol : {"https", "ssh", "git"}) {
    const std::string prefix = protocol + "://";
    if (!url.starts_with(prefix)) continue;
    const std::size_t slash = url.find('/', prefix.size());
    if (slash == url.npos) return BadUrl("the git URL names no repository on its host");
    const std::string_view whole = url;
    TRY(CheckAuthority(whole.substr(prefix.size(), slash - prefix.size()), protocol));
    return GitPlace{"", protocol};
  }
  return BadUrl("a git URL is https://, ssh://, git://, file:/// or an absolute path");
}

Status CheckGitRevision(const std::string& revision) {
  const bool bad = revision.empty() || revision.size() > kRevisionBytesLimit ||
                   revision.front() == '-' || revision.front() == '/' || HasControl(revision) ||
                   revision.find_first_of(" ~^:?*[\\") != revision.npos ||
                   revision.find("..") != revision.npos || revision.find("@{") != revision.npos;
  if (!bad) return Status::Ok();
  return {Code::kInvalidArgument, "BAD_GIT_REVISION",
          "'" + formats::Printable(revision) + "' is no commit, tag or branch name"};
}

}  // namespace inquest::sandbox
