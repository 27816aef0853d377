#include "runtime/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "runtime/cli/parse.h"
#include "runtime/cli/verbs.h"

namespace inquest::cli {
namespace {

using Verb = std::function<ExitCode(Session&, Interrupts&)>;

constexpr int kListMax = 100'000;

// The application and where its parts leave what they parsed. Option structs live as long as the
// verb that was chosen, which holds them by shared_ptr: CLI11 writes into them while it parses.
class Grammar {
 public:
  CLI::App app{
      "Carries a bug from report to verified fix: every run sandboxed, every byte kept, every "
      "verdict computed from evidence.",
      "inquest"};
  Arguments arguments;

  CLI::App& Add(const std::string& name, const std::string& description,
                const std::string& examples) {
    CLI::App* verb = app.add_subcommand(name, description);
    examples_[name] = examples;
    verb->fallthrough();
    return *verb;
  }

  void On(CLI::App& verb, Verb run) {
    verb.callback([this, run = std::move(run)] { arguments.verb = run; });
  }

  // Examples first: they are what people look for.
  std::string HelpOf(const CLI::App& verb) const {
    const auto found = examples_.find(verb.get_name());
    const std::string help = verb.help("inquest");
    return found == examples_.end() ? help : "examples:\n" + found->second + "\n" + help;
  }

  const CLI::App* Find(const std::string& name) const {
    const auto verbs =
        app.get_subcommands([&](const CLI::App* a) { return a->get_name() == name; });
    return verbs.empty() ? nullptr : verbs.front();
  }

