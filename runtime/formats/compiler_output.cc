#include "runtime/formats/compiler_output.h"

#include <optional>

#include "runtime/formats/source_frame.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kErrorsLimit = 200;

Traceback At(const Line& line, std::string_view kind, std::string_view message) {
  Traceback error;
  error.kind = kind;
  error.message = ValidText(message, kMessageBytes);
  error.begin = line.begin;
  error.end = line.end;
  return error;
}

// "file.cc:1:27: error: text", "file.cc:1:10: fatal error: text"
std::optional<Traceback> ReadDiagnostic(const Line& line) {
  for (const std::string_view mark : {": error: ", ": fatal error: "}) {
    const std::size_t at = line.text.find(mark);
    if (at == std::string_view::npos) continue;
    const auto place = ReadPlace(line.text.substr(0, at));
    if (!place.has_value()) continue;
    Traceback error = At(line, "compile error", line.text.substr(at + mark.size()));
    if (auto frame = TreeFrame(*place, "")) error.frames.push_back(*std::move(frame));
    return error;
  }
  return std::nullopt;
}

// "/usr/bin/ld: cannot find -lx", "un.cc:1: undefined reference to `f()'", "multiple definition of"
std::optional<Traceback> ReadLinkError(const Line& line) {
  for (const std::string_view mark :
       {"undefined reference to ", "multiple definition of ", "ld: cannot find "}) {
    const std::size_t at = line.text.find(mark);
    if (at == std::string_view::npos) continue;
    Traceback error = At(line, "link error", line.text.substr(at));
    std::string_view before = Trim(line.text.substr(0, at));
    if (before.ends_with(':')) before.remove_suffix(1);
    before = before.substr(before.rfind(' ') == before.npos ? 0 : before.rfind(' ') + 1);
    if (const auto place = ReadPlace(before)) {
      if (auto frame = TreeFrame(*place, "")) error.frames.push_back(*std::move(frame));
    }
    return error;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Traceback> ReadCompilerErrors(std::span<const Line> lines) {
  std::vector<Traceback> found;
  for (const Line& line : lines) {
    if (found.size() == kErrorsLimit) break;
    if (auto error = ReadDiagnostic(line)) {
      found.push_back(*std::move(error));
    } else if (auto link = ReadLinkError(line)) {
      found.push_back(*std::move(link));
    }
  }
  return found;
}

std::vector<Traceback> ReadMakeError(std::span<const Line> lines) {
  for (std::size_t i = lines.size(); i > 0; --i) {
    // "make[1]: *** [Makefile:3: err2.o] Error 1"
    const std::string_view text = lines[i - 1].text;
    const std::size_t open = text.find(": *** [");
    if (!text.starts_with("make") || open == std::string_view::npos) continue;
    const std::string_view inside = text.substr(open + 7);
    Traceback error = At(lines[i - 1], "make error", text.substr(open + 6));
    if (const auto place = ReadPlace(inside.substr(0, inside.find(": ")))) {
      if (auto frame = TreeFrame(*place, "")) error.frames.push_back(*std::move(frame));
    }
    return {std::move(error)};
  }
  return {};
}

}  // namespace inquest::formats
