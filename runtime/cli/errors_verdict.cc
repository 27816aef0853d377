#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"BASE_STOPPED_FAILING",
     "While a fix was verified, the bug showed less without the patch than when it was reproduced, "
     "so that nothing can be said about the patch.",
     "Look for what changed on the machine in between, then open it again.",
     "FAILURE_TOO_RARE NOT_REPRODUCIBLE"},
    {"BUDGET_EXHAUSTED",
     "Wall time, runs, iterations or bytes of evidence of the investigation's budget ran out; what "
     "was found is kept. Said by resume: the budget was not raised yet.",
     "Raise it: inquest steer ID --max-wall 30m, then inquest resume ID.", "INVESTIGATION_ENDED"},
    {"CHANGE_NOT_MEASURED",
     "The bug is one of time or memory, and the runs with the patch do not need significantly less "
     "than those without.",
     "Nothing; the patch is given back to fix, which tries others.", "PATCH_DOES_NOT_HOLD"},
    {"FAILURE_TOO_RARE",
     "The bug shows so seldom that more than 2000 clean runs would be needed to prove a fix.",
     "Give a --test command that shows the bug more often, such as one in a loop.",
     "BASE_STOPPED_FAILING NOT_REPRODUCIBLE"},
    {"FIX_AMBIGUOUS",
     "The proof of the patch holds, but another patch makes every test pass, too, and behaves "
     "differently; which one is right is for a person to say.",
     "Add a test of the case that `inquest show ID` asks about, and try again.", "NOT_VERIFIED"},
    {"HUNK_NOT_NEEDED",
     "The regression test passes without a part of the patch, so that part is no fix of this bug.",
     "Nothing; the patch is given back to fix, which tries others.",
     "REGRESSION_TEST_DOES_NOT_HOLD"},
    {"INCONCLUSIVE",
     "The experiment decides neither for nor against the hypothesis: the measured limits reach "
     "across what was predicted, or something was not measured.",
     "Nothing; observe is visited again. The step's message says what is missing.",
     "NEEDS_DATA PREDICTION_FAILED"},
    {"INVESTIGATOR_HAS_NOTHING",
     "The investigator has no further idea: it says so, or only asked for surveys.",
     "Add what you know: open a fork, and give it a hypothesis. `inquest help fork` and `inquest "
     "help steer` have examples.",
     "NOTHING_LEFT NO_PATCH_SURVIVES"},
    {"NEEDS_DATA",
     "Steps asked for more evidence than observing again could bring; the message says what is "
     "missing.",
     "Give a --test command whose output says more about the failure.", "INCONCLUSIVE"},
    {"NOTHING_LEFT", "Everything was tried, and no fix was verified.",
     "See with `inquest show ID` how far it got. A test of another case may help.",
     "INVESTIGATOR_HAS_NOTHING NO_PATCH_SURVIVES"},
    {"NOT_REPRODUCIBLE",
     "The bug did not show in any run in isolation; after 200 runs in vain no more are made.",
     "Look for what differs in the sandbox: time, network, files outside of the tree.",
     "TRIGGER_DOES_NOT_FAIL FAILURE_TOO_RARE"},
    {"NO_PATCH_SURVIVES",
     "No patch that was tried at the place of the hypothesis passes both trigger and suite.",
     "Nothing; the next hypothesis is tested.", "NOTHING_LEFT"},
    {"PATCH_DOES_NOT_HOLD",
     "A run with the patch was not clean: the bug showed, or it failed in another way.",
     "Nothing; the patch is given back to fix, which tries others.",
     "PROOF_FAILED HUNK_NOT_NEEDED"},
    {"PREDICTION_FAILED",
     "What was measured is not what the hypothesis predicted, so it is refuted. A refuted "
     "hypothesis is a result: it is kept and not proposed again.",
     "Nothing; the next hypothesis is tested.", "INCONCLUSIVE REPEATS_REFUTED"},
    {"REGRESSION_TEST_DOES_NOT_HOLD",
     "The regression test does not fail without the patch as the bug does, or does not pass with "
     "it.",
     "Nothing; the patch is given back to fix, which tries others.", "HUNK_NOT_NEEDED"},
    {"SUBMISSION_REFUSED",
     "The gate of a step refused three submissions in a row; the message says what the last one "
     "lacks.",
     "Mend what the message names in the investigator, or use `--investigator builtin`.",
     "CITATION_DOES_NOT_RESOLVE PREDICTION_MISSING"},
    {"SUITE_OUT_OF_TIME",
     "With the patch the test suite did not end in 300 seconds, so that it cannot be compared.",
     "Give a shorter --suite command.", "SUITE_REGRESSION"},
    {"SUITE_REGRESSION", "With the patch a test of the suite fails that does not fail without it.",
     "Nothing; the patch is given back to fix, which tries others.", "SUITE_OUT_OF_TIME"},
    {"VETOED",
     "A person struck out the hypothesis with `inquest steer --veto`, so the step about it ended.",
     "Nothing; the next hypothesis is tested.", "PREDICTION_FAILED"},
};

}  // namespace

std::span<const ErrorPage> VerdictErrors() { return kPages; }

}  // namespace inquest::cli
