#pragma once

#include <memory>
#include <string>

#include "tests/store/contract.h"

namespace inquest::store {

std::unique_ptr<Backend> MakeMemoryBackend();
std::unique_ptr<Backend> MakeSqliteBackend();
std::unique_ptr<Backend> MakeUncompressedSqliteBackend();

// A directory that goes with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Runs SQL on a database behind the store's back.
void RunSql(const std::string& database, const std::string& sql);

}  // namespace inquest::store
