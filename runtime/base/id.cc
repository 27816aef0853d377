#include "runtime/base/id.h"

#include <sys/random.h>

#include <array>
#include <cstdint>

#include "runtime/base/check.h"

namespace inquest {

std::string NewId() {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<std::uint8_t, 20> random{};
  CHECK(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()));
  std::string id;
  for (const std::uint8_t byte : random) id.push_back(kAlphabet[byte & 31U]);
  id[0] = kAlphabet[random[0] % 26U];
  return id;
}

}  // namespace inquest
