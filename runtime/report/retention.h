#pragma once

#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/digest.h"
#include "runtime/base/status.h"
#include "runtime/store/store.h"

// What of a store is still of use.
namespace inquest::report {

// Ended, and nothing new since `before_us`; oldest first. What is in `kept` is left out.
Result<std::vector<store::Head>> EndedBefore(TimeUs before_us, const std::set<std::string>& kept,
                                             store::Store& store);

// Every artifact that the journals name, by themselves or through trees and histories, those of the
// investigations in `left_out` aside. DATA_LOSS: a journal cannot be read; what it names is
// unknown.
Result<std::unordered_set<Digest>> NamedArtifacts(const std::set<std::string>& left_out,
                                                  store::Store& store);

}  // namespace inquest::report
