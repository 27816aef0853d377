#include "sandbox/supervisor/landlock.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace inquest::sandbox {
namespace {

// From linux/landlock.h of 6.12: Debian 12's ends before the scopes.
struct RulesetAttributes {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;
  std::uint64_t scoped;
};
constexpr std::uint64_t kScopeAbstractUnixSocket = 1U << 0U;
constexpr std::uint64_t kScopeSignal = 1U << 1U;
constexpr long kCreateRuleset = 444;
constexpr long kRestrictSelf = 446;

}  // namespace

bool HasLandlock() {
  constexpr long kScopes = 6;
  constexpr unsigned kAskVersion = 1;
  return ::syscall(kCreateRuleset, nullptr, 0, kAskVersion) >= kScopes;
}

bool EnterLandlock() {
  // No file rules: a process under them may not mount, and bubblewrap has yet to. No TCP rules:
  // they would forbid the command its own loopback.
  const RulesetAttributes attributes{0, 0, kScopeAbstractUnixSocket | kScopeSignal};
  const long ruleset = ::syscall(kCreateRuleset, &attributes, sizeof(attributes), 0);
  if (ruleset < 0) return false;
  const bool entered =
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::syscall(kRestrictSelf, ruleset, 0) == 0;
  ::close(static_cast<int>(ruleset));
  return entered;
}

}  // namespace inquest::sandbox
