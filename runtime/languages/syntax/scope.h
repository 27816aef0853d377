#pragma once

#include <string>
#include <vector>

#include "runtime/languages/syntax/source.h"

namespace inquest::languages::syntax {

// What a variable is, by how the function uses it; a guess.
enum class Shape { kUnknown, kNumber, kCollection, kText, kTruth };

struct Name {
  std::string text;
  Shape shape = Shape::kUnknown;
  std::string type;  // as declared, where the language declares types: "int", "char *"
};

// Names that the code at the node knows: parameters first, then what the function assigns or
// declares, then those of the functions around it and of the file; without repeats, at most 24.
std::vector<Name> NamesInScope(const Source& source, TSNode node);

// Whether one may stand where the other stands, as far as shapes and types tell.
bool MayReplace(const Name& one, const Name& other);

// A variable that is read or written here: no definition's name, no property, no callee.
bool IsVariableUse(const Source& source, TSNode identifier);

}  // namespace inquest::languages::syntax
