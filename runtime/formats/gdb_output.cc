#include "runtime/formats/gdb_output.h"

#include <optional>

#include "runtime/formats/source_frame.h"

namespace inquest::formats {
namespace {

struct BacktraceLine {
  int level = 0;
  std::optional<v1::Location> frame;
};

// "#1  0x0000555555555147 in main (argc=1) at seg.cc:2"; without source: "... from /lib/x.so".
std::optional<BacktraceLine> ReadBacktraceLine(std::string_view text) {
  if (!text.starts_with('#')) return std::nullopt;
  const Number level = LeadingNumber(text.substr(1));
  if (level.digits == 0 || !text.substr(1 + level.digits).starts_with("  ")) return std::nullopt;
  text = Trim(text.substr(1 + level.digits));
  if (text.starts_with("0x")) {
    const std::size_t in = text.find(" in ");
    if (in == std::string_view::npos) return std::nullopt;
    text = text.substr(in + 4);
  }
  BacktraceLine line{level.value, std::nullopt};
  const std::size_t arguments = text.find(" (");
  const std::size_t at = text.rfind(" at ");
  if (arguments == std::string_view::npos || at == std::string_view::npos || at < arguments) {
    return line;
  }
  const auto place = ReadPlace(text.substr(at + 4));
  if (place.has_value()) line.frame = TreeFrame(*place, text.substr(0, arguments));
  return line;
}

// "Program received signal SIGSEGV, Segmentation fault." or "Program terminated with signal ...".
std::string_view SignalIn(std::string_view text) {
  constexpr std::string_view kSignal = " signal ";
  if (!text.starts_with("Program ") && !text.starts_with("Thread ")) return {};
  const std::size_t at = text.find(kSignal);
  if (at == std::string_view::npos || !text.substr(at + kSignal.size()).starts_with("SIG"))
    return {};
  return text.substr(at + kSignal.size());
}

}  // namespace

std::vector<Traceback> ReadGdbBacktrace(std::span<const Line> lines) {
  Traceback crash;
  FrameSections frames;
  std::size_t stacks = 0;
  bool first_thread = false;
  bool taking = false;
  for (const Line& line : lines) {
    const std::string_view signal = SignalIn(line.text);
    if (!signal.empty() && crash.kind.empty()) {
      const std::size_t comma = signal.find(", ");
      crash.kind = ValidText(signal.substr(0, comma), kNameBytes);
      crash.message =
          ValidText(comma == signal.npos ? signal : signal.substr(comma + 2), kMessageBytes);
      crash.begin = line.begin;
      crash.end = line.end;
      continue;
    }
    if (line.text.starts_with("Thread ") && line.text.find(" (") != line.text.npos) {
      first_thread = line.text.starts_with("Thread 1 (");
      taking = false;
    }
    const auto entry = ReadBacktraceLine(line.text);
    if (!entry.has_value() || crash.kind.empty()) continue;
    if (entry->level == 0) {
      taking = stacks == 0 || first_thread;
      first_thread = false;
      if (taking) frames = FrameSections();
      ++stacks;
    }
    if (!taking) continue;
    frames.Add(entry->frame);
    crash.end = line.end;
  }
  if (crash.kind.empty() || stacks == 0) return {};
  crash.frames = frames.InnermostLast(true);
  return {std::move(crash)};
}

}  // namespace inquest::formats
