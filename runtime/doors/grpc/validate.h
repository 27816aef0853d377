#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "inquest/v1/investigation.pb.h"
#include "inquest/v1/target.pb.h"
#include "runtime/base/status.h"
#include "runtime/doors/grpc/refusal.h"
#include "runtime/store/store.h"

namespace inquest::doors {

inline constexpr std::size_t kTitleLimitBytes = 500;
inline constexpr std::size_t kTextLimitBytes = 16 * 1024;
inline constexpr std::size_t kNameLimitBytes = 64;
inline constexpr std::size_t kPathLimitBytes = 4095;
inline constexpr std::size_t kHypothesisLimitBytes = 256 * 1024;
inline constexpr int kListLimit = 64;
inline constexpr int kPageDefault = 50;
inline constexpr int kPageMaximum = 1000;

// What a door lets through: a client on the daemon's own machine may name the machine's paths.
enum class Reach { kThisMachine, kNetwork };

// The id of "investigations/{id}"; INVALID_ARGUMENT otherwise. Pure.
Result<std::string> InvestigationId(std::string_view name);

Refusal CheckRequestId(std::string_view request_id);
// Names of investigators and policies: empty, or [a-z][a-z0-9:._-]*.
Refusal CheckPlainName(std::string field, std::string_view name);
Refusal CheckProblem(const v1::Problem& problem);
// Looks at the file system only to see that a local path is a directory (TARGET_NOT_FOUND).
Refusal CheckTarget(const v1::Target& target, Reach reach);
Refusal CheckBudget(const v1::Budget& budget);
// An expected_sequence: 0 (whatever it is) or more.
Refusal CheckSequence(std::int64_t expected);

// Terms joined by AND, as ListInvestigationsRequest.filter says. INVALID_ARGUMENT (BAD_FILTER).
Result<store::ListQuery> ParseFilter(std::string_view filter);

// A page token is bound to the filter that it was made for.
std::string MakePageToken(std::string_view filter, std::string_view last_id);
// The id in it; INVALID_ARGUMENT (BAD_PAGE_TOKEN) when it is none, or of another filter.
Result<std::string> ReadPageToken(std::string_view filter, std::string_view token);
// INVALID_ARGUMENT when negative; 0 is the default.
Result<int> PageSize(int asked, int fallback = kPageDefault);

}  // namespace inquest::doors
