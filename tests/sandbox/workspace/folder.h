#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "runtime/base/file.h"
#include "runtime/base/id.h"

namespace inquest::sandbox {

// A directory for a test, gone afterwards.
class Folder {
 public:
  Folder() : path_(testing::TempDir() + NewId()) { CHECK(MakeDirectories(path_, 0755).ok()); }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  std::string At(const std::string& name) const { return path_ + '/' + name; }

  void Write(const std::string& name, std::string_view bytes, mode_t mode = 0644) const {
    std::filesystem::create_directories(std::filesystem::path(At(name)).parent_path());
    CHECK(WriteFileAtomically(At(name), bytes, mode, Durability::kNone).ok());
    CHECK(::chmod(At(name).c_str(), mode) == 0);
  }
  void Link(const std::string& name, const std::string& target) const {
    std::filesystem::create_directories(std::filesystem::path(At(name)).parent_path());
    CHECK(::symlink(target.c_str(), At(name).c_str()) == 0);
  }
  std::string Read(const std::string& name) const {
    const auto bytes = ReadFile(At(name), 1U << 30U);
    return bytes.ok() ? *bytes : "(" + bytes.status().message() + ")";
  }
  bool Has(const std::string& name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(At(name)));
  }

 private:
  const std::string path_;
};

}  // namespace inquest::sandbox
