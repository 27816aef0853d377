#pragma once

#include <functional>
#include <string>
#include <vector>

// What a syntax tree says of the values of a line and of where execution may have come from: a
// reading of the code within one file, no proof.
namespace inquest::languages {

// Limits of one reading.
inline constexpr std::size_t kFlowsLimit = 24;
inline constexpr std::size_t kCallsLimit = 24;

enum class FlowKind {
  kSource,          // a parameter, a constant, what a call gives that takes no known value
  kTransformation,  // made from other values, or changed
  kStore,           // put into a field, an element, a collection, or handed to a call
  kUse,             // on the line itself
};

// A value by its name ("total", "self.lines", "item->count") and the lines that do this to it.
struct Flow {
  std::string name = {};
  FlowKind kind = FlowKind::kUse;
  int first_line = 0;
  int last_line = 0;
};

// The statement that a line is part of.
struct LineReading {
  int first_line = 0;
  int last_line = 0;
  std::string function;     // qualified; empty: at the top of the file
  std::vector<Flow> flows;  // in the order of their lines
  // Names of the functions that the statement calls, and that the statements call which made its
  // values; its own first.
  std::vector<std::string> calls;
};

struct FunctionReading {
  std::string name;  // the last part: "withdraw"
  int first_line = 0;
  int last_line = 0;
  // First lines of the statements by which it may end: each return, and the last statement.
  std::vector<int> ends;
};

// Whether any of the lines ran, as far as is known.
using LinesRan = std::function<bool(int first_line, int last_line)>;

}  // namespace inquest::languages
