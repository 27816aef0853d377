#pragma once

#include <vector>

#include "runtime/languages/flow.h"
#include "runtime/languages/syntax/source.h"

namespace inquest::languages::syntax {

// The values of the line: those that it uses, and from there back through the enclosing functions
// and the top of the file to where they come from; fields through the whole file. Only code that
// ran counts.
LineReading ReadLine(const Source& source, int line, const LinesRan& ran);

// Every function with a name and a body, in the order of their lines.
std::vector<FunctionReading> ReadFunctions(const Source& source);

}  // namespace inquest::languages::syntax
