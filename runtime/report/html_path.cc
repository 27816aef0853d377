#include <algorithm>

#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/html_sections.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

constexpr int kStepsMax = 60;
constexpr int kValuesMax = 40;
constexpr std::size_t kCodeMax = 400;

std::string ValueRows(const v1::PathStep& step, int& more) {
  std::string rows;
  int count = 0;
  for (const v1::ValueFlow& value : step.values()) {
    if (value.kind() == v1::ValueFlow::KIND_USE) continue;
    if (++count > kValuesMax) continue;
    rows += Row(Element("td", TextElement("code", Clip(value.name(), kCodeMax))) +
                TextElement("td", FlowWord(value.kind())) +
                TextElement("td", std::to_string(value.line())) +
                Element("td", TextElement("code", Clip(value.code().quote(), kCodeMax))));
  }
  more = std::max(0, count - kValuesMax);
  return rows;
}

// Without the indentation that all lines have.
std::string Dedented(std::string_view code) {
  std::size_t common = std::string_view::npos;
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    const std::size_t first = code.find_first_not_of(" \t", at);
    if (first < end) common = std::min(common, first - at);
    at = end + 1;
  }
  if (common == std::string_view::npos || common == 0) return std::string(code);
  std::string text;
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    text += code.substr(std::min(at + common, end), end - std::min(at + common, end));
    text += '\n';
    at = end + 1;
  }
  return text;
}

bool IsIn(const v1::Location& cause, const v1::PathStep& step) {
  return cause.path() == step.location().path() && cause.function() == step.location().function();
}

std::string Step(const v1::PathStep& step, const v1::Hypothesis* cause, const Links& links) {
  const std::string place = PlaceWords(step.location());
  const bool here = cause != nullptr && IsIn(cause->location(), step);
  std::string html = TextElement("code", place, "class=\"place\"");
  if (here) {
    html += " " + Element("a",
                          "the cause is in this function, line " +
                              std::to_string(cause->location().first_line()),
                          "href=\"#cause\"");
  }
  html += SourceBlock(place, Dedented(step.code().quote()), step.location().first_line(),
                      here ? cause->location().first_line() : 0,
                      here ? cause->location().last_line() : 0);
  int more = 0;
  const std::string rows = ValueRows(step, more);
  std::string inner = Table("Values that matter here, and where they come from.",
                            {"value", "kind", "line", "code"}, rows) +
                      Note(LeftOut(static_cast<std::size_t>(more), "values")) +
                      Element("p", "Source: " + links.Range(step.code()) + ".", "class=\"soft\"");
  return Element("li",
                 html + Folded(rows.empty() ? "Source" : "Where its values come from", inner)) +
         "\n";
}

}  // namespace

std::string PathSection(const Dossier& dossier, const Links& links) {
  const v1::Hypothesis* cause = dossier.CauseHypothesis();
  std::string html;
  if (cause != nullptr && !dossier.cause.text.empty()) {
    const std::string place = PlaceWords(cause->location());
    html = TextElement("h3", "The cause: " + place, "id=\"cause\"") +
           SourceBlock("the cause, " + place, dossier.cause.text, dossier.cause.first_line,
                       cause->location().first_line(), cause->location().last_line());
  } else {
    cause = nullptr;
  }
  std::string steps;
  const int count = std::min(kStepsMax, static_cast<int>(dossier.path.size()));
  for (int i = 0; i < count; ++i) {
    steps += Step(dossier.path[static_cast<std::size_t>(i)], cause, links);
  }
  if (!steps.empty()) {
    html += TextElement("h3", "How execution got to the failure") +
            Element("ol", steps, "class=\"path\"");
    html +=
        Note(LeftOut(dossier.path.size() - static_cast<std::size_t>(count), "steps of the path"));
  }
  return Section(
      "path",
      cause == nullptr ? "The way to the failure" : "Where it is, and how execution got there",
      html);
}

}  // namespace inquest::report
