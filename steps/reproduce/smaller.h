#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "inquest/v1/certificate.pb.h"
#include "steps/action.h"
#include "steps/brief.h"
#include "steps/runs.h"

namespace inquest::steps {

// Makes what the trigger of a reproduction takes in smaller, as the investigator proposes: rounds
// of changes that are tried in a sieve, each of which may only leave the bug showing as it did. The
// smallest is run by itself under the round's oracle and under the reproduction's own before it
// counts. Takes a bounded share of the budget; nothing that it meets is a reason to give up. Either
// there is something to want, or `reproduction.minimised` is final.
std::optional<Want> MakeSmaller(const Brief& brief, std::span<const Observed> so_far,
                                const Results& results, v1::Reproduction& reproduction);

// Whether the key is of an effect that MakeSmaller wants.
bool ServesSmaller(std::string_view key);

}  // namespace inquest::steps
