#pragma once

#include <string>
#include <vector>

#include "runtime/languages/language.h"
#include "runtime/languages/python/syntax.h"

namespace inquest::languages::python {

std::vector<Statement> ReadStatements(const Source& source);

// "Account.withdraw" for a node inside of that method; empty outside of any function.
std::string QualifiedFunction(const Source& source, TSNode node);

bool IsSimpleStatement(TSNode node);
bool IsCompoundStatement(TSNode node);

}  // namespace inquest::languages::python
