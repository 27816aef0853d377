#include "runtime/languages/regression_test.h"

#include <cstdio>
#include <sstream>

namespace inquest::languages {

std::string DoubleQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      quoted += "\\n";
    } else if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\x%02x", byte);
      quoted += escaped;
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += "'\\'";
    quoted += c;
  }
  return quoted + '\'';
}

std::string TriggerWithin(const RecordedFailure& failure) {
  if (failure.limit_seconds == 0) return failure.trigger;
  return "timeout " + std::to_string(failure.limit_seconds) + " sh -c " +
         ShellQuoted(failure.trigger);
}

std::string InterpreterOf(std::string_view trigger, std::string_view name) {
  std::istringstream words{std::string(trigger)};
  std::string word;
  while (words >> word) {
    const std::string_view program = std::string_view(word).substr(word.rfind('/') + 1);
    if (!program.starts_with(name)) continue;
    if (program.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.") != program.npos)
      continue;
    if (word.find_first_of("'\"`$;&|<>()") == word.npos) return word;
  }
  return std::string(name);
}

}  // namespace inquest::languages
