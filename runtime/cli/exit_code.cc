#include "runtime/cli/exit_code.h"

#include <algorithm>
#include <array>

#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

struct Row {
  std::string_view reason;
  ExitCode code;
};

// Reasons (Investigation.ended_reason and ErrorInfo.reason) that say more than the kind of the end
// or the status code does.
constexpr std::array kByReason{
    Row{"USAGE", ExitCode::kUsage},
    Row{"BUILD_FAILED", ExitCode::kUsage},
    Row{"TRIGGER_CANNOT_START", ExitCode::kUsage},
    Row{"BAD_GIT_REVISION", ExitCode::kUsage},
    Row{"GIT_REVISION_NOT_FOUND", ExitCode::kUsage},
    Row{"TARGET_NOT_FOUND", ExitCode::kUsage},
    Row{"POLICY_DENIED", ExitCode::kPolicy},
    Row{"SANDBOX_REFUSED", ExitCode::kUnavailable},
    Row{"HOST_RESOURCES", ExitCode::kUnavailable},
    Row{"BUDGET_EXHAUSTED", ExitCode::kBudget},
    Row{"NO_FIX", ExitCode::kEndedWithout},
    Row{"NO_PATCH", ExitCode::kEndedWithout},
    Row{"NOT_VERIFIED", ExitCode::kEndedWithout},
    Row{"NOT_PROVEN_HERE", ExitCode::kEndedWithout},
    Row{"NOTHING_TO_CERTIFY", ExitCode::kEndedWithout},
    Row{"CERTIFICATE_OF_ANOTHER", ExitCode::kEndedWithout},
    Row{"CERTIFICATE_UNREADABLE", ExitCode::kEndedWithout},
    Row{"PROOF_FAILED", ExitCode::kEndedWithout},
    Row{"REPLAY_DIVERGES", ExitCode::kEndedWithout},
    Row{"PROOF_NOT_MADE", ExitCode::kEndedWithout},
    Row{"INTERRUPTED", ExitCode::kInterrupted},
};

const Row* ByReason(std::string_view reason) {
  const auto* row = std::find_if(kByReason.begin(), kByReason.end(),
                                 [&](const Row& candidate) { return candidate.reason == reason; });
  return row == kByReason.end() ? nullptr : row;
}

}  // namespace

ExitCode ExitCodeOf(const v1::Investigation& investigation) {
  if (report::VerifiedHere(investigation)) return ExitCode::kVerifiedFix;
  if (investigation.ended_by() == v1::ENDED_BY_BUDGET) return ExitCode::kBudget;
  if (const Row* row = ByReason(investigation.ended_reason())) return row->code;
  return ExitCode::kEndedWithout;
}

ExitCode ExitCodeOf(const Status& status) {
  if (const Row* row = ByReason(status.reason())) return row->code;
  switch (status.code()) {
    case Code::kOk:
      return ExitCode::kVerifiedFix;
    case Code::kInvalidArgument:
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kOutOfRange:
    case Code::kFailedPrecondition:
      return ExitCode::kUsage;
    case Code::kPermissionDenied:
    case Code::kUnauthenticated:
      return ExitCode::kPolicy;
    case Code::kCancelled:
      return ExitCode::kInterrupted;
    case Code::kUnknown:
    case Code::kDeadlineExceeded:
    case Code::kResourceExhausted:
    case Code::kAborted:
    case Code::kUnimplemented:
    case Code::kInternal:
    case Code::kUnavailable:
    case Code::kDataLoss:
      return ExitCode::kUnavailable;
  }
  return ExitCode::kUnavailable;
}

std::optional<ExitCode> FixedExitCode(std::string_view reason) {
  const Row* row = ByReason(reason);
  return row == nullptr ? std::nullopt : std::optional(row->code);
}

std::vector<std::string_view> IdsWithExitCode() {
  std::vector<std::string_view> ids;
  ids.reserve(kByReason.size());
  for (const Row& row : kByReason) ids.push_back(row.reason);
  return ids;
}

std::string_view ExitCodeHelp() {
  return "exit codes:\n"
         "  0    verified fix (other verbs: done)\n"
         "  1    ended without a verified fix\n"
         "  2    usage, or a target that cannot be examined as given\n"
         "  3    forbidden by policy, or an approval is missing\n"
         "  4    daemon, store, sandbox or investigator unavailable\n"
         "  5    budget exhausted\n"
         "  130  interrupted; the investigation is kept\n";
}

}  // namespace inquest::cli
