#include "runtime/cli/arguments.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "runtime/cli/completion.h"
#include "runtime/cli/grammar.h"
#include "runtime/cli/parse.h"

namespace inquest::cli {
namespace {

void AddGlobal(Grammar& grammar) {
  CLI::App& app = grammar.app;
  Arguments& arguments = grammar.arguments;
  app.add_option_function<std::string>(
         "--color",
         [&arguments](const std::string& when) { arguments.color = ColorChoiceOf(when); },
         "colours on a terminal, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  app.add_option_function<std::string>(
         "--output", [&arguments](const std::string& format) { arguments.json = format == "json"; },
         "text or json; stdout is data only")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.add_flag_callback(
      "--json", [&arguments] { arguments.json = true; }, "the same as --output json");
  app.add_option("-c", arguments.settings,
                 "set KEY=VALUE for this call; `inquest config show` lists the keys; repeatable")
      ->type_name("KEY=VALUE")
      ->type_size(1)
      ->allow_extra_args(false);
  app.add_flag_callback(
      "-V,--version",
      [&arguments] {
        arguments.verb = [](Session& session, Interrupts&) { return Version(session); };
      },
      "print the version");
  app.footer(std::string("\n") + std::string(ExitCodeHelp()) +
             "\n`inquest help VERB` shows examples of each, `inquest help ID` explains an error.");
  app.require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "print this help");
}

std::vector<std::string> NamesOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!verb->get_group().empty()) names.push_back(verb->get_name());  // others are for scripts
  }
  return names;
}

// What may come after these words, the last of which is begun (empty: not yet).
Candidates Complete(const Grammar& grammar, const std::vector<std::string>& words) {
  Candidates candidates;
  const CLI::App* app = &grammar.app;
  if (words.size() > 1) {
    if (const CLI::App* verb = grammar.Find(words.front())) app = verb;
  }
  const std::string begun = words.empty() ? std::string() : words.back();
  const auto offer = [&](const std::string& word) {
    if (word.starts_with(begun)) candidates.words.push_back(word);
  };
  if (app == &grammar.app) {
    for (const std::string& name : NamesOf(grammar.app)) offer(name);
  } else {
    candidates.ids = app->get_option_no_throw("id") != nullptr && !begun.starts_with('-');
    if (app->get_name() == "help") {
      for (const std::string& word : HelpTopics(grammar, begun)) offer(word);
    }
  }
  if (begun.starts_with('-')) {
    for (const CLI::Option* option : app->get_options()) {
      if (option->get_group().empty()) continue;  // for scripts
      for (const std::string& name : option->get_lnames()) offer("--" + name);
    }
  }
  return candidates;
}

// `complete` is for the scripts of `completion`, so it has no help of its own.
void AddShells(Grammar& grammar) {
  CLI::App& completion =
      grammar.Add("completion", "print the script that completes commands in a shell",
                  "  eval \"$(inquest completion bash)\"\n  inquest completion fish | source\n");
  auto shell = std::make_shared<std::string>();
  completion.add_option("shell", *shell, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL")
      ->required();
  grammar.On(completion,
             [shell](Session& session, Interrupts&) { return Completion(session, *shell); });
  CLI::App& complete = grammar.Add("complete", "", "");
  complete.group("");
  auto words = std::make_shared<std::vector<std::string>>();
  complete.add_option("words", *words);
  complete.callback([&grammar, words] {
    const Candidates candidates = Complete(grammar, *words);
    grammar.arguments.verb = [candidates](Session& session, Interrupts&) {
      Offer(session, candidates);
      return ExitCode::kVerifiedFix;
    };
  });
}

void Declare(Grammar& grammar) {
  AddGlobal(grammar);
  AddSteering(grammar);
  AddResults(grammar);
  AddSelf(grammar);
  AddShells(grammar);
  AddManual(grammar);
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
  text += known && *chosen != "help" ? "  what to do: see inquest help " + *chosen
                                     : "  what to do: see inquest help";
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
    grammar.arguments.text = chosen.empty() ? grammar.Overview() : grammar.HelpOf(*chosen.front());
    grammar.arguments.verb = nullptr;
  } catch (const CLI::ParseError& error) {
    grammar.arguments.text = UsageText(grammar.app, error, words);
    grammar.arguments.exit_code = ExitCode::kUsage;
    grammar.arguments.verb = nullptr;
  }
  if (!grammar.arguments.verb && grammar.arguments.text.empty()) {
    grammar.arguments.text = grammar.Overview();
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
