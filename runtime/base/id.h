#pragma once

#include <string>

namespace inquest {

// 20 random characters of [a-z2-7], the first a letter: 95+ bits from getrandom(2). Typeable, safe
// as a file name, sortable by nothing.
std::string NewId();

}  // namespace inquest
