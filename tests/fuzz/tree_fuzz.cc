#include <cstdint>
#include <string_view>

#include "runtime/base/check.h"
#include "runtime/formats/safe_path.h"
#include "sandbox/workspace/tree.h"

// A manifest that is read is written back byte for byte, and all of its paths are safe.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view manifest(reinterpret_cast<const char*>(data), size);
  const auto tree = inquest::sandbox::DecodeTree(manifest);
  if (!tree.ok()) return 0;
  CHECK(inquest::sandbox::EncodeTree(*tree) == manifest);
  for (const auto& entry : tree->entries) {
    CHECK(inquest::formats::WhyUnsafePath(entry.path) == nullptr);
    CHECK(tree->Find(entry.path) == &entry);
  }
  return 0;
}
