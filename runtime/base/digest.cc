#include "runtime/base/digest.h"

#include <openssl/evp.h>

#include <algorithm>

namespace inquest {

std::string Digest::ToHex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    hex.push_back(kDigits[byte >> 4U]);
    hex.push_back(kDigits[byte & 15U]);
  }
  return hex;
}

std::string Digest::ToBytes() const { return {bytes.begin(), bytes.end()}; }

namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Result<Digest> DigestFromHex(std::string_view hex) {
  Digest digest;
  if (hex.size() != 2 * digest.bytes.size()) {
    return Status(Code::kInvalidArgument, "BAD_DIGEST",
                  "a digest has 64 hexadecimal digits, not " + std::to_string(hex.size()));
  }
  for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
    const int high = HexValue(hex[2 * i]);
    const int low = HexValue(hex[2 * i + 1]);
    if (high < 0 || low < 0) {
      return Status(Code::kInvalidArgument, "BAD_DIGEST",
                    "a digest has lower-case hexadecimal digits only");
    }
    digest.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

Result<Digest> DigestFromBytes(std::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) {
    return Status(Code::kInvalidArgument, "BAD_DIGEST",
                  "a digest has 32 bytes, not " + std::to_string(bytes.size()));
  }
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

Digest Sha256(std::string_view bytes) {
  Hasher hasher;
  hasher.Update(bytes);
  return hasher.Finish();
}

namespace {

// Fetched once: an implicit fetch at every digest costs more than hashing a small event.
const EVP_MD* Sha256Algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

struct Hasher::Context {
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(evp_); }

  // What takes the next bytes.
  EVP_MD_CTX* Open() {
    if (!open_) CHECK(EVP_DigestInit_ex(evp_, Sha256Algorithm(), nullptr) == 1);
    open_ = true;
    return evp_;
  }
  Digest Close() {
    Digest digest;
    unsigned size = 0;
    CHECK(EVP_DigestFinal_ex(Open(), digest.bytes.data(), &size) == 1);
    CHECK(size == digest.bytes.size());
    open_ = false;
    return digest;
  }

 private:
  EVP_MD_CTX* const evp_ = EVP_MD_CTX_new();
  bool open_ = false;
};

Hasher::Hasher() : context_(std::make_unique<Context>()) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::Update(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(context_->Open(), bytes.data(), bytes.size()) == 1);
}

Digest Hasher::Finish() { return context_->Close(); }

}  // namespace inquest