 private:
  std::map<std::string, std::string> examples_;
};

void AddDuration(CLI::App& verb, const std::string& name, std::chrono::milliseconds& into,
                 const std::string& help) {
  verb.add_option_function<std::string>(
          name,
          [&into, name](const std::string& text) {
            const Result<std::chrono::milliseconds> parsed = ParseDuration(text);
            if (!parsed.ok()) throw CLI::ValidationError(name, parsed.status().message());
            into = *parsed;
          },
          help)
      ->type_name("DURATION");
}

void AddBudget(CLI::App& verb, BudgetOptions& budget) {
  AddDuration(verb, "--max-wall", budget.max_wall, "time that it may take, such as 90s or 10m");
  verb.add_option("--max-runs", budget.max_runs, "sandboxed runs that it may make")
      ->check(CLI::PositiveNumber);
  verb.add_option("--max-iterations", budget.max_iterations, "visits to hypothesize")
      ->check(CLI::PositiveNumber);
}

void AddId(CLI::App& verb, std::string& word) {
  verb.add_option("id", word, "an id, the beginning of one, or @last")->type_name("ID")->required();
}

void AddDetail(CLI::App& verb, Progress::Detail& detail) {
  verb.add_flag_callback(
      "-q,--quiet", [&detail] { detail = Progress::Detail::kQuiet; }, "no progress on stderr");
  verb.add_flag_callback(
      "-v,--verbose", [&detail] { detail = Progress::Detail::kEverything; },
      "a line for every effect");
}

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
      ->type_name("CMD")
      ->required();
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

void AddList(Grammar& grammar) {
  CLI::App& verb = grammar.Add("list", "list investigations, newest first",
                               "  inquest list\n"
                               "  inquest list --filter 'state=RUNNING AND title:\"crash\"'\n");
  auto options = std::make_shared<ListOptions>();
  verb.add_option(
      "--filter", options->filter,
      "terms joined by AND: state=, outcome=, ended_by=, title:\"text\", create_time>\"...\"");
  verb.add_option("--limit", options->limit, "at most so many")->check(CLI::Range(1, kListMax));
  grammar.On(verb, [options](Session& session, Interrupts&) { return List(session, *options); });
}

void AddWatch(Grammar& grammar) {
  CLI::App& verb = grammar.Add("watch", "print every event of an investigation as it happens",
                               "  inquest watch @last\n"
                               "  inquest watch @last --after 120 --output json\n");
  auto options = std::make_shared<WatchOptions>();
  AddId(verb, options->word);
  verb.add_option("--after", options->after_sequence, "begin after this event (default 0)")
      ->type_name("SEQUENCE")
      ->check(CLI::NonNegativeNumber);
  grammar.On(verb, [options](Session& session, Interrupts& interrupts) {
    return Watch(session, interrupts, *options);
  });
}

void AddEvidence(Grammar& grammar) {
  CLI::App& verb = grammar.Add("evidence", "list the evidence, or print one piece byte for byte",
                               "  inquest evidence @last\n"
                               "  inquest evidence @last 3fa91c >stdout.bin\n");
  auto options = std::make_shared<EvidenceOptions>();
  AddId(verb, options->word);
  verb.add_option("digest", options->digest, "a digest, or the beginning of one")
      ->type_name("DIGEST");
  verb.add_flag("--raw", options->raw, "do not escape, even on a terminal");
  grammar.On(verb,
             [options](Session& session, Interrupts&) { return Evidence(session, *options); });
}

// Verbs that take an id and nothing else.
void AddSimple(Grammar& grammar, const std::string& name, const std::string& description,
               ExitCode (*run)(Session&, const std::string&)) {
  CLI::App& verb = grammar.Add(name, description, "  inquest " + name + " @last\n");
  auto word = std::make_shared<std::string>();
  AddId(verb, *word);
  grammar.On(verb, [word, run](Session& session, Interrupts&) { return run(session, *word); });
}

void AddPatch(Grammar& grammar) {
  CLI::App& verb = grammar.Add("patch", "print the patch as a unified diff",
                               "  inquest patch @last | git apply\n");
  auto word = std::make_shared<std::string>();
  auto raw = std::make_shared<bool>(false);
  AddId(verb, *word);
  verb.add_flag("--raw", *raw, "do not escape, even on a terminal");
  grammar.On(verb,
             [word, raw](Session& session, Interrupts&) { return Patch(session, *word, *raw); });
}

void AddReport(Grammar& grammar) {
  CLI::App& verb = grammar.Add("report", "what was found, for people or programs",
                               "  inquest report @last -o report.html\n"
                               "  inquest report @last --format md >>pull-request.md\n");
  auto options = std::make_shared<ReportOptions>();
  AddId(verb, options->word);
  verb.add_option("--format", options->format,
                  "md, html, json, sarif or junit (default: by the file's name, else md)")
      ->check(CLI::IsMember({"md", "html", "json", "sarif", "junit"}))
      ->type_name("FORMAT");
  verb.add_option("-o,--out", options->file, "write it to this file")->type_name("FILE");
  grammar.On(verb, [options](Session& session, Interrupts&) { return Report(session, *options); });
}

void AddBundles(Grammar& grammar) {
  CLI::App& write = grammar.Add("export", "write journal and evidence to one file",
                                "  inquest export @last -o bug-42.inquest\n");
  auto options = std::make_shared<ExportOptions>();
  AddId(write, options->word);
  write.add_option("-o,--out", options->file, "the bundle (default ID.inquest)")->type_name("FILE");
  write.add_flag("--withhold-outputs", options->withhold_outputs,
                 "leave out what runs printed and left behind; the bundle says so");
  grammar.On(write, [options](Session& session, Interrupts&) { return Export(session, *options); });

  CLI::App& read = grammar.Add("import", "take in a bundle that export wrote",
                               "  inquest import bug-42.inquest\n");
  auto file = std::make_shared<std::string>();
  read.add_option("file", *file, "the bundle")->type_name("FILE")->required();
  grammar.On(read, [file](Session& session, Interrupts&) { return Import(session, *file); });

  CLI::App& certify =
      grammar.Add("certify", "make the proof of a verified fix again, from its bundle alone",
                  "  inquest certify bug-42.inquest\n  inquest certify @last\n");
  auto what = std::make_shared<CertifyOptions>();
  certify.add_option("what", what->what, "a bundle, or an investigation")
      ->type_name("FILE|ID")
      ->required();
  AddDetail(certify, what->detail);
  grammar.On(certify, [what](Session& session, Interrupts& interrupts) {
    return Certify(session, interrupts, *what);
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

void AddSelf(Grammar& grammar) {
  CLI::App& doctor = grammar.Add("doctor", "look at what Inquest needs, and say what is missing",
                                 "  inquest doctor\n  inquest doctor --json\n");
  grammar.On(doctor, [](Session& session, Interrupts&) { return Doctor(session); });
  CLI::App& version = grammar.Add("version", "print the version", "  inquest version --json\n");
  grammar.On(version, [](Session& session, Interrupts&) { return Version(session); });
  CLI::App& help = grammar.Add("help", "explain a verb", "  inquest help investigate\n");
  auto word = std::make_shared<std::string>();
  help.add_option("verb", *word, "one of the verbs")->type_name("VERB");
  help.callback([&grammar, word] {
    const CLI::App* verb = grammar.Find(*word);
    if (!word->empty() && verb == nullptr) throw CLI::ExtrasError("help", {*word});
    grammar.arguments.text = verb == nullptr ? grammar.app.help() : grammar.HelpOf(*verb);
  });
}

void AddGlobal(Grammar& grammar) {
  CLI::App& app = grammar.app;
  Arguments& arguments = grammar.arguments;
  app.add_option_function<std::string>(
         "--color",
         [&arguments](const std::string& when) {
           arguments.color = when == "always"  ? ColorChoice::kAlways
                             : when == "never" ? ColorChoice::kNever
                                               : ColorChoice::kAuto;
         },
         "colours on a terminal, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  app.add_option_function<std::string>(
         "--output", [&arguments](const std::string& format) { arguments.json = format == "json"; },
         "text or json; stdout is data only")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.add_flag("--json", arguments.json, "the same as --output json");
  app.add_flag_callback(
      "-V,--version",
      [&arguments] {
        arguments.verb = [](Session& session, Interrupts&) { return Version(session); };
      },
      "print the version");
  app.footer(std::string("\n") + std::string(ExitCodeHelp()) +
             "\n`inquest help VERB` shows examples of each.");
  app.require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "print this help");
}

void Declare(Grammar& grammar) {
  AddGlobal(grammar);
  AddInvestigate(grammar);
  AddList(grammar);
  AddSimple(grammar, "show", "all that is known of an investigation", &Show);
  AddWatch(grammar);
  AddEvidence(grammar);
  AddSimple(grammar, "hypotheses", "the ledger of hypotheses; refuted ones stay", &ShowHypotheses);
  AddPatch(grammar);
  AddReport(grammar);
  AddBundles(grammar);
  AddResume(grammar);
  AddSimple(grammar, "pause", "start nothing new; what runs is let finish", &Pause);
  AddSimple(grammar, "cancel", "end it with what is known", &Cancel);
  AddFork(grammar);
  AddSteer(grammar);
  AddSelf(grammar);
}

std::vector<std::string> NamesOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(verb->get_name());
  }
  return names;
}

// The message of a usage error, with the verb or option that was most likely meant.
std::string UsageText(const CLI::App& app, const CLI::ParseError& error,
                      const std::vector<std::string>& words) {
  std::string text = std::string("error: ") + error.what() + "\n";
  const std::vector<std::string> names = NamesOf(app);
  const auto chosen = std::find_if(words.begin(), words.end(),
                                   [](const std::string& word) { return !word.starts_with('-'); });
  const bool known =
      chosen != words.end() && std::find(names.begin(), names.end(), *chosen) != names.end();
  if (!known && chosen != words.end()) {
    text = "error: there is no verb '" + *chosen + "'\n";
    const std::optional<std::string> nearest = NearestWord(*chosen, names);
    if (nearest) text += "  did you mean: inquest " + *nearest + "\n";
  }
  text += known ? "  what to do: see inquest help " + *chosen : "  what to do: see inquest help";
  return text + "\n  id: USAGE\n";
}

}  // namespace

Arguments ParseArguments(const std::vector<std::string>& words) {
  Grammar grammar;
  Declare(grammar);
  // CLI11 takes the words last to first, and answers by exceptions: they end here.
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    grammar.app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    const std::vector<CLI::App*> chosen = grammar.app.get_subcommands();
    grammar.arguments.text = chosen.empty() ? grammar.app.help() : grammar.HelpOf(*chosen.front());
    grammar.arguments.verb = nullptr;
  } catch (const CLI::ParseError& error) {
    grammar.arguments.text = UsageText(grammar.app, error, words);
    grammar.arguments.exit_code = ExitCode::kUsage;
    grammar.arguments.verb = nullptr;
  }
  if (!grammar.arguments.verb && grammar.arguments.text.empty()) {
    grammar.arguments.text = grammar.app.help();
    grammar.arguments.exit_code = ExitCode::kUsage;
  }
  return std::move(grammar.arguments);
}

std::vector<std::string> VerbNames() {
  Grammar grammar;
  Declare(grammar);
  return NamesOf(grammar.app);
}

}  // namespace inquest::cli
