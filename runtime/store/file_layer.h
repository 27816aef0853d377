#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"

namespace inquest::store {

// What the store does with files besides the database, so that tests can put a disk below it that
// loses power, fills up or fails. Thread-safe. Errors are those of ErrnoStatus; a failed fsync is
// DATA_LOSS (SYNC_FAILED).
class FileLayer {
 public:
  virtual ~FileLayer() = default;

  class NewFile {
   public:
    virtual ~NewFile() = default;
    virtual Status Write(std::string_view bytes) = 0;
    // The bytes are on disk; the name is not (SyncDirectory).
    virtual Status Sync() = 0;
  };

  // Held until it is destroyed.
  class Lock {
   public:
    virtual ~Lock() = default;
  };

  // OK if it exists already.
  virtual Status MakeDirectory(const std::string& path) = 0;
  // Fails if it exists.
  virtual Result<std::unique_ptr<NewFile>> Create(const std::string& path) = 0;
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  // The names in the directory are on disk.
  virtual Status SyncDirectory(const std::string& path) = 0;
  virtual Status Remove(const std::string& path) = 0;
  virtual Result<std::string> Read(const std::string& path, std::size_t limit_bytes) = 0;
  virtual Result<std::vector<std::string>> List(const std::string& path) = 0;
  // Exclusive among processes. Waits some seconds for a holder that is ending; then
  // FAILED_PRECONDITION (STORE_IN_USE) names it.
  virtual Result<std::unique_ptr<Lock>> TakeLock(const std::string& path) = 0;
};

// The real one; lives as long as the process.
FileLayer& PosixFiles();

}  // namespace inquest::store
