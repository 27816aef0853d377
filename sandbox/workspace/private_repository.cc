#include "sandbox/workspace/private_repository.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "runtime/base/id.h"

namespace inquest::sandbox {

PrivateRepository::PrivateRepository(const std::string& scratch_directory)
    : path_(scratch_directory + "/git-" + NewId()) {}

PrivateRepository::~PrivateRepository() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::int64_t PrivateRepository::LargestFileBytes() const {
  std::int64_t largest = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(path_, error), end; !error && at != end;
       at.increment(error)) {
    const auto size = at->is_regular_file(error) ? at->file_size(error) : 0;
    largest = std::max(largest, static_cast<std::int64_t>(size));
  }
  return largest;
}

}  // namespace inquest::sandbox
