#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/cli/console.h"
#include "runtime/cli/exit_code.h"
#include "runtime/cli/interrupts.h"
#include "runtime/cli/session.h"

namespace inquest::cli {

// What the command line asks for.
struct Arguments {
  // Unset: what the settings say.
  std::optional<ColorChoice> color;
  std::optional<bool> json;
  std::vector<std::string> settings;  // KEY=VALUE
  bool without_settings = false;  // the verb goes on where they cannot be read
  // Runs the verb. Empty: there is nothing to run (help was asked for, or the usage is wrong).
  std::function<ExitCode(Session&, Interrupts&)> verb;
  // What to print instead, and where to: help to stdout, a usage error to stderr.
  std::string text;
  ExitCode exit_code = ExitCode::kVerifiedFix;
};

Arguments ParseArguments(const std::vector<std::string>& words);

// All verbs, in the order of the help.
std::vector<std::string> VerbNames();

}  // namespace inquest::cli
