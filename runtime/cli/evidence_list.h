#pragma once

#include <string>
#include <vector>

#include "runtime/report/evidence.h"

namespace inquest::cli {

// Escaped; one line an artifact.
std::string EvidenceAsText(const std::vector<report::EvidenceItem>& items);
std::string EvidenceAsJson(const std::vector<report::EvidenceItem>& items);

}  // namespace inquest::cli
