#pragma once

#include <vector>

#include "runtime/languages/language.h"
#include "runtime/languages/syntax/source.h"

namespace inquest::languages::syntax {

// Statements and the heads of compound ones, in the order of their lines; two on one line are one.
std::vector<Statement> ReadStatements(const Source& source);

}  // namespace inquest::languages::syntax
