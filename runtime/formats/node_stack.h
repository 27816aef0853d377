#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"
#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

// A line of a JavaScript stack, "at async fn (file:///workspace/a.mjs:3:12)"; the "at " may be
// missing (TAP). `place` is empty when the frame has no file ("at new Promise (<anonymous>)").
struct NodeFrame {
  std::string_view function;
  std::string_view place;
};
// nullopt: the line is no frame. Without "at " a line must end in a place.
std::optional<NodeFrame> ReadNodeFrame(std::string_view text);

// The frame, if it is in the tree.
std::optional<v1::Location> NodeTreeFrame(std::string_view text);

// "TypeError [ERR_X]: message", also after "Uncaught ", "[cause]: " or "[": type and message. kind
// empty: no error's first line.
ExceptionLine ReadNodeErrorLine(std::string_view text);

// Every error that is printed with its stack, in order, at most 200; an uncaught one comes first.
// Causes and the members of an aggregate are part of the error that has them: their frames follow
// its own. Linear time.
std::vector<Traceback> ReadNodeErrors(std::span<const Line> lines);

}  // namespace inquest::formats
