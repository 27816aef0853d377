#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace inquest::cli {

// A manual page (man(7) macros) from what --help is made from.
struct ManualPage {
  std::string name;  // inquest-apply
  int section = 1;
  std::string program;   // what is typed: inquest apply
  std::string examples;  // a command on each line; may be empty
  // Further sections, after the options: heading and text. Lines that begin with a blank stay as
  // they are.
  std::vector<std::pair<std::string, std::string>> more;
  std::vector<std::string> see_also;  // inquest(1)
};

std::string RenderManual(const ManualPage& page, const CLI::App& app);
// One that is about no program: `summary` says what it is.
std::string RenderManual(const ManualPage& page, const std::string& summary);

// Text of ours as roff.
std::string EscapeRoff(const std::string& text);

}  // namespace inquest::cli
