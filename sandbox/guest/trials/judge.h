#pragma once

#include <memory>
#include <string>

#include "sandbox/guest/trials/plan.h"
#include "sandbox/guest/trials/process.h"

namespace re2 {
class RE2;
}

namespace inquest::sandbox::guest {

// The plan's oracle, as the host would answer it (runtime/effects/oracle.h).
class Judge {
 public:
  explicit Judge(const Plan& plan);
  ~Judge();

  // False: its expression is none. The host says so of a run by itself.
  bool sound() const;
  Result Answer(const Ended& ended, const std::string& stdout_path,
                const std::string& stderr_path) const;

 private:
  const Plan& plan_;
  std::unique_ptr<re2::RE2> matches_;
};

}  // namespace inquest::sandbox::guest
