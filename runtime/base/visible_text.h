#pragma once

#include <string>
#include <string_view>

namespace inquest {

// Text from evidence, models and targets, made harmless for a terminal and honest for its reader:
// control characters (ANSI, OSC), characters that reorder or hide text (bidirectional marks, zero
// width, tags) and bytes that are not UTF-8 become visible escapes (\x1b, \u{202e}). Line feeds and
// tabs stay.
std::string ForTerminal(std::string_view bytes);

// The same on one line: line feeds and tabs become spaces; at most `limit` bytes, then "...".
std::string OneLine(std::string_view bytes, std::size_t limit);

// Does it hold only well-formed UTF-8 (no overlong forms, no surrogates)?
bool IsUtf8(std::string_view bytes);

}  // namespace inquest
