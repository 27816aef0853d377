#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/languages/flow.h"
#include "runtime/languages/syntax/source.h"

// What code says of values, by their names: variables ("total"), and fields of them as they are
// written ("self.lines", "item->count").
namespace inquest::languages::syntax {

// The last line before the statement's body; of a simple statement its last line.
int HeadEnd(const Source& source, TSNode statement);

// The values that the node reads, in the order of the text, without repeats. Not what stands in a
// statement's body or in functions with one.
std::vector<std::string> ValuesUsed(const Source& source, TSNode node);

// The names of the functions that it calls, likewise: "withdraw" for `account.withdraw()`.
std::vector<std::string> FunctionsCalled(const Source& source, TSNode node);

// What a piece of code does to a value.
struct Definition {
  std::string name = {};
  FlowKind kind = FlowKind::kSource;
  std::vector<std::string> from = {};   // the values that it is made from
  std::vector<std::string> calls = {};  // the functions that are called to make it
  int first_line = 0;
  int last_line = 0;
  std::uint32_t byte = 0;
  bool in_function = false;
  bool is_local = false;  // a parameter, or declared as a variable
  bool is_code = true;    // coverage can tell whether it ran
  bool is_bare = false;   // declared without a value
  // Handed to a call, which may change it where it is an array or an object.
  bool is_weak = false;
};

// Whatever gives, changes or stores a value in the file, in the order of the text; at most 20,000.
std::vector<Definition> ReadDefinitions(const Source& source);

}  // namespace inquest::languages::syntax
