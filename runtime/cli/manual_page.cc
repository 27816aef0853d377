#include "runtime/cli/manual_page.h"

#include <algorithm>
#include <cctype>

namespace inquest::cli {
namespace {

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// Prose is filled; what is indented keeps its lines. An empty line ends a paragraph.
std::string Body(const std::string& text) {
  std::string roff;
  bool verbatim = false;
  bool parted = false;
  for (const std::string& line : LinesOf(text)) {
    const bool indented = line.starts_with(' ');
    if (line.empty() || indented != verbatim) parted = true;
    if (line.empty()) continue;
    if (verbatim && parted) roff += ".fi\n";
    if (parted && !roff.empty()) roff += ".PP\n";
    if (indented && parted) roff += ".nf\n";
    roff += EscapeRoff(line) + "\n";
    verbatim = indented;
    parted = false;
  }
  return roff + (verbatim ? ".fi\n" : "");
}

std::string EntryOf(const ManualSection::Entry& entry) {
  std::string roff = ".TP\n\\fB" + EscapeRoff(entry.name) + "\\fR\n";
  for (const std::string& line : LinesOf(entry.text)) {
    roff += line.empty() ? ".IP\n" : EscapeRoff(line) + "\n";
  }
  return roff;
}

std::string Head(const ManualPage& page, const std::string& summary) {
  return ".TH " + Upper(page.name) + " " + std::to_string(page.section) +
         " \"" INQUEST_DATE "\" \"Inquest " INQUEST_VERSION "\"\n.nh\n.ad l\n.SH NAME\n" +
         EscapeRoff(page.name) + " \\- " + EscapeRoff(summary) + "\n";
}

std::string Tail(const ManualPage& page) {
  std::string roff;
  for (const ManualSection& section : page.more) {
    roff += ".SH " + Upper(section.heading) + "\n" + Body(section.text);
    for (const ManualSection::Entry& entry : section.entries) roff += EntryOf(entry);
  }
  if (page.see_also.empty()) return roff;
  roff += ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < page.see_also.size(); ++i) {
    const std::string& name = page.see_also[i];
    const std::size_t open = name.find('(');
    roff += ".BR " + EscapeRoff(name.substr(0, open)) + " " + name.substr(open) +
            (i + 1 < page.see_also.size() ? ",\n" : "\n");
  }
  return roff;
}

std::string OptionName(const CLI::Option& option) {
  if (option.get_positional()) return "\\fI" + EscapeRoff(option.get_name(true)) + "\\fR";
  std::string names;
  for (const std::string& name : option.get_snames())
    names += "\\fB" + EscapeRoff("-" + name) + "\\fR, ";
  for (const std::string& name : option.get_lnames()) {
    names += "\\fB" + EscapeRoff("--" + name) + "\\fR, ";
  }
  names.resize(names.size() - 2);
  const bool takes = option.get_type_size() > 0;
  std::string type = option.get_type_name();
  type.resize(std::min(type.find(':'), type.size()));  // the description says which are allowed
  if (takes && !type.empty()) names += " \\fI" + EscapeRoff(type) + "\\fR";
  return names;
}

std::string OptionsOf(const CLI::App& app, bool positional) {
  std::string roff;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() != positional || option->get_description().empty()) continue;
    roff += ".TP\n" + OptionName(*option) + "\n" + EscapeRoff(option->get_description()) + ".\n";
  }
  return roff;
}

std::string Synopsis(const ManualPage& page, const CLI::App& app) {
  std::string roff = "\\fB" + EscapeRoff(page.program) + "\\fR";
  if (!app.get_options([](const CLI::Option* o) { return !o->get_positional(); }).empty()) {
    roff += " [\\fIOPTIONS\\fR]";
  }
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = "\\fI" + EscapeRoff(option->get_name(true)) + "\\fR";
    roff += option->get_required() ? " " + name : " [" + name + "]";
  }
  return roff;
}

}  // namespace

std::string EscapeRoff(const std::string& text) {
  std::string roff;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (roff.empty() || roff.back() == '\n')) roff += "\\&";
    roff += c == '\\' ? std::string("\\e") : c == '-' ? std::string("\\-") : std::string(1, c);
  }
  return roff;
}

std::string RenderManual(const ManualPage& page, const CLI::App& app) {
  std::string roff =
      Head(page, app.get_description()) + ".SH SYNOPSIS\n" + Synopsis(page, app) + "\n";
  const std::string options = OptionsOf(app, true) + OptionsOf(app, false);
  std::string verbs;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (verb->get_group().empty()) continue;  // for scripts
    verbs += ".TP\n\\fB" + EscapeRoff(verb->get_name()) + "\\fR\n" +
             EscapeRoff(verb->get_description()) + ".\n";
  }
  if (!verbs.empty()) roff += ".SH VERBS\n" + verbs;
  if (!options.empty()) roff += ".SH OPTIONS\n" + options;
  if (!page.examples.empty()) roff += ".SH EXAMPLES\n" + Body(page.examples);
  return roff + Tail(page);
}

std::string RenderManual(const ManualPage& page, const std::string& summary) {
  return Head(page, summary) + Tail(page);
}

}  // namespace inquest::cli
