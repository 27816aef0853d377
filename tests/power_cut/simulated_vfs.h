#pragma once

#include <memory>
#include <string>

#include "tests/power_cut/simulated_disk.h"

namespace inquest::store {

// Puts a simulated disk below SQLite, under name(), for as long as it lives. The disk is borrowed;
// all connections must be closed before.
class SimulatedVfs {
 public:
  explicit SimulatedVfs(SimulatedDisk& disk);
  ~SimulatedVfs();
  SimulatedVfs(const SimulatedVfs&) = delete;
  SimulatedVfs& operator=(const SimulatedVfs&) = delete;

  const std::string& name() const { return name_; }

 private:
  struct Registration;
  std::string name_;
  std::unique_ptr<Registration> registration_;
};

}  // namespace inquest::store
