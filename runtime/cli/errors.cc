#include "runtime/cli/errors.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "runtime/cli/errors_groups.h"

namespace inquest::cli {

std::span<const ErrorGroup> ErrorGroups() {
  static const std::array kGroups{
      ErrorGroup{"usage", "The command line, settings and project files", UsageErrors()},
      ErrorGroup{"target", "The target: its files, its build, its trigger", TargetErrors()},
      ErrorGroup{"verdict", "How a step or an investigation ended", VerdictErrors()},
      ErrorGroup{"run", "Sandboxed runs and other effects", RunErrors()},
      ErrorGroup{"proof", "Patches, bundles, certificates and replay", ProofErrors()},
      ErrorGroup{"submission", "What the gates of the steps refuse in a submission",
                 SubmissionErrors()},
      ErrorGroup{"daemon", "Starting and reaching the daemon", DaemonErrors()},
      ErrorGroup{"request", "Requests to the daemon", RequestErrors()},
      ErrorGroup{"store", "The store", StoreErrors()},
      ErrorGroup{"system", "Files and the operating system", SystemErrors()},
      ErrorGroup{"code", "Answers to a call that say no more than a status code", CodeErrors()},
  };
  return kGroups;
}

const ErrorPage* FindErrorPage(std::string_view id) {
  for (const ErrorGroup& group : ErrorGroups()) {
    const auto page = std::lower_bound(
        group.pages.begin(), group.pages.end(), id,
        [](const ErrorPage& one, std::string_view wanted) { return one.id < wanted; });
    if (page != group.pages.end() && page->id == id) return &*page;
  }
  return nullptr;
}

std::string HintFor(std::string_view id) {
  const ErrorPage* page = FindErrorPage(id);
  if (page == nullptr) return "";
  // The first sentence, as part of a line: without its full stop and its capital.
  const std::size_t next = page->what_to_do.find(". ");
  std::string hint(page->what_to_do.substr(0, next));
  if (hint.ends_with('.')) hint.pop_back();
  if (!hint.empty()) hint[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(hint[0])));
  return hint;
}

}  // namespace inquest::cli
