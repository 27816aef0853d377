#include <algorithm>
#include <cctype>
#include <memory>

#include "runtime/cli/error_help.h"
#include "runtime/cli/grammar.h"
#include "runtime/cli/parse.h"

namespace inquest::cli {
namespace {

constexpr char kErrors[] = "errors";  // the list of all ids

struct HelpOptions {
  std::string word;
  bool markdown = false;
};

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// What was most likely meant, in the case that it is written in.
std::string DidYouMean(const Grammar& grammar, const std::string& word) {
  std::optional<std::string> nearest = NearestWord(word, HelpTopics(grammar, ""));
  if (!nearest) nearest = NearestWord(Upper(word), ErrorIds());
  return nearest ? "\n  did you mean: inquest help " + *nearest : "";
}

// As text, or as JSON where it is about ids.
std::string TextFor(const Grammar& grammar, const HelpOptions& options, bool json) {
  if (options.word.empty()) return grammar.Overview();
  if (const CLI::App* verb = grammar.Find(options.word)) return grammar.HelpOf(*verb);
  if (options.word == kErrors) {
    if (options.markdown) return ErrorListAsMarkdown();
    return json ? ErrorListAsJson() : ErrorListAsText();
  }
  if (const ErrorPage* page = FindErrorPage(Upper(options.word))) {
    return json ? ErrorPageAsJson(*page) : ErrorPageAsText(*page);
  }
  throw CLI::ValidationError("there is no verb and no error id '" + options.word + "'" +
                             DidYouMean(grammar, options.word));
}

}  // namespace

std::vector<std::string> HelpTopics(const Grammar& grammar, const std::string& begun) {
  std::vector<std::string> topics{kErrors};
  for (const CLI::App* verb : grammar.app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!verb->get_group().empty()) topics.push_back(verb->get_name());
  }
  if (begun.empty()) return topics;
  const std::vector<std::string> ids = ErrorIds();
  topics.insert(topics.end(), ids.begin(), ids.end());
  return topics;
}

void AddHelp(Grammar& grammar) {
  CLI::App& help = grammar.Add("help", "explain a verb, or the id of an error",
                               "  inquest help investigate\n  inquest help TARGET_NOT_FOUND\n"
                               "  inquest help errors\n");
  auto options = std::make_shared<HelpOptions>();
  help.add_option("topic", options->word, "a verb, the id of an error, or errors: a list of all")
      ->type_name("TOPIC");
  help.add_flag("--markdown", options->markdown, "errors: all pages, as docs/errors.md");
  help.callback([&grammar, options] {
    grammar.arguments.without_settings = true;  // it may be about them
    const std::string text = TextFor(grammar, *options, false);
    const std::string data = TextFor(grammar, *options, true);
    grammar.arguments.verb = [text, data](Session& session, Interrupts&) {
      session.console().Data(session.json() ? data : text);
      return ExitCode::kVerifiedFix;
    };
  });
}

}  // namespace inquest::cli
