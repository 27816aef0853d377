#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/store/sqlite/tables.h"

namespace inquest::store {

// A few read-only connections, opened when first needed. Thread-safe: who finds all in use waits
// for one.
class Readers {
 public:
  static constexpr std::size_t kLimit = 4;

  explicit Readers(DatabaseOptions options) : options_(std::move(options)) {}

  // Gives its connection back at the end of its scope.
  class Lease {
   public:
    Lease(Readers& readers, std::unique_ptr<ReadTables> tables)
        : readers_(&readers), tables_(std::move(tables)) {}
    ~Lease() {
      if (tables_) readers_->GiveBack(std::move(tables_));
    }
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ReadTables* operator->() { return tables_.get(); }

   private:
    Readers* readers_;
    std::unique_ptr<ReadTables> tables_;
  };
  Result<Lease> Take();

 private:
  void GiveBack(std::unique_ptr<ReadTables> tables);

  const DatabaseOptions options_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<ReadTables>> idle_;
  std::size_t open_ = 0;
};

}  // namespace inquest::store
