#include "runtime/cli/hints.h"

#include <algorithm>
#include <array>

namespace inquest::cli {
namespace {

struct Hint {
  std::string_view reason;
  std::string_view text;
};

constexpr std::array kHints{
    Hint{"TARGET_NOT_FOUND", "give the root of the source tree with --source DIR"},
    Hint{"BUILD_FAILED",
         "run the --build command in a fresh copy of the tree; see `inquest evidence`"},
    Hint{"TRIGGER_CANNOT_START",
         "run the --test command in a fresh copy of the tree; see `inquest evidence`"},
    Hint{"TRIGGER_DOES_NOT_FAIL",
         "--test must be a command that exits other than 0 when the bug shows"},
    Hint{"SANDBOX_REFUSED",
         "run `inquest doctor`: it says which layer is missing and how to get it"},
    Hint{"TOOL_MISSING", "install the tool, or name its directory with --tool-path DIR"},
    Hint{"BUDGET_EXHAUSTED", "raise it: inquest steer ID --max-wall 30m, then inquest resume ID"},
    Hint{"POLICY_DENIED", "see the rule in the message; the operator's policy decides"},
    Hint{"DAEMON_NOT_RUNNING",
         "start it; without the setting `socket` your own is started when it is needed"},
    Hint{"DAEMON_NOT_FOUND", "inquestd must be in the same directory as inquest"},
    Hint{"DAEMON_DID_NOT_START", "run `inquest doctor`"},
    Hint{"DAEMON_UNREACHABLE", "run `inquest doctor`; a hung daemon can be ended and started anew"},
    Hint{"NO_PROJECT", "`inquest init` proposes settings for a source tree"},
    Hint{"FILE_EXISTS", "edit it, or remove it first"},
    Hint{"BAD_SETTING", "`inquest config show --origin` lists the keys, and what sets them"},
    Hint{"BAD_YAML", "mend the file at the line and column that the message names"},
    Hint{"DAEMON_BUSY", "wait for its end, or pause it: inquest pause ID"},
    Hint{"DAEMON_DID_NOT_END", "end that process, and try again"},
    Hint{"STORE_IN_USE", "end the daemon that has it, and try again"},
    Hint{"BACKUP_EXISTS", "give a directory that is not there yet"},
    Hint{"NO_STORE", "`inquest debug paths` shows where it would be; --data-dir names another one"},
    Hint{"BAD_ID", "`inquest list` prints ids; @last is the newest one"},
    Hint{"ID_NOT_FOUND", "`inquest list` prints ids; @last is the newest one"},
    Hint{"ID_AMBIGUOUS", "give more characters of the id"},
    Hint{"NO_INVESTIGATIONS", "open one: inquest investigate --source DIR --test CMD"},
    Hint{"NO_PATCH", "`inquest show ID` says how far it got"},
    Hint{"NOT_VERIFIED",
         "`inquest show ID` says what is missing; --unverified applies it all the same"},
    Hint{"NOT_PROVEN_HERE",
         "make the proof again: inquest certify ID; then apply it with --unverified"},
    Hint{"APPLY_FAILED",
         "give the checkout of the examined tree with --source DIR, as it was then"},
    Hint{"BAD_BUNDLE", "give a file that `inquest export` wrote"},
    Hint{"BUNDLE_DAMAGED", "get the bundle anew: what it holds was changed on its way"},
    Hint{"INVESTIGATION_EXISTS",
         "it is another one with the same id; `inquest show ID` shows yours"},
    Hint{"NOTHING_TO_CERTIFY", "`inquest report ID` says how far it got"},
    Hint{"PROOF_FAILED",
         "do not trust this patch; `inquest import` and `inquest report` show its claims"},
    Hint{"REPLAY_DIVERGES",
         "`inquest watch` shows the events; what follows from this one proves nothing"},
    Hint{"OTHER_LOGIC",
         "replay it with the program that made it; `inquest certify` needs no replay"},
    Hint{"NO_CERTIFICATES", "keep one: inquest export ID -o .inquest/certificates/NAME.inquest"},
    Hint{"PROOF_NOT_MADE", "its commands may need tools that this machine lacks; `inquest doctor`"},
    Hint{"ARTIFACT_NOT_FOUND", "`inquest evidence ID` lists what there is"},
    Hint{"LOCAL_PATH_NEEDS_UNIX_SOCKET", "use --git URL --revision REV with a remote daemon"},
};

}  // namespace

std::string_view HintFor(std::string_view reason) {
  const auto* hint = std::find_if(kHints.begin(), kHints.end(), [&](const Hint& candidate) {
    return candidate.reason == reason;
  });
  return hint == kHints.end() ? std::string_view() : hint->text;
}

}  // namespace inquest::cli
