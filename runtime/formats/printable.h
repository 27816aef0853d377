#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inquest::formats {

// Foreign bytes (a file name, say) as they may stand in a message: valid UTF-8 without control
// characters, those and invalid bytes as \xNN; cut with "..." past `limit_bytes`.
std::string Printable(std::string_view bytes, std::size_t limit_bytes = 300);

}  // namespace inquest::formats
