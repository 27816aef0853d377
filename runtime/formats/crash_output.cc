#include "runtime/formats/crash_output.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>

#include "runtime/formats/source_frame.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kCrashesLimit = 200;
constexpr int kShellSignalBase = 128;

struct NamedSignal {
  int number;
  std::string_view name;
  std::string_view said;  // by shells
};
constexpr std::array<NamedSignal, 7> kSignals = {{{SIGSEGV, "SIGSEGV", "Segmentation fault"},
                                                  {SIGABRT, "SIGABRT", "Aborted"},
                                                  {SIGBUS, "SIGBUS", "Bus error"},
                                                  {SIGFPE, "SIGFPE", "Floating point exception"},
                                                  {SIGILL, "SIGILL", "Illegal instruction"},
                                                  {SIGTRAP, "SIGTRAP", "Trace/breakpoint trap"},
                                                  {SIGSYS, "SIGSYS", "Bad system call"}}};

Traceback At(const Line& line, std::string_view kind, std::string_view message) {
  Traceback crash;
  crash.kind = ValidText(kind, kNameBytes);
  crash.message = ValidText(message, kMessageBytes);
  crash.begin = line.begin;
  crash.end = line.end;
  return crash;
}

// "prog: file.c:12: int fn(int): Assertion `x == 2' failed."
std::optional<Traceback> ReadAssertion(const Line& line) {
  constexpr std::string_view kSays = ": Assertion `";
  const std::size_t says = line.text.find(kSays);
  const std::size_t end = line.text.rfind("' failed");
  if (says == std::string_view::npos || end == std::string_view::npos ||
      end < says + kSays.size()) {
    return std::nullopt;
  }
  std::string_view before = line.text.substr(0, says);
  const std::size_t expression = says + kSays.size();
  Traceback crash = At(line, "assertion", line.text.substr(expression, end - expression));
  // The program's name and the function may hold colons; the file and line stand between ": ".
  const std::size_t program = before.find(": ");
  if (program == std::string_view::npos) return crash;
  before.remove_prefix(program + 2);
  const std::size_t function = before.find(": ");
  const auto place = ReadPlace(before.substr(0, function));
  if (!place.has_value()) return crash;
  std::string_view name = function == before.npos ? "" : before.substr(function + 2);
  name = name.substr(0, name.find('('));
  name = name.substr(name.rfind(' ') == name.npos ? 0 : name.rfind(' ') + 1);
  if (auto frame = TreeFrame(*place, name)) crash.frames.push_back(*std::move(frame));
  return crash;
}

// What glibc prints before it aborts; empty kind: the line is nothing of that.
std::string_view LibcCheck(std::string_view text) {
  constexpr std::array<std::string_view, 9> kHeap = {"free(): ",
                                                     "malloc(): ",
                                                     "realloc(): ",
                                                     "calloc(): ",
                                                     "munmap_chunk(): ",
                                                     "double free or corruption",
                                                     "corrupted size vs. prev_size",
                                                     "malloc_consolidate(): ",
                                                     "corrupted double-linked list"};
  if (text.starts_with("*** stack smashing detected ***")) return "stack smashing";
  if (text.starts_with("*** buffer overflow detected ***")) return "buffer overflow";
  const bool heap = std::any_of(kHeap.begin(), kHeap.end(),
                                [&](std::string_view said) { return text.starts_with(said); });
  return heap ? "heap corruption" : "";
}

// "terminate called after throwing an instance of 'X'" and "  what():  message" on the next line.
std::optional<Traceback> ReadTerminate(std::span<const Line> lines, std::size_t at) {
  constexpr std::string_view kCalled = "terminate called ";
  constexpr std::string_view kInstance = "after throwing an instance of '";
  constexpr std::string_view kWhat = "  what():  ";
  std::string_view text = lines[at].text;
  const std::size_t called = text.find(kCalled);
  if (called == std::string_view::npos) return std::nullopt;
  text = text.substr(called + kCalled.size());
  if (!text.starts_with(kInstance)) return At(lines[at], "terminate", text);
  text.remove_prefix(kInstance.size());
  Traceback crash = At(lines[at], text.substr(0, text.rfind('\'')), "");
  if (at + 1 < lines.size() && lines[at + 1].text.starts_with(kWhat)) {
    crash.message = ValidText(lines[at + 1].text.substr(kWhat.size()), kMessageBytes);
    crash.end = lines[at + 1].end;
  }
  return crash;
}

}  // namespace

std::vector<Traceback> ReadAborts(std::span<const Line> lines) {
  constexpr std::string_view kNodeFatal = "FATAL ERROR: ";
  std::vector<Traceback> found;
  for (std::size_t i = 0; i < lines.size() && found.size() < kCrashesLimit; ++i) {
    const std::string_view text = lines[i].text;
    if (text.size() < 8) continue;
    const std::string_view check = LibcCheck(text);
    if (!check.empty()) {
      found.push_back(At(lines[i], check, text));
    } else if (text.starts_with(kNodeFatal)) {
      found.push_back(At(lines[i], "FATAL ERROR", text.substr(kNodeFatal.size())));
    } else if (auto assertion = ReadAssertion(lines[i])) {
      found.push_back(*std::move(assertion));
    } else if (auto terminate = ReadTerminate(lines, i)) {
      found.push_back(*std::move(terminate));
    }
  }
  return found;
}

std::vector<Traceback> ReadFatalSignal(std::span<const Line> lines, const v1::PhaseOutcome& phase) {
  // "Segmentation fault", "Aborted (core dumped)", "bash: line 1: 11196 Segmentation fault  ./x".
  for (std::size_t i = lines.size(); i > 0; --i) {
    const std::string_view text = lines[i - 1].text;
    for (const NamedSignal& signal : kSignals) {
      const std::size_t at = text.find(signal.said);
      if (at == std::string_view::npos) continue;
      const std::string_view before = Trim(text.substr(0, at));
      const bool by_shell = text.find(": line ") < at || text.find(" line ") < at;
      if (before.empty() || by_shell) return {At(lines[i - 1], signal.name, signal.said)};
    }
  }
  const std::string name = SignalOf(phase);
  if (name.empty() || lines.empty()) return {};
  return {At(lines.back(), name, "ended by " + name)};
}

std::string SignalOf(const v1::PhaseOutcome& phase) {
  int number = 0;
  if (phase.ending() == v1::ENDING_SIGNALED) number = phase.signal();
  if (phase.ending() == v1::ENDING_EXITED) number = phase.exit_code() - kShellSignalBase;
  for (const NamedSignal& signal : kSignals) {
    if (signal.number == number) return std::string(signal.name);
  }
  return "";
}

}  // namespace inquest::formats
