#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace inquest::store {

// How artifact bytes lie on the disk. The numbers are in databases: never reuse one.
enum class Encoding { kRaw = 0, kZstd = 1 };

// Smaller ones are not worth the call.
inline constexpr std::size_t kCompressFromBytes = 4096;

// The compressed bytes, or empty when they would not be at least a tenth smaller.
std::string CompressIfSmaller(std::string_view bytes);

// The raw bytes, exactly `size_bytes` of them; DATA_LOSS (ARTIFACT_DAMAGED) otherwise.
Result<std::string> Decode(std::string stored, Encoding encoding, std::size_t size_bytes);

}  // namespace inquest::store
