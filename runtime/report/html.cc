#include "runtime/report/html.h"

#include <algorithm>
#include <set>

#include "runtime/base/visible_text.h"

namespace inquest::report {
namespace {

constexpr std::size_t kNumberWidth = 5;
constexpr std::size_t kLinesMax = 400;
constexpr std::size_t kLineBytesMax = 4096;
constexpr std::size_t kBlockBytesMax = std::size_t{64} << 10U;

// The lines of a block, up to its limits. Calls `take` for each, without its line feed, and with
// where it begins in the text.
template <typename Take>
std::string BlockLines(std::string_view text, Take take) {
  std::string html;
  std::size_t begin = 0;
  for (std::size_t lines = 0;
       begin < text.size() && lines < kLinesMax && html.size() < kBlockBytesMax; ++lines) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    html += take(text.substr(begin, end - begin), begin);
    begin = end + 1;
  }
  if (begin >= text.size()) return html;
  const std::string_view rest = text.substr(begin);
  const auto more = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), '\n')) +
                    (rest.ends_with('\n') ? 0 : 1);
  return html + TextElement("span", LeftOut(more, more == 1 ? "line" : "lines"), "class=\"hunk\"");
}

std::string Span(std::string_view html, std::string_view kind) {
  const std::string attributes = kind.empty() ? "" : "class=\"" + std::string(kind) + "\"";
  return Element("span", html.empty() ? " " : html, attributes);
}

std::string TextSpan(std::string_view line, std::string_view kind) {
  return Span(EscapeHtml(Clip(line, kLineBytesMax)), kind);
}

std::string CodeBlock(std::string_view label, std::string_view lines) {
  return Element("pre", lines,
                 "tabindex=\"0\" role=\"group\" aria-label=\"" + EscapeHtml(label) + "\"") +
         "\n";
}

// One line of an output, with what is cited in it marked.
std::string MarkedLine(std::string_view line, std::size_t begin, const std::vector<Mark>& marks) {
  const std::size_t end = begin + line.size();
  std::set<std::size_t> cuts{begin, end};
  for (const Mark& mark : marks) {
    if (mark.begin > begin && mark.begin < end) cuts.insert(mark.begin);
    if (mark.end > begin && mark.end < end) cuts.insert(mark.end);
  }
  std::string html;
  for (auto cut = cuts.begin(); cut != cuts.end() && *cut < end; ++cut) {
    const std::string text = EscapeHtml(line.substr(*cut - begin, *std::next(cut) - *cut));
    std::string id;
    bool cited = false;
    for (const Mark& mark : marks) {
      cited = cited || (*cut >= mark.begin && *cut < mark.end);
      if (mark.begin == *cut) id = "id=\"" + EscapeHtml(mark.id) + "\"";
    }
    html += cited ? Element("mark", text, id) : text;
  }
  return html;
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

std::string Clip(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
  };
  std::size_t end = bytes_max;
  for (int back = 0; back < 3 && end > 0 && continues(end); ++back) --end;
  return std::string(text.substr(0, end)) + "... (" + std::to_string(text.size() - end) +
         " more bytes)";
}

std::string LeftOut(std::size_t count, std::string_view what, std::string_view where) {
  if (count == 0) return {};
  return std::to_string(count) + " more " + std::string(what) + (count == 1 ? " is" : " are") +
         " not shown here." + (where.empty() ? "" : " " + std::string(where));
}

std::string Note(std::string_view text) {
  return text.empty() ? "" : Element("p", Prose(text), "class=\"soft\"") + "\n";
}

std::string Folded(std::string_view summary, std::string_view inner, std::string_view attributes) {
  return Element("details", Element("summary", summary) + "\n" + std::string(inner), attributes) +
         "\n";
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
  const std::string table =
      Element("table", TextElement("caption", caption) + Element("thead", Row(head)) +
                           Element("tbody", rows));
  // A table that is wider than a phone is scrolled by itself.
  return Element("div", table,
                 "class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" +
                     EscapeHtml(caption) + "\"") +
         "\n";
}

std::string DiffBlock(std::string_view label, std::string_view diff) {
  return CodeBlock(label, BlockLines(diff, [](std::string_view line, std::size_t) {
                     const bool head = line.starts_with("+++") || line.starts_with("---");
                     const std::string_view kind =
                         head || line.starts_with("@@") || line.starts_with("diff ") ? "hunk"
                         : line.starts_with('+')                                     ? "add"
                         : line.starts_with('-')                                     ? "del"
                                                                                     : "";
                     return TextSpan(line, kind);
                   }));
}

std::string SourceBlock(std::string_view label, std::string_view source, int first_line,
                        int first_hit, int last_hit) {
  std::int64_t number = first_line;
  return CodeBlock(label, BlockLines(source, [&](std::string_view line, std::size_t) {
                     std::string text = std::to_string(number);
                     text.insert(0, kNumberWidth - std::min(kNumberWidth, text.size()), ' ');
                     const bool hit = first_hit > 0 && number >= first_hit && number <= last_hit;
                     text += hit ? " > " : "   ";
                     ++number;
                     return TextSpan(text.append(line), hit ? "hit" : "");
                   }));
}

std::string OutputBlock(std::string_view label, std::string_view bytes,
                        const std::vector<Mark>& marks) {
  return CodeBlock(label, BlockLines(bytes, [&](std::string_view line, std::size_t begin) {
                     return Span(MarkedLine(line, begin, marks), "");
                   }));
}

}  // namespace inquest::report
