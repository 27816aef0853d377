#pragma once

#include <string>

#include "sandbox/supervisor/order.pb.h"

namespace inquest::sandbox {

// What the bench is measured against: bubblewrap alone, started as the order's user, with the
// flags, binds and filter that inquest-run gives a run of this order. `directory` holds what is
// bound.
class Reference {
 public:
  Reference(const std::string& directory, const Order& order);

  // Milliseconds from start until the last process is gone; 0: it failed. The caller is a
  // subreaper.
  double Time() const;

 private:
  std::string arguments_;
  const std::string filter_;
  const unsigned uid_;
};

}  // namespace inquest::sandbox
