#pragma once

#include <memory>
#include <string>

#include "runtime/base/status.h"

namespace re2 {
class RE2;
}

namespace inquest::effects {

// A regular expression that a client or an investigator wrote (RE2, per line), within limits: 4
// KiB, 1 MiB of memory; matching is linear in the text.
class Pattern {
 public:
  // INVALID_ARGUMENT (PATTERN_INVALID).
  static Result<Pattern> Compile(const std::string& text);
  Pattern(Pattern&& other) noexcept;
  ~Pattern();

  // Whether it is anywhere in the text.
  bool IsIn(const std::string& text) const;

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> expression);
  std::unique_ptr<re2::RE2> expression_;
};

}  // namespace inquest::effects
