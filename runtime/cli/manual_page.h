#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace inquest::cli {

struct ManualSection {
  std::string heading;
  std::string text;  // lines that begin with a blank stay as they are
  struct Entry {
    std::string name;
    std::string text;  // paragraphs, an empty line between
  };
  std::vector<Entry> entries = {};  // after the text
};

// A manual page (man(7) macros) from what --help is made from.
struct ManualPage {
  std::string name;  // inquest-apply
  int section = 1;
  std::string program;                // what is typed: inquest apply
  std::string examples;               // a command on each line; may be empty
  std::vector<ManualSection> more;    // after the options
  std::vector<std::string> see_also;  // inquest(1)
};

std::string RenderManual(const ManualPage& page, const CLI::App& app);
// One that is about no program: `summary` says what it is.
std::string RenderManual(const ManualPage& page, const std::string& summary);

// Text of ours as roff.
std::string EscapeRoff(const std::string& text);

}  // namespace inquest::cli
