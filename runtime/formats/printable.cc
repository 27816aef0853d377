#include "runtime/formats/printable.h"

#include <cstdint>

namespace inquest::formats {

namespace {

// Bytes of the UTF-8 character at the front of `bytes`; 0: invalid, or a control character.
std::size_t CharacterBytes(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const std::uint8_t first = at(0);
  if (first < 0x80) return first < 0x20 || first == 0x7f ? 0 : 1;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < size) return 0;
  std::uint32_t code = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((at(i) & 0xc0U) != 0x80) return 0;
    code = code << 6U | (at(i) & 0x3fU);
  }
  const std::uint32_t smallest = size == 2 ? 0xa0 : size == 3 ? 0x800 : 0x10000;  // a0: past C1
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < smallest || code > 0x10ffff || surrogate ? 0 : size;
}

}  // namespace

std::string Printable(std::string_view bytes, std::size_t limit_bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  while (!bytes.empty()) {
    if (text.size() >= limit_bytes) return text + "...";
    const std::size_t size = CharacterBytes(bytes);
    if (size == 0) {
      const auto byte = static_cast<std::uint8_t>(bytes.front());
      text += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
    } else {
      text += bytes.substr(0, size);
    }
    bytes.remove_prefix(size == 0 ? 1 : size);
  }
  return text;
}

}  // namespace inquest::formats
