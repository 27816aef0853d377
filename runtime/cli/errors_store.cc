#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"ARTIFACT_DAMAGED",
     "The bytes of an artifact in the store are not those that its digest names.",
     "Take the artifact from a backup, and look for a damaged disk.", "STORE_DAMAGED"},
    {"BACKUP_EXISTS", "There is something at the path where the backup was to go.",
     "Give a directory that is not there yet.", "NO_STORE"},
    {"BAD_APPEND", "What was to be written to a journal breaks a rule of the store.",
     "Report it as an error of Inquest, with the daemon's log.", "SEQUENCE_MISMATCH"},
    {"BAD_QUERY", "A list was asked of the store with a limit that it does not have.",
     "Report it as an error of Inquest, with the daemon's log.", "BAD_FILTER"},
    {"JOURNAL_DAMAGED",
     "Events of a journal are missing, or their hashes do not follow from each other.",
     "Run `inquest db check`, and take the store from a backup.",
     "JOURNAL_UNREADABLE STORE_DAMAGED"},
    {"JOURNAL_SYNC_FAILED",
     "The disk did not confirm what was written to the journal. Nothing is written until the "
     "daemon is started again; reads go on.",
     "Look for a failing disk, then end the daemon and start it anew.",
     "STORAGE_UNAVAILABLE SYNC_FAILED"},
    {"JOURNAL_UNREADABLE",
     "An event of a journal cannot be read, or does not make sense where it stands.",
     "Use the inquest that wrote it, or a newer one; then `inquest db check`.", "JOURNAL_DAMAGED"},
    {"NOT_A_STORE", "The database belongs to another program.",
     "Give another directory with --data-dir.", "NO_STORE STORE_TOO_NEW"},
    {"NO_STORE", "There is no database of Inquest in the directory.",
     "Run `inquest debug paths`: it shows where it would be; --data-dir names another one.",
     "NOT_A_STORE"},
    {"STORAGE_UNAVAILABLE",
     "The store cannot be written at the moment; the message says why. Investigations wait and go "
     "on by themselves.",
     "Free disk space, and see that the data directory may be written; then try again.",
     "DISK_FULL READ_ONLY_FILE_SYSTEM JOURNAL_SYNC_FAILED"},
    {"STORE_BUSY", "Too much waits to be written to the store already (4096 requests or 256 MiB).",
     "Try again later.", "INVESTIGATION_BUSY"},
    {"STORE_CANNOT_OPEN", "The database, or a file beside it, cannot be opened.",
     "See that the data directory belongs to the user that the daemon runs as.",
     "FILE_ACCESS_DENIED"},
    {"STORE_DAMAGED", "The database is damaged, or holds what was never written so.",
     "Run `inquest db check`, and take the store from a backup.",
     "JOURNAL_DAMAGED ARTIFACT_DAMAGED"},
    {"STORE_FAILED",
     "SQLite answered with an error that has no id of its own; the message has its words.",
     "See the message, and run `inquest db check`.", "STORE_IO_FAILED"},
    {"STORE_IN_USE", "Another process, most likely a daemon, has the store.",
     "End the daemon that has it, and try again.", "SOCKET_IN_USE STORE_LOCKED"},
    {"STORE_IO_FAILED", "Reading or writing the database failed in the operating system.",
     "Look for a failing disk or a file system that went away.", "JOURNAL_SYNC_FAILED"},
    {"STORE_LOCKED", "Another program has locked the database.",
     "End other programs that have it open, such as the sqlite3 shell.", "STORE_IN_USE"},
    {"STORE_TOO_NEW", "The database was written by a newer version of Inquest.",
     "Use a newer inquest, or another directory with --data-dir.", "NOT_A_STORE"},
    {"SYNC_FAILED", "The disk did not confirm what was written to a file of the store.",
     "Look for a failing disk.", "JOURNAL_SYNC_FAILED"},
};

}  // namespace

std::span<const ErrorPage> StoreErrors() { return kPages; }

}  // namespace inquest::cli
