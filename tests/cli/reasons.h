#pragma once

#include <set>
#include <string>
#include <string_view>

namespace inquest::cli {

// The ids of errors, ends and verdicts in C++ text: string literals in capitals and underscores,
// but for those that something is compared with. A word without an underscore is only one where a
// status, a settlement or a reason is made of it: others are SQL, signals, what --help calls a
// value.
std::set<std::string> IdsIn(std::string_view text);

}  // namespace inquest::cli
