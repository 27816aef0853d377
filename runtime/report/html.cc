#include "runtime/report/html.h"

#include <algorithm>

#include "runtime/base/visible_text.h"

namespace inquest::report {
namespace {

constexpr std::size_t kNumberWidth = 5;

// Calls `take` for every line without its line feed.
template <typename Take>
void EachLine(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string Span(std::string_view line, std::string_view kind) {
  const std::string attributes = kind.empty() ? "" : "class=\"" + std::string(kind) + "\"";
  return TextElement("span", line.empty() ? " " : line, attributes);
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : ForTerminal(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Element(std::string_view tag, std::string_view inner, std::string_view attributes) {
  std::string html = "<" + std::string(tag);
  if (!attributes.empty()) html += " " + std::string(attributes);
  html += ">";
  html += inner;
  return html + "</" + std::string(tag) + ">";
}

std::string TextElement(std::string_view tag, std::string_view text, std::string_view attributes) {
  return Element(tag, EscapeHtml(text), attributes);
}

std::string Prose(std::string_view text) {
  if (std::count(text.begin(), text.end(), '`') % 2 != 0) return EscapeHtml(text);
  std::string html;
  for (bool code = false;; code = !code) {
    const std::size_t end = std::min(text.find('`'), text.size());
    html += code ? TextElement("code", text.substr(0, end)) : EscapeHtml(text.substr(0, end));
    if (end == text.size()) return html;
    text.remove_prefix(end + 1);
  }
}

std::string Section(const std::string& id, std::string_view title, const std::string& inner) {
  if (inner.empty()) return {};
  const std::string heading = id + "-title";
  return Element("section", TextElement("h2", title, "id=\"" + heading + "\"") + "\n" + inner,
                 "id=\"" + id + "\" aria-labelledby=\"" + heading + "\"") +
         "\n";
}

std::string Row(std::string_view cells, std::string_view attributes) {
  return Element("tr", cells, attributes) + "\n";
}

std::string Table(std::string_view caption, std::initializer_list<std::string_view> columns,
                  const std::string& rows) {
  if (rows.empty()) return {};
  std::string head;
  for (const std::string_view column : columns) head += TextElement("th", column, "scope=\"col\"");
  return Element("table", TextElement("caption", caption) + Element("thead", Row(head)) +
                              Element("tbody", rows)) +
         "\n";
}

std::string CodeBlock(std::string_view label, std::string_view lines) {
  return Element("pre", lines,
                 "tabindex=\"0\" role=\"region\" aria-label=\"" + EscapeHtml(label) + "\"") +
         "\n";
}

std::string DiffBlock(std::string_view label, std::string_view diff) {
  std::string lines;
  EachLine(diff, [&](std::string_view line) {
    const bool head = line.starts_with("+++") || line.starts_with("---");
    const std::string_view kind = head || line.starts_with("@@") || line.starts_with("diff ")
                                      ? "hunk"
                                  : line.starts_with('+') ? "add"
                                  : line.starts_with('-') ? "del"
                                                          : "";
    lines += Span(line, kind);
  });
  return CodeBlock(label, lines);
}

std::string SourceBlock(std::string_view label, std::string_view source, int first_line,
                        int first_hit, int last_hit) {
  std::string lines;
  int number = first_line;
  EachLine(source, [&](std::string_view line) {
    std::string text = std::to_string(number);
    text.insert(0, kNumberWidth - std::min(kNumberWidth, text.size()), ' ');
    const bool hit = first_hit > 0 && number >= first_hit && number <= last_hit;
    text += hit ? " > " : "   ";
    lines += Span(text.append(line), hit ? "hit" : "");
    ++number;
  });
  return CodeBlock(label, lines);
}

std::string OutputBlock(std::string_view label, std::string_view bytes) {
  std::string lines;
  EachLine(bytes, [&](std::string_view line) { lines += Span(line, ""); });
  return CodeBlock(label, lines);
}

}  // namespace inquest::report
