#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"ANALYSIS_CANCELLED", "An analysis was given up because nobody wants its result any more.",
     "Nothing; it happens when an investigation is cancelled or goes on another way.", "CANCELLED"},
    {"ANSWER_CANCELLED",
     "The investigator was stopped while it looked for an answer, because nobody wants it any "
     "more.",
     "Nothing; it happens when an investigation is cancelled or goes on another way.", "CANCELLED"},
    {"BAD_INSTRUMENT",
     "A run asks for an instrument whose name leads out of the folder of instruments.",
     "Report it as an error of Inquest: shipped steps name shipped instruments only.", ""},
    {"BAD_PROC_STAT", "The supervisor cannot read from /proc when a process began.",
     "Mount /proc where the daemon runs, and run `inquest doctor`.", "SUPERVISOR_FAILED"},
    {"BAD_RUN_KEY", "A run was started without the id of an investigation.",
     "Report it as an error of Inquest, with the daemon's log.", ""},
    {"BAD_TRIAL_PLAN",
     "A run that tries many changes in a row cannot be made as asked: more than 2000 changes, an "
     "instrument, or memory as what counts.",
     "Report it as an error of Inquest, with `inquest export ID`.", "TOO_MANY_CHANGES"},
    {"CLAIM_DAMAGED", "The file by which a supervisor claimed its run directory cannot be read.",
     "Nothing; the run counts as lost. If it comes again, look for a damaged disk.",
     "RUN_LOST OUTCOME_DAMAGED"},
    {"EFFECT_WITHOUT_WORK", "An effect in the journal does not say what is to be done.",
     "Use the inquestd that wrote the journal, or a newer one.", "UNKNOWN_ANALYSIS"},
    {"HOST_RESOURCES",
     "The machine ran out of something, such as disk or processes, while it prepared a sandboxed "
     "run.",
     "Free disk and memory, then open it again; `inquest doctor` says what is short.",
     "DISK_FULL OUT_OF_MEMORY"},
    {"MEMORY_DAMAGED", "A run that was remembered, so as not to make it again, cannot be read.",
     "Nothing; the run is made again. `inquest db check` says whether more is damaged.",
     "STORE_DAMAGED"},
    {"OUTCOME_DAMAGED", "The file in which a supervisor left the outcome of a run cannot be read.",
     "Open the investigation again. If it comes again, look for a damaged disk.", "CLAIM_DAMAGED"},
    {"PERMIT_MISMATCH", "An effect was to be started with the permit of another one, and was not.",
     "Report it as an error of Inquest, with the daemon's log.", "POLICY_DENIED"},
    {"POLICY_DENIED", "The policy of the investigation forbids what a step wanted to do.",
     "See the rule in the message; the operator's policy decides.",
     "POLICY_UNKNOWN PERMIT_MISMATCH"},
    {"RUNNER_BUSY", "100000 effects wait for a worker already. It is tried again after a pause.",
     "Let fewer investigations go on at once.", "TOO_MANY_RUNS"},
    {"RUN_ALREADY_STARTED", "A run was to be started twice in one daemon; the first one goes on.",
     "Report it as an error of Inquest, with the daemon's log.", "RUN_CLAIMED"},
    {"RUN_CANCELLED", "A run was ended before it was over, because nobody wants it any more.",
     "Nothing; it happens when an investigation is cancelled or goes on another way.", "CANCELLED"},
    {"RUN_CLAIMED", "Another supervisor has the run directory already, so this one does nothing.",
     "Nothing; one attempt of a run never starts twice.", "RUN_ALREADY_STARTED"},
    {"RUN_LOST",
     "The supervisor of a run died in each of three attempts, so that nobody knows how it ended.",
     "See whether the machine kills processes for want of memory, then open it again.",
     "HOST_RESOURCES RUN_UNUSABLE"},
    {"RUN_UNUSABLE", "A run came back without anything to judge by.",
     "Look at the run with `inquest watch ID`, and at the daemon's log.", "RUN_LOST"},
    {"SANDBOX_REFUSED",
     "A layer of the sandbox cannot be had on this machine and no setting accepts that, or the "
     "sandbox did not start. Nothing runs outside of it.",
     "Run `inquest doctor`: it says which layer is missing and how to get it.",
     "SANDBOX_UNAVAILABLE SECCOMP_UNAVAILABLE"},
    {"SANDBOX_UNAVAILABLE",
     "The daemon has no sandbox: bubblewrap or the supervisor inquest-run is missing.",
     "Run `inquest doctor`: it says what is missing and how to get it.", "SANDBOX_REFUSED"},
    {"SECCOMP_UNAVAILABLE",
     "The filter of system calls cannot be made with this machine's libseccomp.",
     "Update libseccomp, and run `inquest doctor`.", "SANDBOX_REFUSED"},
    {"STEP_LOGIC_LOOPS",
     "The steps went on deciding without ever waiting for anything, so the daemon stopped it.",
     "Report it as an error of Inquest, with `inquest export ID`.", ""},
    {"SUPERVISOR_FAILED", "The supervisor could not claim the directory of its run.",
     "See the daemon's log; disk and rights of the data directory are the usual causes.",
     "BAD_PROC_STAT DISK_FULL"},
    {"TOO_MANY_RUNS", "100000 runs wait already. It is tried again after a pause.",
     "Let fewer investigations go on at once.", "RUNNER_BUSY"},
    {"UNKNOWN_ANALYSIS", "An effect asks for an analysis that this program does not know.",
     "Use the inquestd that wrote the journal, or a newer one.", "EFFECT_WITHOUT_WORK"},
};

}  // namespace

std::span<const ErrorPage> RunErrors() { return kPages; }

}  // namespace inquest::cli
