#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"DISK_FULL", "The disk, or the user's share of it, is full.",
     "Free disk space; `inquest gc --older-than 30d` removes old investigations.",
     "STORAGE_UNAVAILABLE HOST_RESOURCES"},
    {"EMPTY_PATH", "A directory was to be made without a name.",
     "Give the path that the message speaks of; an option may be empty.", "FILE_NOT_FOUND"},
    {"FILE_ACCESS_DENIED", "The operating system does not let this user open, write or run it.",
     "See owner and rights of the path that the message names.",
     "TARGET_UNREADABLE READ_ONLY_FILE_SYSTEM"},
    {"FILE_EXISTS", "There is a file at the path already, and it is not written over.",
     "Edit it, or remove it first.", "BACKUP_EXISTS"},
    {"FILE_NOT_FOUND", "There is no file or folder at the path.",
     "See the path that the message names.", "TARGET_NOT_FOUND"},
    {"FILE_TOO_LARGE", "The file is larger than what is read of its kind.",
     "Give a smaller file; the message names the limit.", "ARTIFACT_TOO_LARGE"},
    {"OUT_OF_MEMORY", "The machine has no memory left for this.",
     "End other programs, or give the machine more memory.", "HOST_RESOURCES"},
    {"PATH_ESCAPES",
     "The path leads out of the folder that it has to stay in, or through too many links.",
     "Give a path without links and without `..`.", "NOT_A_FILE"},
    {"READ_ONLY_FILE_SYSTEM", "The file system, or the database on it, cannot be written.",
     "Mount it writable, or give another directory with --data-dir.",
     "STORAGE_UNAVAILABLE FILE_ACCESS_DENIED"},
    {"SYSTEM_CALL_FAILED", "The operating system answered with an error that has no id of its own.",
     "See the message: it says what was tried, and the system's words.", ""},
    {"TOO_MANY_OPEN_FILES", "The process or the machine has as many open files as it may have.",
     "Raise the limit (`ulimit -n`), or let fewer investigations go on at once.", "HOST_RESOURCES"},
};

}  // namespace

std::span<const ErrorPage> SystemErrors() { return kPages; }

}  // namespace inquest::cli
