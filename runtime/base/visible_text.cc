#include "runtime/base/visible_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace inquest {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Sorted. Each hides, reorders or imitates text.
constexpr std::array kHidden{
    Range{0x0000, 0x0008},                          // C0 controls but tab and line feed
    Range{0x000b, 0x001f},  Range{0x007f, 0x009f},  // delete, C1 controls
    Range{0x00ad, 0x00ad},  Range{0x061c, 0x061c},  // soft hyphen, Arabic letter mark
    Range{0x180e, 0x180e},  Range{0x200b, 0x200f},  // zero width, direction marks
    Range{0x2028, 0x202e},  Range{0x2060, 0x206f},  // separators, embeddings, isolates
    Range{0xfeff, 0xfeff},  Range{0xfff9, 0xfffb},  // byte order mark, annotations
    Range{0xe0000, 0xe007f}                         // tags
};

struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0;  // 0: not UTF-8
};

Decoded Decode(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || bytes.size() < length) return {};
  std::uint32_t code = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kSmallest[length] || code > 0x10ffff || surrogate) return {};
  return {code, length};
}

bool Hidden(std::uint32_t code) {
  return std::any_of(kHidden.begin(), kHidden.end(),
                     [&](Range range) { return code >= range.first && code <= range.last; });
}

void AppendEscape(std::string& text, const char* format, std::uint32_t value) {
  std::array<char, 16> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, value);
  text.append(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace

std::string ForTerminal(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const Decoded next = Decode(bytes);
    const std::size_t length = std::max<std::size_t>(next.length, 1);
    if (next.length == 0) {
      AppendEscape(text, "\\x%02x", static_cast<std::uint8_t>(bytes[0]));
    } else if (!Hidden(next.code)) {
      text.append(bytes.substr(0, length));
    } else {
      AppendEscape(text, next.code < 0x80 ? "\\x%02x" : "\\u{%x}", next.code);
    }
    bytes.remove_prefix(length);
  }
  return text;
}

std::string OneLine(std::string_view bytes, std::size_t limit) {
  std::string text = ForTerminal(bytes.substr(0, limit));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  if (bytes.size() > limit) text += "...";
  return text;
}

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Decoded next = Decode(bytes);
    if (next.length == 0) return false;
    bytes.remove_prefix(next.length);
  }
  return true;
}

}  // namespace inquest
