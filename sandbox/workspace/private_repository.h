#pragma once

#include <cstdint>
#include <string>

namespace inquest::sandbox {

// The path of a git repository of ours below a scratch directory; removed with all it holds when
// this goes. Making it is the owner's business.
class PrivateRepository {
 public:
  explicit PrivateRepository(const std::string& scratch_directory);
  ~PrivateRepository();
  PrivateRepository(const PrivateRepository&) = delete;
  PrivateRepository& operator=(const PrivateRepository&) = delete;

  const std::string& path() const { return path_; }
  std::int64_t LargestFileBytes() const;

 private:
  const std::string path_;
};

}  // namespace inquest::sandbox
