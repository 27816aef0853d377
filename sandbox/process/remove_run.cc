#include "sandbox/process/remove_run.h"

#include <sys/stat.h>

#include <filesystem>

namespace inquest::sandbox {
namespace {

namespace fs = std::filesystem;

// Gives the owner the rights that removing takes; the command may have taken them away.
void OpenUp(const std::string& directory) {
  std::error_code error;
  fs::permissions(directory, fs::perms::owner_all, fs::perm_options::add, error);
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (entry->symlink_status(ignored).type() != fs::file_type::directory) continue;
    fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
  }
}

}  // namespace

Status RemoveRun(const std::string& directory) {
  std::error_code error;
  fs::remove_all(directory, error);
  if (!error) return Status::Ok();
  OpenUp(directory);
  fs::remove_all(directory, error);
  return error ? ErrnoStatus("remove " + directory, error.value()) : Status::Ok();
}

}  // namespace inquest::sandbox
