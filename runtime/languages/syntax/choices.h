#pragma once

#include <vector>

#include "runtime/languages/language.h"
#include "runtime/languages/syntax/source.h"

// Choices: the conditions by which code decides what runs.
namespace inquest::languages::syntax {

// Language::ConstantConditions. Conditions are told apart by their text: what only moved is not
// new.
std::vector<ConstantCondition> NewConditionsMadeConstant(const Source& before, const Source& after);

}  // namespace inquest::languages::syntax
