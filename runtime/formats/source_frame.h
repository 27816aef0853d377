#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"

namespace inquest::formats {

// "path:12" or "path:12:5", as most tools name a place.
struct SourcePlace {
  std::string_view path;
  int line = 0;
};
std::optional<SourcePlace> ReadPlace(std::string_view text);

// The place as a frame; nullopt: it is outside of the tree, in node_modules, or belongs to the
// language's own runtime (libc, sanitizers, Node.js).
std::optional<v1::Location> TreeFrame(SourcePlace place, std::string_view function);

// The frames of one failure, which most tools print innermost first and in several sections: the
// stack of the failure itself, then the stacks that explain it (where memory was freed, a cause).
class FrameSections {
 public:
  void Add(std::optional<v1::Location> frame);
  void NextSection();
  // Innermost last. The first section is the innermost one if `first_is_innermost`, else the last.
  std::vector<v1::Location> InnermostLast(bool first_is_innermost) const;

 private:
  std::vector<std::vector<v1::Location>> sections_{1};
};

// "0x7ffd1c" becomes "0x...": such numbers differ from run to run.
std::string WithoutAddresses(std::string_view text);

}  // namespace inquest::formats
