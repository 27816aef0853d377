#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/cli/arguments.h"
#include "runtime/cli/verbs.h"

namespace inquest::cli {

using Verb = std::function<ExitCode(Session&, Interrupts&)>;

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

  // Of all verbs. CLI11's own help() shows the verb's that was parsed.
  std::string Overview() const {
    return app.get_formatter()->make_help(&app, "inquest", CLI::AppFormatMode::Normal);
  }

  // Examples first: they are what people look for.
  std::string HelpOf(const CLI::App& verb) const {
    const auto found = examples_.find(verb.get_name());
    const std::string help = verb.help("inquest");
    return found == examples_.end() ? help : "examples:\n" + found->second + "\n" + help;
  }

  const std::string& ExamplesOf(const CLI::App& verb) { return examples_[verb.get_name()]; }

  const CLI::App* Find(const std::string& name) const {
    const auto verbs =
        app.get_subcommands([&](const CLI::App* a) { return a->get_name() == name; });
    return verbs.empty() ? nullptr : verbs.front();
  }

 private:
  std::map<std::string, std::string> examples_;
};

// Options that several verbs have.
void AddDuration(CLI::App& verb, const std::string& name, std::chrono::milliseconds& into,
                 const std::string& help);
void AddBudget(CLI::App& verb, BudgetOptions& budget);
void AddId(CLI::App& verb, std::string& word);
void AddDetail(CLI::App& verb, Progress::Detail& detail);
// Verbs that take an id and nothing else.
void AddSimple(Grammar& grammar, const std::string& name, const std::string& description,
               ExitCode (*run)(Session&, const std::string&));

// The verbs that open and steer, those that show what was found, and those about the program.
void AddSteering(Grammar& grammar);
void AddResults(Grammar& grammar);
void AddSelf(Grammar& grammar);
// Explains verbs, and the ids of errors.
void AddHelp(Grammar& grammar);
// What `help` may be asked about, by the beginning of the word. Ids of errors are many: only once
// the word is begun.
std::vector<std::string> HelpTopics(const Grammar& grammar, const std::string& begun);
// For those who make packages: writes the manual pages, from the grammar itself.
void AddManual(Grammar& grammar);

}  // namespace inquest::cli
