#pragma once

#include <set>
#include <string>
#include <utility>

namespace inquest::sandbox {

// The layers that a run is built of. The product knows only the default: all of them. What the host
// lacks is refused or, where an operator accepts that, named in the outcome.
//
// Tests make profiles that lack a layer, to show that each one holds something. Only who links the
// supervisor can: nothing in an order, an argument, a file or the environment leads here.
class Profile {
 public:
  Profile() = default;
  explicit Profile(std::set<std::string> without) : without_(std::move(without)) {}

  bool Has(const std::string& layer) const { return without_.find(layer) == without_.end(); }

 private:
  std::set<std::string> without_;
};

}  // namespace inquest::sandbox
