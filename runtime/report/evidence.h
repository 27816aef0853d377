#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inquest/v1/event.pb.h"

namespace inquest::report {

// One mention of kept bytes by an event.
struct EvidenceItem {
  std::int64_t sequence = 0;
  std::string digest;
  std::int64_t size_bytes = -1;  // -1: the event does not say
  std::string media_type;
  std::string where;  // the field that names it: effect_completed.observation.run.phases.stdout
  // Of the sandbox that it comes from: what an operator accepted to be missing.
  std::vector<std::string> missing_layers;
};

// Every artifact that the event names, in the order of its fields.
std::vector<EvidenceItem> EvidenceOf(const v1::Event& event);

}  // namespace inquest::report
