#pragma once

#include <string>
#include <vector>

#include "inquest/v1/hypothesis.pb.h"

namespace inquest::report {

struct SarifFinding {
  v1::Hypothesis cause;  // where it is
  std::string text;
};

// SARIF 2.1.0 with a result for each finding; `id` tells runs of one kind from others.
std::string SarifOf(const std::string& id, const std::vector<SarifFinding>& findings);

}  // namespace inquest::report
