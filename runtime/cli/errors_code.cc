#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"ABORTED", "The daemon gave a call up because another one came in between.",
     "Read the investigation again, and repeat the call.", "SEQUENCE_MISMATCH"},
    {"ALREADY_EXISTS", "What was to be made is there already.",
     "Use what is there, or give another name.", "FILE_EXISTS"},
    {"CANCELLED", "Somebody ended it: an investigation by `inquest cancel`, a call by going away.",
     "Go on from one of its events: inquest fork ID --from SEQUENCE.", "INTERRUPTED RUN_CANCELLED"},
    {"DATA_LOSS", "Something that was kept is lost or damaged.",
     "Run `inquest db check`, and see the daemon's log.", "STORE_DAMAGED"},
    {"DEADLINE_EXCEEDED",
     "The daemon did not answer within the call's deadline. What was asked for may still happen.",
     "See with `inquest show ID` whether it happened, and try again.", "DAEMON_UNREACHABLE"},
    {"FAILED_PRECONDITION", "The state of things does not allow the call.",
     "See the message for what stands in the way.", "INVESTIGATION_ENDED"},
    {"INTERNAL", "The daemon, or the connection to it, broke a rule of its own.",
     "See the daemon's log; `inquest debug paths` says where it is.", "UNKNOWN"},
    {"INVALID_ARGUMENT", "The call has a value that it cannot have.",
     "Correct what the message names.", "INVALID_FIELD"},
    {"NOT_FOUND", "What the call names does not exist.",
     "See the name in the message; `inquest list` prints ids.", "INVESTIGATION_NOT_FOUND"},
    {"OUT_OF_RANGE", "A number of the call is past what there is.",
     "Give a number in the range that the message names.",
     "SEQUENCE_OUT_OF_RANGE OFFSET_OUT_OF_RANGE"},
    {"PERMISSION_DENIED", "The caller may not do this.",
     "Use the Unix socket as the user whom the daemon belongs to.",
     "RPC_NOT_OPEN_HERE POLICY_DENIED"},
    {"RESOURCE_EXHAUSTED", "A limit was reached: of a message's size, of calls, or of memory.",
     "Ask for less at a time, or try again later.", "TOO_MANY_CALLS"},
    {"UNAUTHENTICATED", "The daemon does not know who calls.",
     "Send `authorization: Bearer TOKEN` with the daemon's token.", "TOKEN_REQUIRED"},
    {"UNAVAILABLE", "The connection to the daemon broke, or it cannot answer now.",
     "Try again; run `inquest doctor` if it stays so.", "DAEMON_UNREACHABLE SHUTTING_DOWN"},
    {"UNIMPLEMENTED", "The daemon does not have the method that was called.",
     "Use an inquest and an inquestd of the same version.", "SERVICE_UNKNOWN"},
    {"UNKNOWN", "A call failed in a way that says nothing about the cause.",
     "See the daemon's log; `inquest debug paths` says where it is.", "INTERNAL"},
};

}  // namespace

std::span<const ErrorPage> CodeErrors() { return kPages; }

}  // namespace inquest::cli
