#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace inquest {

// The SHA-256 (FIPS 180-4) of some bytes: the address of an artifact.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  std::string ToHex() const;
  // The 32 raw bytes, as protobuf `bytes` fields and the database hold them.
  std::string ToBytes() const;
  auto operator<=>(const Digest&) const = default;
};

// 64 lower-case hexadecimal digits, else INVALID_ARGUMENT.
Result<Digest> DigestFromHex(std::string_view hex);
// Exactly 32 bytes, else INVALID_ARGUMENT.
Result<Digest> DigestFromBytes(std::string_view bytes);

Digest Sha256(std::string_view bytes);

// SHA-256 of a stream. One thread at a time.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void Update(std::string_view bytes);
  Digest Finish();  // and begins anew

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace inquest

template <>
struct std::hash<inquest::Digest> {
  std::size_t operator()(const inquest::Digest& digest) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 0; i < sizeof(value); ++i) value = value << 8U | digest.bytes[i];
    return value;
  }
};
