#include <memory>

#include "runtime/cli/grammar.h"

namespace inquest::cli {
namespace {

void AddOracle(CLI::App& verb, InvestigateOptions& options) {
  verb.add_option("--expect-output", options.expected_output_file,
                  "the bug shows when --test prints other than this file, too")
      ->type_name("FILE");
  verb.add_option("--fails-when", options.fails_when,
                  "the bug shows when a line that --test prints matches this (RE2)")
      ->type_name("REGEX");
  verb.add_option("--oracle", options.oracle,
                  "command that judges a run of --test by $INQUEST_STDOUT, $INQUEST_STDERR and "
                  "$INQUEST_EXIT; the bug shows when it fails")
      ->type_name("CMD");
  AddDuration(verb, "--slower-than", options.slower_than,
              "the bug shows when --test takes longer than this");
  verb.add_option("--memory-above", options.memory_above_bytes,
                  "the bug shows when --test needs more memory than this, such as 200M")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("SIZE")
      ->excludes("--slower-than");
  verb.add_flag("--hang-is-bug", options.hang_is_bug,
                "with one of these: running out of time shows the bug, too");
}

void AddInvestigate(Grammar& grammar) {
  CLI::App& verb = grammar.Add(
      "investigate", "open an investigation and follow it to its end",
      "  inquest investigate --source . --test 'python3 -m pytest -q tests/test_parse.py'\n"
      "  inquest investigate --source . --test ./repro.sh --suite 'python3 -m pytest -q' "
      "--max-wall "
      "10m\n"
      "  inquest investigate --git https://example.org/app.git --revision v1.2 --test 'make "
      "check'\n");
  auto options = std::make_shared<InvestigateOptions>();
  verb.add_option("--source", options->source, "root of the source tree; never written")
      ->type_name("DIR");
  verb.add_option("--git", options->git_url, "fetch the tree from a git repository instead")
      ->type_name("URL");
  verb.add_option("--revision", options->git_revision, "commit, tag or branch of --git")
      ->type_name("REV");
  verb.add_option("--test", options->test_command, "shell command that fails when the bug shows")
      ->type_name("CMD");
  verb.add_option("--good", options->good_revision,
                  "a revision of the checkout at which --test did not fail: the commits since then "
                  "are bisected")
      ->type_name("REV");
  verb.add_option("--build", options->build_command, "shell command that builds the tree")
      ->type_name("CMD");
  verb.add_option("--suite", options->suite_command, "shell command that runs the whole test suite")
      ->type_name("CMD");
  verb.add_flag("--debugger", options->debugger,
                "let the target's processes trace each other (gdb, LeakSanitizer)");
  verb.add_option("--title", options->title, "one line that says what is wrong");
  verb.add_option("--tool-path", options->tool_paths, "directory to look for tools in; repeatable")
      ->type_name("DIR");
  verb.add_option("--investigator", options->investigator,
                  "whose ideas are used (default builtin)");
  verb.add_option("--policy", options->policy, "name of the policy (default scratch)");
  AddOracle(verb, *options);
  AddBudget(verb, options->budget);
  verb.add_flag("--detach", options->detach, "print the id and leave; it goes on in the daemon");
  AddDetail(verb, options->detail);
  grammar.On(verb, [options](Session& session, Interrupts& interrupts) {
    return Investigate(session, interrupts, *options);
  });
}

void AddResume(Grammar& grammar) {
  CLI::App& verb =
      grammar.Add("resume", "go on after a pause or a raised budget", "  inquest resume @last\n");
  auto options = std::make_shared<ResumeOptions>();
  AddId(verb, options->word);
  verb.add_flag("--detach", options->detach, "leave at once; it goes on in the daemon");
  AddDetail(verb, options->detail);
  grammar.On(verb, [options](Session& session, Interrupts& interrupts) {
    return Resume(session, interrupts, *options);
  });
}

void AddFork(Grammar& grammar) {
  CLI::App& verb = grammar.Add("fork", "open a new investigation from an event of another",
                               "  inquest fork @last --from 40\n");
  auto options = std::make_shared<ForkOptions>();
  AddId(verb, options->word);
  verb.add_option("--from", options->from_sequence, "the last event that is shared (default: all)")
      ->type_name("SEQUENCE")
      ->check(CLI::PositiveNumber);
  verb.add_option("--investigator", options->investigator, "another one than the parent's");
  grammar.On(verb, [options](Session& session, Interrupts&) { return Fork(session, *options); });
}

void AddSteer(Grammar& grammar) {
  CLI::App& verb =
      grammar.Add("steer", "add evidence, a note or a hypothesis; veto; change the budget",
                  "  inquest steer @last --note 'it began with version 1.2'\n"
                  "  inquest steer @last --veto h2\n"
                  "  inquest steer @last --max-wall 30m\n");
  auto options = std::make_shared<SteerOptions>();
  AddId(verb, options->word);
  CLI::Option_group* what = verb.add_option_group("what", "exactly one of these");
  what->add_option("--note", options->note, "text for the record");
  what->add_option("--evidence", options->evidence_file, "a file to add")->type_name("FILE");
  what->add_option("--hypothesis", options->hypothesis_file, "a file with a Hypothesis in JSON")
      ->type_name("FILE");
  what->add_option("--veto", options->veto, "id of a hypothesis to strike out");
  what->require_option(0, 1);
  AddBudget(verb, options->budget);
  grammar.On(verb, [options](Session& session, Interrupts&) { return Steer(session, *options); });
}

}  // namespace

void AddSteering(Grammar& grammar) {
  AddInvestigate(grammar);
  AddResume(grammar);
  AddSimple(grammar, "pause", "start nothing new; what runs is let finish", &Pause);
  AddSimple(grammar, "cancel", "end it with what is known", &Cancel);
  AddFork(grammar);
  AddSteer(grammar);
}

}  // namespace inquest::cli
