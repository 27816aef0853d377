#pragma once

#include <span>

#include "runtime/cli/errors.h"

// The pages of each group, sorted by id: a file each.
namespace inquest::cli {

std::span<const ErrorPage> CodeErrors();
std::span<const ErrorPage> DaemonErrors();
std::span<const ErrorPage> ProofErrors();
std::span<const ErrorPage> RequestErrors();
std::span<const ErrorPage> RunErrors();
std::span<const ErrorPage> StoreErrors();
std::span<const ErrorPage> SubmissionErrors();
std::span<const ErrorPage> SystemErrors();
std::span<const ErrorPage> TargetErrors();
std::span<const ErrorPage> UsageErrors();
std::span<const ErrorPage> VerdictErrors();

}  // namespace inquest::cli
