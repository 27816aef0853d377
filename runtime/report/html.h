#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::report {

// Text of any origin as HTML text or attribute value: markup is escaped, and so are control
// characters and what reorders or hides text.
std::string EscapeHtml(std::string_view text);

// <tag attributes>inner</tag>; inner is HTML already, attributes are ours.
std::string Element(std::string_view tag, std::string_view inner, std::string_view attributes = "");
// The same around text of any origin.
std::string TextElement(std::string_view tag, std::string_view text,
                        std::string_view attributes = "");

// Text of any origin as HTML, with what stands between two backquotes as code.
std::string Prose(std::string_view text);

// The beginning of what may be long, whole characters, and how many bytes are left out.
std::string Clip(std::string_view text, std::size_t bytes_max);
// "12 more runs are not shown here. `where`"; empty when nothing is left out. Raw.
std::string LeftOut(std::size_t count, std::string_view what, std::string_view where = "");
// A paragraph in small print; `text` is raw, with code between backquotes; empty without text.
std::string Note(std::string_view text);

// Something folded under its summary; both are HTML already.
std::string Folded(std::string_view summary, std::string_view inner,
                   std::string_view attributes = "");

// A part of the page with a heading; empty when there is nothing in it.
std::string Section(const std::string& id, std::string_view title, const std::string& inner);
// A row of cells that are HTML already, and a table of such rows; empty without rows.
std::string Row(std::string_view cells, std::string_view attributes = "");
std::string Table(std::string_view caption, std::initializer_list<std::string_view> columns,
                  const std::string& rows);

// Blocks of code that a keyboard can scroll. Long lines and long blocks are cut, and say so.

// A unified diff: added, removed and other lines told apart, by their first character too.
std::string DiffBlock(std::string_view label, std::string_view diff);
// Lines of source with their numbers; those from `first_hit` to `last_hit` are marked. 0: none.
std::string SourceBlock(std::string_view label, std::string_view source, int first_line,
                        int first_hit, int last_hit);

// A part of what was printed that something cites: [begin, end) in the bytes that are shown.
struct Mark {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string id;  // of the element: what links to it
};
// What was printed, as it is.
std::string OutputBlock(std::string_view label, std::string_view bytes,
                        const std::vector<Mark>& marks = {});

}  // namespace inquest::report
