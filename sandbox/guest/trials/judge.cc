#include "sandbox/guest/trials/judge.h"

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>

#include "sandbox/guest/trials/files.h"

namespace inquest::sandbox::guest {
namespace {

constexpr std::size_t kOutputBytes = std::size_t{16} << 20U;
constexpr std::size_t kPatternLimitBytes = 4096;
constexpr std::int64_t kPatternMemoryBytes = std::int64_t{1} << 20U;

// Without the blanks at the ends of lines and the empty lines at the end.
std::string Normalised(const std::string& text) {
  std::string normal;
  std::size_t kept = 0;
  for (const char c : text) {
    if (c == '\n') normal.resize(kept);
    normal.push_back(c);
    if (c == '\n' || (c != ' ' && c != '\t' && c != '\r')) kept = normal.size();
  }
  normal.resize(normal.find_last_not_of(" \t\r\n") + 1);
  return normal;
}

}  // namespace

Judge::Judge(const Plan& plan) : plan_(plan) {
  if (plan.bug_matches.empty()) return;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryBytes);
  matches_ = std::make_unique<RE2>("(?m)" + plan.bug_matches, options);
}

Judge::~Judge() = default;

bool Judge::sound() const {
  if (matches_ == nullptr) return true;
  return matches_->ok() && plan_.bug_matches.size() <= kPatternLimitBytes;
}

Result Judge::Answer(const Ended& ended, const std::string& stdout_path,
                     const std::string& stderr_path) const {
  const auto in_output = [&](const auto& test) {
    return test(ReadAll(stdout_path, kOutputBytes)) || test(ReadAll(stderr_path, kOutputBytes));
  };
  const auto matches = [&](const std::string& text) { return RE2::PartialMatch(text, *matches_); };
  if (matches_ != nullptr && in_output(matches)) return Result::kBugShowed;
  if (ended.Clean()) {
    if (!plan_.has_expected) return Result::kPassed;
    const std::string output = ReadAll(stdout_path, kOutputBytes);
    return Normalised(output) == Normalised(plan_.expected) ? Result::kPassed : Result::kBugShowed;
  }
  bool shows = plan_.failure_counts;
  if (ended.timed_out) {
    shows = plan_.timeout_counts;
  } else if (!plan_.bug_says.empty()) {
    shows =
        in_output([&](const std::string& text) { return text.find(plan_.bug_says) != text.npos; });
  }
  return shows ? Result::kBugShowed : Result::kFailedOtherwise;
}

}  // namespace inquest::sandbox::guest
