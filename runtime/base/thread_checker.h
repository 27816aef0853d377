#pragma once

#include <thread>

#include "runtime/base/check.h"

namespace inquest {

// Says which thread state belongs to: the first that calls Check, until Detach.
class ThreadChecker {
 public:
  void Check() {
    if (owner_ == std::thread::id()) owner_ = std::this_thread::get_id();
    CHECK(owner_ == std::this_thread::get_id());
  }
  void Detach() { owner_ = {}; }

 private:
  std::thread::id owner_;
};

}  // namespace inquest
