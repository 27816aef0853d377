#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What the readers of foreign text share. The text is hostile: any bytes, any length.
namespace inquest::formats {

// A reader looks at this many bytes at most, and at this many lines, from the end of the output:
// reports sum up last. A line is looked at up to its limit.
inline constexpr std::size_t kReadBytes = std::size_t{8} << 20U;
inline constexpr std::size_t kReadLines = 200'000;
inline constexpr std::size_t kLineBytes = 4096;

// One line, without its end and cut at kLineBytes. [begin, end) is the whole line in the output,
// its end of line included.
struct Line {
  std::string_view text;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The last lines of `text`, in order; views into it.
std::vector<Line> LastLines(std::string_view text);

// The bytes as a protobuf string may hold them: what is no UTF-8 becomes '?', cut at `limit` bytes.
std::string ValidText(std::string_view bytes, std::size_t limit);

std::string_view Trim(std::string_view text);

// The decimal number that `text` starts with, and how many digits it has; digits = 0: none, or too
// large for a line number.
struct Number {
  int value = 0;
  std::size_t digits = 0;
};
Number LeadingNumber(std::string_view text);

}  // namespace inquest::formats
