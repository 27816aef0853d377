#pragma once

#include <optional>
#include <string>

#include "steps/action.h"
#include "steps/brief.h"
#include "steps/runs.h"

// The regression test as a file of the tree, where the trigger is no test of it.
namespace inquest::steps {

// What is still wanted to know whether such a test can be written and tells the patched tree from
// base: nullopt: it is known, and `fix` names the test if it does. Only for a bug that always shows
// and whose failing runs named no test: a test that passes by luck protects nobody.
std::optional<Want> WriteRegressionTest(const Brief& brief, const Results& results, v1::Fix& fix);

// A run of the test: in base, or in the patched tree.
v1::Effect WantRegressionTest(const Brief& brief, std::string key, const v1::Fix& fix,
                              std::vector<v1::PatchUse> patches);

}  // namespace inquest::steps
