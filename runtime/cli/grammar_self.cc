#include <memory>

#include "runtime/cli/grammar.h"

namespace inquest::cli {

void AddSelf(Grammar& grammar) {
  CLI::App& demo = grammar.Add(
      "demo", "take a small program with a bug through all six steps; no key, no network",
      "  inquest demo\n");
  grammar.On(demo,
             [](Session& session, Interrupts& interrupts) { return Demo(session, interrupts); });
  CLI::App& debug = grammar.Add("debug", "about this installation", "  inquest debug paths\n");
  auto what = std::make_shared<std::string>();
  debug.add_option("what", *what, "paths: where things are kept")
      ->check(CLI::IsMember({"paths"}))
      ->type_name("WHAT")
      ->required();
  grammar.On(debug, [](Session& session, Interrupts&) { return DebugPaths(session); });
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
    grammar.arguments.text = verb == nullptr ? grammar.Overview() : grammar.HelpOf(*verb);
  });
}

}  // namespace inquest::cli
