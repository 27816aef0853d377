#pragma once

#include <cstddef>
#include <string_view>

namespace inquest {

// Bytes to insert, to remove and to replace that turn one text into the other (Levenshtein). Takes
// time in the product of their lengths.
std::size_t EditDistance(std::string_view a, std::string_view b);

}  // namespace inquest
