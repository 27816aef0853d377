#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::formats {

// The names of the suites around a test, by depth.
class SuiteNames {
 public:
  void Set(std::size_t depth, std::string_view name);
  // "outer > inner > name": the id of what stands at `depth`.
  std::string Of(std::size_t depth, std::string_view name) const;

 private:
  std::vector<std::string> names_;
};

// "adds (1.87ms)", "adds (4 ms)", "adds (2.1 s)": without the time.
std::string_view WithoutDuration(std::string_view name);

std::size_t Indentation(std::string_view text);

// The text after `mark` ("✔ "), which stands first in `text` but for blanks; empty: it does not.
std::string_view AfterMark(std::string_view text, std::string_view mark);

// How a file of the tree is named in an id, wherever the tree stands.
std::string_view WithoutRoot(std::string_view name);

}  // namespace inquest::formats
