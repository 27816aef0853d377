#include "runtime/store/sqlite/readers.h"

namespace inquest::store {

Result<Readers::Lease> Readers::Take() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty() || open_ < kLimit; });
    if (!idle_.empty()) {
      std::unique_ptr<ReadTables> tables = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(tables));
    }
    ++open_;
  }
  Result<std::unique_ptr<ReadTables>> tables = ReadTables::Open(options_);
  if (tables.ok()) return Lease(*this, *std::move(tables));
  {
    std::lock_guard lock(mutex_);
    --open_;
  }
  returned_.notify_one();
  return tables.status();
}

void Readers::GiveBack(std::unique_ptr<ReadTables> tables) {
  {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(tables));
  }
  returned_.notify_one();
}

}  // namespace inquest::store
