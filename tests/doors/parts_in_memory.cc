// The daemon's program over a store in memory whose effects never start: what it is linked with for
// the tests of its options, signals and doors.
#include "policies/load.h"
#include "runtime/base/file.h"
#include "runtime/daemon/parts.h"
#include "runtime/store/memory.h"

namespace inquest::daemon {
namespace {

class StartsNothing final : public engine::EffectRunner {
 public:
  void Start(engine::StartOrder, Done) override {}
  void Cancel(const std::string&, std::int64_t) override {}
  void Forget(const std::string&, std::int64_t, int) override {}
};

}  // namespace

Result<Parts> Assemble(const Options&) {
  Parts parts;
  TRY_ASSIGN(parts.engine.policies,
             policies::LoadPolicies({ProgramDirectory() + "/../share/inquest/policies"}));
  parts.engine.investigators = {"builtin"};
  parts.store = std::make_unique<store::MemoryStore>();
  parts.runner = std::make_unique<StartsNothing>();
  return parts;
}

}  // namespace inquest::daemon
