#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// One traceback as the interpreter prints it, with the exceptions that it was raised from.
struct Traceback {
  std::string kind;     // ValueError, package.errors.Bad; empty: cut off before it
  std::string message;  // first line and those that follow it, without the kind
  // Innermost last, of the tree only. Those of a chain's earlier exceptions come after those of the
  // one that ended it: the deepest cause is last.
  std::vector<v1::Location> frames;
  std::size_t begin = 0;  // bytes of the output
  std::size_t end = 0;
};

// Everything in `lines` that is a traceback (chains, exception groups, syntax errors included), in
// order; at most 200. Linear time.
std::vector<Traceback> ReadTracebacks(std::span<const Line> lines);

// `Type: message` split; kind empty: the line does not name an exception.
struct ExceptionLine {
  std::string_view kind;
  std::string_view message;
};
ExceptionLine ReadExceptionLine(std::string_view line);

// The frame becomes the innermost; its earlier mention goes (recursion), and so do the outermost
// when there are too many.
void AddFrame(v1::Location frame, std::vector<v1::Location>& frames);
v1::Location MakeFrame(std::string path, int line, std::string_view function);

inline constexpr std::size_t kMessageBytes = 1024;
inline constexpr std::size_t kNameBytes = 512;

}  // namespace inquest::formats
