#include "runtime/store/artifacts.h"

#include <utility>

namespace inquest::store {

Result<v1::Artifact> ArtifactStore::Put(std::string_view bytes, std::string media_type) {
  std::vector<NewArtifact> one;
  one.push_back({.bytes = bytes, .media_type = std::move(media_type)});
  TRY_ASSIGN(std::vector<v1::Artifact> stored, PutAll(one));
  return std::move(stored.front());
}

Result<std::string> ArtifactStore::ReadAll(const std::string& hex_digest) {
  TRY_ASSIGN(const Digest digest, DigestFromHex(hex_digest));
  return Read(digest, 0, kArtifactLimitBytes);
}

}  // namespace inquest::store
