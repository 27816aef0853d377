#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"BAD_GIT_REVISION",
     "What was given as a revision is no name of a commit, tag or branch: it is empty, too long, "
     "or has characters or a syntax (such as .. or @{) that are not taken.",
     "Give a commit's full id, a tag or a branch.", "GIT_REVISION_NOT_FOUND"},
    {"BAD_GIT_URL",
     "The git URL is not taken: it is none of https://, ssh://, git://, file:/// and an absolute "
     "path, it lacks host or repository, or it has a user name or password in it.",
     "Give a URL without credentials, or the directory of a clone.", "GIT_FETCH_FAILED"},
    {"BAD_TREE",
     "The files are no tree that can be examined: two have the same path, one is also a folder of "
     "another, or a path is not allowed.",
     "Rename or remove the path that the message names.", "BAD_ARCHIVE TREE_DAMAGED"},
    {"BUILD_FAILED", "The build command failed in a fresh copy of the source tree, in the sandbox.",
     "Run the --build command in a fresh copy of the tree; see `inquest evidence`.",
     "TRIGGER_CANNOT_START"},
    {"FILE_CHANGES", "A file changed each time that it was read.",
     "Stop what writes it, and try again.", "TARGET_CHANGES"},
    {"FILE_NOT_IN_TREE",
     "A file that was asked for is not in the tree that is examined, or is a link there.",
     "Name a file of the tree, relative to its root.", "LOCATION_UNKNOWN"},
    {"GIT_FAILED",
     "A git command of the daemon failed; the message has the end of what it printed.",
     "Run the same on the repository by hand; it may be damaged.", "GIT_FETCH_FAILED"},
    {"GIT_FETCH_FAILED",
     "The repository could not be fetched or read: git said why, or the directory is no repository "
     "of its own (a linked worktree, a submodule).",
     "Check the URL and that the daemon may reach it, or give a clone with --source DIR.",
     "GIT_REVISION_NOT_FOUND GIT_TIMED_OUT BAD_GIT_URL"},
    {"GIT_MISSING", "git is not installed on the daemon's machine.",
     "Install it: apt-get install git.", "COMMAND_MISSING"},
    {"GIT_OUTPUT_TOO_LARGE", "git printed more than the daemon takes in.",
     "Give a checkout of a smaller repository with --source DIR.", "TARGET_TOO_LARGE"},
    {"GIT_REVISION_NOT_FOUND",
     "The repository, or the history of the target, has no such commit, tag or branch; or the "
     "target is no git checkout.",
     "Give a revision that `git rev-parse` finds in that repository.", "BAD_GIT_REVISION"},
    {"GIT_TIMED_OUT", "git took longer than it may, most likely to fetch.",
     "Clone the repository, and give the directory with --source DIR.", "GIT_FETCH_FAILED"},
    {"GRAMMAR_VERSION",
     "A grammar of tree-sitter does not fit the parser that the program was linked with.",
     "Build Inquest from its own sources, with the versions that they name.", ""},
    {"HISTORY_UNREADABLE", "The record of the target's recent commits in the store cannot be read.",
     "Check the store: inquest db check.", "ARTIFACT_DAMAGED"},
    {"NOT_A_FILE", "Something else than a regular file stands where one was to be read.",
     "Put a regular file there.", "BAD_PROJECT"},
    {"SOURCE_NOT_TEXT", "A source file has a zero byte, so it is not parsed.",
     "Nothing; the file is left out of the analysis. If it is source code, store it as UTF-8.",
     "SOURCE_TOO_LARGE"},
    {"SOURCE_TOO_LARGE",
     "A source file has more than 1 MiB, or parsing it took too long, so it is not parsed.",
     "Nothing; the file is left out of the analysis. If the bug is in it, split it.",
     "SOURCE_NOT_TEXT"},
    {"TARGET_CHANGES", "A file of the source tree changed each time that it was read.",
     "Stop what writes it, and try again.", "FILE_CHANGES"},
    {"TARGET_EMPTY", "The directory or revision has no files.",
     "Name the directory that holds the source with --source DIR.", "TARGET_NOT_FOUND"},
    {"TARGET_MISSING",
     "The request names no source: no directory, no git repository, no uploaded tree.",
     "Give --source DIR, or --git URL with --revision REV.", "TARGET_NOT_FOUND"},
    {"TARGET_NOT_A_DIRECTORY", "The path that was given as the source is a file.",
     "Give the root of the source tree with --source DIR.", "TARGET_NOT_FOUND"},
    {"TARGET_NOT_FOUND",
     "There is no directory at the path that was given as the source, no git repository where "
     "history is needed, or not exactly one of directory and URL was given.",
     "Give the root of the source tree with --source DIR.",
     "TARGET_NOT_A_DIRECTORY TARGET_UNREADABLE TARGET_MISSING"},
    {"TARGET_TOO_LARGE",
     "The source tree has more than 200000 files or 2 GiB, a file of more than 64 MiB, or a "
     "repository that is too large to be copied.",
     "Point --source at a smaller directory. Or move away what the bug does not need.",
     "TREE_TOO_LARGE TOO_MANY_ENTRIES"},
    {"TARGET_UNREADABLE", "The user that the daemon runs as may not read the source directory.",
     "Let that user read the directory, or start the daemon as yourself.", "FILE_ACCESS_DENIED"},
    {"TOO_DEEP", "Folders are nested deeper than they are followed.",
     "Move what is deeper up, or leave it out of the target.", "TOO_MANY_ENTRIES"},
    {"TOO_MANY_ENTRIES", "A folder has more files and folders than are looked at.",
     "Remove what the bug does not need from the target.", "TARGET_TOO_LARGE TOO_DEEP"},
    {"TREE_DAMAGED",
     "The record of a tree's files does not hold together, or a file of it has other bytes than "
     "recorded.",
     "Check the store: inquest db check. Then open the investigation again.", "ARTIFACT_DAMAGED"},
    {"TREE_NOT_FOUND", "The store has no tree with the digest that the request names.",
     "Upload the tree again, and use the digest in the answer.", "ARTIFACT_NOT_FOUND"},
    {"TREE_TOO_LARGE",
     "The tree does not fit into the cache of trees on disk (200000 files, 2 GiB).",
     "Point --source at a smaller directory.", "TARGET_TOO_LARGE"},
    {"TRIGGER_CANNOT_START",
     "The test command did not get as far as running a test: a program that it names is missing or "
     "cannot be executed in the sandbox, or its output says that it could not begin.",
     "Run the --test command in a fresh copy of the tree; see `inquest evidence`. A tool that is "
     "installed in an odd place is named with --tool-path DIR.",
     "BUILD_FAILED TRIGGER_DOES_NOT_FAIL"},
    {"TRIGGER_DOES_NOT_FAIL",
     "The test command passed in every run, so there is no bug to be seen. `inquest ci` takes this "
     "for the answer that the bug is gone.",
     "Give a --test command that exits other than 0 when the bug shows. Where the bug shows "
     "otherwise, see --expect-output, --fails-when and --oracle.",
     "TRIGGER_CANNOT_START NOT_REPRODUCIBLE"},
};

}  // namespace

std::span<const ErrorPage> TargetErrors() { return kPages; }

}  // namespace inquest::cli
