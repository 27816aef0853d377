#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/store/file_layer.h"
#include "tests/power_cut/simulated_disk.h"

namespace inquest::store {

// Where the store lives on a simulated disk.
inline constexpr const char* kSimulatedDirectory = "/disk/data";

// The store's file layer on a simulated disk, which it borrows.
class SimulatedFiles final : public FileLayer {
 public:
  explicit SimulatedFiles(SimulatedDisk& disk) : disk_(disk) {}

  Status MakeDirectory(const std::string& path) override;
  Result<std::unique_ptr<NewFile>> Create(const std::string& path) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status SyncDirectory(const std::string& path) override;
  Status Remove(const std::string& path) override;
  Result<std::string> Read(const std::string& path, std::size_t limit_bytes) override;
  Result<std::vector<std::string>> List(const std::string& path) override;
  Result<std::unique_ptr<Lock>> TakeLock(const std::string& path) override;

 private:
  SimulatedDisk& disk_;
};

}  // namespace inquest::store
