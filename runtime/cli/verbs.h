#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/cli/exit_code.h"
#include "runtime/cli/interrupts.h"
#include "runtime/cli/progress.h"
#include "runtime/cli/session.h"

namespace inquest::cli {

// What counts for a source tree: the session's settings, and the project's if it is trusted; a note
// says where it is not.
Result<SettingsLayers> SettingsFor(Session& session, const std::string& directory);

// One function a verb. Each writes its own errors and returns what the program exits with.

struct BudgetOptions {
  std::chrono::milliseconds max_wall{0};  // 0: the policy's
  int max_runs = 0;
  int max_iterations = 0;
};

struct InvestigateOptions {
  std::string source;  // a directory; relative to the working directory
  std::string git_url;
  std::string git_revision;
  std::string good_revision;
  std::string test_command;
  std::string build_command;
  std::string suite_command;
  std::string title;
  // What counts as the bug showing; all empty: the test command fails.
  std::string expected_output_file;
  std::string fails_when;
  std::string oracle;
  bool hang_is_bug = false;
  std::chrono::milliseconds slower_than{0};  // 0: as long as it likes
  std::uint64_t memory_above_bytes = 0;      // 0: as much as it likes
  bool debugger = false;
  std::vector<std::string> tool_paths;
  std::string investigator;
  std::string policy;
  BudgetOptions budget;
  bool detach = false;
  Progress::Detail detail = Progress::Detail::kSteps;
};
ExitCode Investigate(Session& session, Interrupts& interrupts, const InvestigateOptions& options);

struct ListOptions {
  std::string filter;
  int limit = 50;
};
ExitCode List(Session& session, const ListOptions& options);
ExitCode Show(Session& session, const std::string& word);

struct WatchOptions {
  std::string word;
  std::int64_t after_sequence = 0;
};
// Every event on a line of stdout.
ExitCode Watch(Session& session, Interrupts& interrupts, const WatchOptions& options);

struct EvidenceOptions {
  std::string word;
  std::string digest;  // or the beginning of one; empty: list
  bool raw = false;
};
ExitCode Evidence(Session& session, const EvidenceOptions& options);

ExitCode ShowHypotheses(Session& session, const std::string& word);
// The unified diff, byte for byte (escaped on a terminal unless `raw`).
ExitCode Patch(Session& session, const std::string& word, bool raw);

struct ApplyOptions {
  std::string word;
  std::string directory;  // of the checkout; empty: the working directory
  std::string branch;     // made first; empty: none
  bool commit = false;
  bool unverified = false;  // also a patch that is not verified
};
// Applies the patch and the regression test to a checkout, both or neither.
ExitCode Apply(Session& session, const ApplyOptions& options);

struct ReportOptions {
  std::string word;
  std::string format;  // md, html, json, sarif or junit; empty: by the file's name, else md
  std::string file;    // empty: stdout
};
ExitCode Report(Session& session, const ReportOptions& options);

struct ExportOptions {
  std::string word;
  std::string file;  // empty: ID.inquest in the working directory
  bool withhold_outputs = false;
};
ExitCode Export(Session& session, const ExportOptions& options);
ExitCode Import(Session& session, const std::string& file);

struct CertifyOptions {
  std::string what;  // a bundle, or an investigation
  Progress::Detail detail = Progress::Detail::kSteps;
};
// Makes the proof of a verified fix again, in a daemon and a store of its own that are gone after.
ExitCode Certify(Session& session, Interrupts& interrupts, const CertifyOptions& options);

// Makes the decisions of a bundle or an investigation again, without running anything.
ExitCode Replay(Session& session, const std::string& what);

struct CiOptions {
  std::string source = ".";          // root of the tree as it is now
  std::vector<std::string> bundles;  // empty: those of .inquest/certificates in it
  std::string junit_file;            // empty: none
  std::string sarif_file;
  std::string workflow;  // github or gitlab: prints a job, and nothing else
};
// Runs the regression test of each bundle on the tree as it is now: is a bug back?
ExitCode Ci(Session& session, Interrupts& interrupts, const CiOptions& options);

struct ResumeOptions {
  std::string word;
  bool detach = false;
  Progress::Detail detail = Progress::Detail::kSteps;
};
ExitCode Resume(Session& session, Interrupts& interrupts, const ResumeOptions& options);
ExitCode Pause(Session& session, const std::string& word);
ExitCode Cancel(Session& session, const std::string& word);

struct ForkOptions {
  std::string word;
  std::int64_t from_sequence = 0;  // 0: the last event
  std::string investigator;
};
ExitCode Fork(Session& session, const ForkOptions& options);

struct SteerOptions {
  std::string word;
  std::string note;
  std::string evidence_file;
  std::string hypothesis_file;  // the contract's JSON mapping of Hypothesis
  std::string veto;
  BudgetOptions budget;
};
ExitCode Steer(Session& session, const SteerOptions& options);

struct ConfigOptions {
  std::string what;          // show
  std::string source = ".";  // of the tree whose project file counts
  bool origin = false;       // say where each value is from
};
ExitCode ShowConfig(Session& session, const ConfigOptions& options);

struct TrustOptions {
  std::string directory = ".";
  bool show = false;  // only
  bool revoke = false;
};
// From now on the bytes of the tree's .inquest count, as they are now.
ExitCode TrustProject(Session& session, const TrustOptions& options);
// Proposes settings for the source tree in `directory`.
ExitCode Init(Session& session, const std::string& directory);

struct GcOptions {
  std::chrono::milliseconds older_than{0};  // 0: no investigation goes, only what none names
  std::vector<std::string> kept;            // ids that stay
  std::string data_dir;                     // empty: the user's
  bool dry_run = false;
};
// Removes ended investigations and what no investigation names any more.
ExitCode Gc(Session& session, const GcOptions& options);

struct DatabaseOptions {
  std::string what;  // backup, check or vacuum
  std::string into;  // a new directory, of a backup
  std::string data_dir;
};
ExitCode Database(Session& session, const DatabaseOptions& options);

// A bundled program with a bug, taken through all six steps; leaves a report.
ExitCode Demo(Session& session, Interrupts& interrupts);

ExitCode Doctor(Session& session, bool summary);
ExitCode DebugPaths(Session& session);
// The script that a shell evaluates; it asks `inquest complete` for what may come next.
ExitCode Completion(Session& session, const std::string& shell);
ExitCode Version(Session& session);

}  // namespace inquest::cli
