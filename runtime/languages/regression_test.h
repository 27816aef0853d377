#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// A recorded trigger as a test file of the target. Pure.
namespace inquest::languages {

// A command that failed, and what tells that it does so again.
struct RecordedFailure {
  std::string name;     // of the test: a word of letters, digits and _
  std::string trigger;  // for `sh -c`, at the root of the tree
  std::string build;    // before it; empty: nothing to build
  std::string text;     // what it printed beside failing; empty: nothing of note
  bool compares_output = false;
  std::string expected;            // its whole stdout, when it compares that
  std::int64_t limit_seconds = 0;  // it hung: so long may it take; 0: it did not
};

// A test in the language's own framework, that runs the trigger and asserts that it exits 0 and
// does not print the text.
struct RegressionTest {
  std::string path;  // in the tree; it is new
  std::string text;
  std::string command;  // runs it alone, at the root of the tree
};

// What every such test prints when the bug shows.
inline constexpr std::string_view kBugShowsAgain = "the bug shows again";

// The text between double quotes, for languages that escape as C does; UTF-8 stays as it is.
std::string DoubleQuoted(std::string_view text);
// One word of the shell.
std::string ShellQuoted(std::string_view text);
// What `sh -c` shall run: the trigger, cut off after its limit if it hung.
std::string TriggerWithin(const RecordedFailure& failure);
// The first word of the trigger whose program's name starts so ("/usr/bin/python3"); else `name`.
std::string InterpreterOf(std::string_view trigger, std::string_view name);

}  // namespace inquest::languages
