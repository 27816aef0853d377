#include "runtime/formats/text_lines.h"

#include <algorithm>

namespace inquest::formats {
namespace {

constexpr std::size_t kMostDigits = 8;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Length of the UTF-8 sequence that starts at `at`; 0: there is none (RFC 3629: no overlong forms,
// no surrogates, nothing above U+10FFFF).
std::size_t SequenceAt(std::string_view bytes, std::size_t at) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  if (lead < 0x80U) return 1;
  const std::size_t length = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || at + length > bytes.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!Continues(bytes[at + i])) return 0;
  }
  const auto second = static_cast<unsigned char>(bytes[at + 1]);
  const bool overlong = (lead == 0xE0U && second < 0xA0U) || (lead == 0xF0U && second < 0x90U);
  const bool outside = (lead == 0xEDU && second > 0x9FU) || (lead == 0xF4U && second > 0x8FU);
  return overlong || outside ? 0 : length;
}

}  // namespace

std::vector<Line> LastLines(std::string_view text) {
  std::vector<Line> lines;
  const std::size_t floor = text.size() > kReadBytes ? text.size() - kReadBytes : 0;
  std::size_t end = text.size();
  while (end > floor && lines.size() < kReadLines) {
    const bool closed = text[end - 1] == '\n';
    const std::size_t content_end = closed ? end - 1 : end;
    const std::size_t before =
        content_end == 0 ? std::string_view::npos : text.rfind('\n', content_end - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    if (begin < floor) break;
    std::string_view content = text.substr(begin, content_end - begin);
    if (!content.empty() && content.back() == '\r') content.remove_suffix(1);
    lines.push_back({content.substr(0, kLineBytes), begin, end});
    end = begin;
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

std::string ValidText(std::string_view bytes, std::size_t limit) {
  std::string valid;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = SequenceAt(bytes, i);
    if (valid.size() + std::max<std::size_t>(length, 1) > limit) break;
    if (length == 0) {
      valid += '?';
    } else {
      valid += bytes.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return valid;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

Number LeadingNumber(std::string_view text) {
  Number number;
  while (number.digits < text.size() && text[number.digits] >= '0' && text[number.digits] <= '9') {
    if (number.digits == kMostDigits) return {};
    number.value = number.value * 10 + (text[number.digits] - '0');
    ++number.digits;
  }
  return number;
}

}  // namespace inquest::formats
