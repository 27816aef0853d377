#include "runtime/effects/pattern.h"

#include <re2/re2.h>

#include <cstdint>
#include <utility>

namespace inquest::effects {
namespace {

constexpr std::size_t kPatternLimitBytes = 4096;
constexpr std::int64_t kPatternMemoryBytes = std::int64_t{1} << 20;

}  // namespace

Result<Pattern> Pattern::Compile(const std::string& text) {
  if (text.size() > kPatternLimitBytes) {
    return Status(Code::kInvalidArgument, "PATTERN_INVALID",
                  "the regular expression is longer than 4 KiB");
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryBytes);
  auto expression = std::make_unique<RE2>("(?m)" + text, options);
  if (!expression->ok()) {
    return Status(Code::kInvalidArgument, "PATTERN_INVALID",
                  "the regular expression is none: " + expression->error());
  }
  return Pattern(std::move(expression));
}

Pattern::Pattern(std::unique_ptr<re2::RE2> expression) : expression_(std::move(expression)) {}
Pattern::Pattern(Pattern&& other) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::IsIn(const std::string& text) const { return RE2::PartialMatch(text, *expression_); }

}  // namespace inquest::effects
