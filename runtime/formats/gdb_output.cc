#include "runtime/formats/gdb_output.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "runtime/formats/source_frame.h"

namespace inquest::formats {
namespace {

constexpr std::string_view kMark = "JSON:";
constexpr std::uint64_t kMostLine = 99'999'999;

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

using nlohmann::json;

// The member, or null; never a copy: what a hostile line nests is copied recursively.
const json& Member(const json& object, const char* name) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

std::string_view Text(const json& value) {
  return value.is_string() ? std::string_view(value.get_ref<const std::string&>()) : "";
}

std::optional<v1::Location> ReadJsonFrame(const json& frame) {
  const json& line = Member(frame, "line");
  if (!line.is_number_unsigned()) return std::nullopt;
  const auto number = line.get<std::uint64_t>();
  if (number == 0 || number > kMostLine) return std::nullopt;
  return TreeFrame({Text(Member(frame, "file")), static_cast<int>(number)},
                   Text(Member(frame, "function")));
}

// What a script printed; nullopt: the line is something else.
std::optional<Traceback> ReadJsonLine(const Line& line) {
  constexpr std::size_t kJsonBytes = std::size_t{1} << 20U;
  const std::size_t length = line.end - line.begin;
  if (length > kJsonBytes) return std::nullopt;
  // The whole line, also what is beyond the part that is looked at elsewhere.
  const std::string_view text(line.text.data() + kMark.size(), length - kMark.size());
  const json object = json::parse(text, nullptr, false);
  const json& threads = Member(object, "threads");
  if (!threads.is_array() || threads.empty()) return std::nullopt;
  const json& printed = Member(threads[0], "frames");
  if (!printed.is_array()) return std::nullopt;
  Traceback crash;
  crash.kind = ValidText(Text(Member(object, "signal")), kNameBytes);
  if (crash.kind.empty()) crash.kind = "crash";
  crash.message = "ended by " + crash.kind;
  crash.begin = line.begin;
  crash.end = line.end;
  FrameSections frames;
  for (const json& frame : printed) frames.Add(ReadJsonFrame(frame));
  crash.frames = frames.InnermostLast(true);
  return crash;
}

}  // namespace

std::vector<Traceback> ReadGdbBacktrace(std::span<const Line> lines) {
  constexpr std::size_t kJsonLines = 8;  // parsed, whether they are what is looked for or not
  std::size_t parsed = 0;
  for (const Line& line : lines) {
    if (!line.text.starts_with(kMark)) continue;
    if (++parsed > kJsonLines) break;
    if (auto crash = ReadJsonLine(line)) return {*std::move(crash)};
  }
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
