#pragma once

#include <string>
#include <vector>

#include "reruns.h"

// What a program may be asked instead of what it was asked.
namespace inquest::inputs {

// `own` first, then inputs near it, each once.
std::vector<Input> MutatedInputs(const Input& own);

// What may stand for a literal of a test. `kind` is inquest_literal.kind (literals.h), `text` how
// literals.c writes its value. No number is negative that was not, unless `with_negative`.
std::vector<std::string> OtherLiterals(char kind, const std::string& text, bool with_negative);

}  // namespace inquest::inputs
