#include "runtime/formats/not_started.h"

#include <array>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/report.h"

namespace inquest::formats {
namespace {

// What sh says of a command that it cannot run (POSIX, Shell Command Language, 2.8.2).
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;
constexpr std::size_t kLookAt = 30;  // last lines

struct Reason {
  std::string_view said;
  std::string_view advice;
};
constexpr std::array<Reason, 11> kReasons = {{
    {": can't open file ", "python cannot open the file that the command names"},
    {"Missing script: ", "package.json has no such script: name one that \"npm run\" lists"},
    {"Could not read package.json", "there is no package.json where npm runs: change the folder"},
    {"*** No rule to make target ",
     "make has no such target or source file: name one of the Makefile"},
    {"*** No targets specified and no makefile found",
     "there is no Makefile where make runs: configure first, or change the folder with -C"},
    {"] Error 127", "a command of a make recipe is not there; see the line above this one"},
    {"error while loading shared libraries: ",
     "a shared library is not there: install its package, or set LD_LIBRARY_PATH in the command"},
    {"No test files found", "the test runner found no file of tests: name the file or folder"},
    {"No tests found, exiting with code 1", "jest found no test: name the file or folder"},
    {"No specs found", "jasmine found no spec: name the file or folder"},
    {"CMake Error: The source directory ", "there is no CMakeLists.txt where cmake looks"},
}};

bool IsNodeInternal(std::string_view text) {
  text = Trim(text);
  return !text.starts_with("at ") || text.find("node:") != text.npos ||
         text.find("node_modules/") != text.npos || text.find("internal/") != text.npos;
}

// "Error: Cannot find module '/workspace/x.js'" that no file of the tree asked for.
std::string MissingNodeModule(std::span<const Line> lines, std::size_t at) {
  constexpr std::string_view kSays = "Cannot find module '";
  constexpr std::size_t kStackLines = 40;
  const std::string_view text = lines[at].text;
  const std::size_t says = text.find(kSays);
  if (says == text.npos || text.find(" imported from ") != text.npos) return "";
  const std::string_view rest = text.substr(says + kSays.size());
  const std::string_view module = rest.substr(0, rest.find('\''));
  for (std::size_t i = at + 1; i < lines.size() && i < at + kStackLines; ++i) {
    if (lines[i].text.starts_with("Node.js v")) break;
    if (!IsNodeInternal(lines[i].text) || lines[i].text.starts_with("- /workspace/")) {
      const bool tool = lines[i].text.find("node_modules/") != text.npos;
      if (!tool) return "";
    }
  }
  return "node cannot find " + ValidText(module, kNameBytes) +
         ", which the command itself names: correct the path, or install the module in the tree "
         "(npm ci)";
}

}  // namespace

std::string WhyNotStarted(std::span<const Line> lines, const v1::PhaseOutcome& phase) {
  if (phase.ending() != v1::ENDING_EXITED) return "";
  const bool shell = phase.exit_code() == kNotFound || phase.exit_code() == kNotExecutable;
  for (std::size_t i = lines.size() > kLookAt ? lines.size() - kLookAt : 0; i < lines.size(); ++i) {
    const std::string_view text = lines[i].text;
    const std::string said = ValidText(text, kMessageBytes);
    if (text.find(": No module named ") != text.npos && text.find("Error: ") == text.npos) {
      return MissingModuleAdvice(MissingModule(text)) + " (" + said + ")";
    }
    for (const Reason& reason : kReasons) {
      if (text.find(reason.said) != text.npos) return std::string(reason.advice) + ": " + said;
    }
    std::string module = MissingNodeModule(lines, i);
    if (!module.empty()) return module;
    if (shell &&
        (text.find("not found") != text.npos || text.find("ermission denied") != text.npos ||
         text.find("No such file or directory") != text.npos)) {
      return "the command cannot be started: " + said +
             "; name the tool's directory as a tool path if it is outside of the system folders";
    }
  }
  return "";
}

}  // namespace inquest::formats
