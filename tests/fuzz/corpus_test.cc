#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

#include "runtime/base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace inquest {
namespace {

constexpr int kChangesOfEach = 3000;

void Try(const std::string& bytes) {
  // On the heap at its exact size, so that a sanitizer sees a read past the end.
  const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::string Changed(std::string bytes, std::mt19937& random) {
  for (auto changes = 1 + random() % 4; changes > 0 && !bytes.empty(); --changes) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random() % 256);
        break;
      case 1:
        bytes.erase(at, 1 + random() % 8);
        break;
      case 2:
        bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 16));
        break;
      default:
        bytes[at] = "0123456789-+ @\n\\/."[random() % 18];
    }
  }
  return bytes;
}

TEST(Corpus, HoldsItsInvariantsAsItStandsAndChanged) {
  std::mt19937 random(20260101);
  int files = 0;
  for (const auto& at : std::filesystem::directory_iterator(INQUEST_CORPUS)) {
    const auto bytes = ReadFile(at.path().string(), 1U << 20U);
    ASSERT_TRUE(bytes.ok());
    ++files;
    Try(*bytes);
    for (int i = 0; i < kChangesOfEach; ++i) Try(Changed(*bytes, random));
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace inquest
