#include "runtime/cli/grammar.h"

#include <memory>

#include "runtime/cli/parse.h"

namespace inquest::cli {

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

void AddSimple(Grammar& grammar, const std::string& name, const std::string& description,
               ExitCode (*run)(Session&, const std::string&)) {
  CLI::App& verb = grammar.Add(name, description, "  inquest " + name + " @last\n");
  auto word = std::make_shared<std::string>();
  AddId(verb, *word);
  grammar.On(verb, [word, run](Session& session, Interrupts&) { return run(session, *word); });
}

}  // namespace inquest::cli
