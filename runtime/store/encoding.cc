#include "runtime/store/encoding.h"

#include <zstd.h>

#include <utility>

namespace inquest::store {

namespace {
constexpr int kZstdLevel = 1;
}

std::string CompressIfSmaller(std::string_view bytes) {
  if (bytes.size() < kCompressFromBytes) return {};
  // zstd gives up at this size, so what does not shrink costs no memory for its full bound.
  std::string compressed(bytes.size() - bytes.size() / 10, '\0');
  const std::size_t size =
      ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(), kZstdLevel);
  if (ZSTD_isError(size) != 0) return {};
  compressed.resize(size);
  return compressed;
}

Result<std::string> Decode(std::string stored, Encoding encoding, std::size_t size_bytes) {
  const auto damaged = [](const std::string& what) {
    return Status(Code::kDataLoss, "ARTIFACT_DAMAGED", what);
  };
  if (encoding == Encoding::kRaw) {
    if (stored.size() == size_bytes) return stored;
    return damaged("it has " + std::to_string(stored.size()) + " bytes instead of " +
                   std::to_string(size_bytes));
  }
  if (encoding != Encoding::kZstd) return damaged("its encoding is unknown");
  std::string bytes(size_bytes, '\0');
  const std::size_t size =
      ZSTD_decompress(bytes.data(), bytes.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) != 0) return damaged(ZSTD_getErrorName(size));
  if (size != size_bytes) return damaged("it decompresses to another size");
  return bytes;
}

}  // namespace inquest::store
