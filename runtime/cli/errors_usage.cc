#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"BAD_DURATION",
     "A span of time was not given as whole numbers with units, larger units first, or is above "
     "ten years.",
     "Write it as 90s, 10m, 1h30m, 250ms or 2d. A bare number is refused, because nobody agrees on "
     "its unit.",
     "USAGE"},
    {"BAD_HYPOTHESIS",
     "The file given with `inquest steer --hypothesis` is not a hypothesis in the contract's JSON "
     "mapping.",
     "Mend the file where the message says. The fields are those of the message Hypothesis in "
     "proto/inquest/v1/hypothesis.proto.",
     "LOCATION_MISSING PREDICTION_MISSING"},
    {"BAD_ID",
     "The word cannot be the beginning of an investigation's id: ids have at most 20 characters, a "
     "to z and 2 to 7.",
     "Take an id from `inquest list`; @last is the newest one.", "ID_AMBIGUOUS ID_NOT_FOUND"},
    {"BAD_PROJECT",
     "The folder .inquest of the source tree cannot be read as one: it has a link, something that "
     "is no file or folder, too many files, a file over 64 KiB, too many levels, or lies at a path "
     "with a line break.",
     "Keep plain, small files in .inquest, and nothing else.", "NO_PROJECT BAD_YAML"},
    {"BAD_SETTING",
     "A setting of -c, of the environment or of a file has a key that does not exist, or a value "
     "that it cannot have.",
     "Run `inquest config show --origin`: it lists the keys, and what sets them.", "BAD_YAML"},
    {"BAD_YAML",
     "A file of settings or a policy is not YAML, is larger than 1 MiB, has a field that does not "
     "exist, or a value of the wrong type.",
     "Mend the file at the line and column that the message names.", "BAD_SETTING BAD_PROJECT"},
    {"COMMAND_MISSING",
     "A program that the verb runs itself, such as git, cannot be started. Of a submission: its "
     "recipe has no command, or one of more than 16384 bytes.",
     "Install the program that the message names, and put its folder on PATH. A recipe needs a "
     "command of 1 to 16384 bytes.",
     "GIT_MISSING"},
    {"DEMO_MISSING",
     "The program with a bug that `inquest demo` examines is not where it is installed, in "
     "share/inquest/demo beside bin.",
     "Install Inquest whole, or build it again with `scripts/build`.", "DAEMON_NOT_FOUND"},
    {"ID_AMBIGUOUS",
     "More than one id, or more than one digest of evidence, begins with what was given.",
     "Give more characters of it.", "ID_NOT_FOUND BAD_ID"},
    {"ID_NOT_FOUND", "No investigation of this daemon has an id that begins with what was given.",
     "Take an id from `inquest list`; @last is the newest one.", "BAD_ID INVESTIGATION_NOT_FOUND"},
    {"INTERRUPTED", "Ctrl-C ended the waiting of this command; the investigation is kept.",
     "Go on with `inquest resume ID`, or look at it with `inquest show ID`.", "CANCELLED"},
    {"NO_CERTIFICATES",
     "`inquest ci` was given no bundle, and .inquest/certificates of the source tree holds none.",
     "Keep one: inquest export ID -o .inquest/certificates/NAME.inquest.", "NOTHING_TO_CERTIFY"},
    {"NO_INVESTIGATIONS", "@last was asked for, but the daemon has no investigation yet.",
     "Open one: inquest investigate --source DIR --test CMD.", "ID_NOT_FOUND"},
    {"NO_PROJECT",
     "The source tree has no folder .inquest with files in it, so there is nothing to trust.",
     "Let `inquest init` propose settings for the source tree.", "BAD_PROJECT"},
    {"REPORT_TOO_LARGE", "The report is larger than the 256 MiB that are taken in.",
     "Ask for another format, such as `inquest report ID --format md`.", ""},
    {"USAGE",
     "The command line names no verb, or gives a verb what it does not take, or not what it needs.",
     "See `inquest help VERB`: it begins with examples.", "BAD_DURATION BAD_SETTING"},
};

}  // namespace

std::span<const ErrorPage> UsageErrors() { return kPages; }

}  // namespace inquest::cli
