#include "runtime/formats/python_traceback.h"

#include <algorithm>
#include <optional>

#include "runtime/formats/tree_path.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kTracebacksLimit = 200;
constexpr std::size_t kFramesLimit = 64;
constexpr std::size_t kMessageLines = 20;
constexpr std::string_view kHeader = "Traceback (most recent call last):";

// The line without the drawing of an exception group ("  | ", "  + ").
std::string_view WithoutGroup(std::string_view line) {
  const std::size_t bar = line.find_first_not_of(' ');
  if (bar == std::string_view::npos || (line[bar] != '|' && line[bar] != '+')) return line;
  line.remove_prefix(bar + 1);
  return line.starts_with(' ') ? line.substr(1) : line;
}

bool IsHeader(std::string_view line) {
  line = WithoutGroup(line);
  return line == kHeader || (line.starts_with("Exception Group ") && line.ends_with(kHeader));
}

// The sentence between two exceptions of a chain.
bool IsChainLink(std::string_view line) {
  line = WithoutGroup(line);
  return line.starts_with("The above exception was the direct cause of") ||
         line.starts_with("During handling of the above exception, another exception");
}

struct FileLine {
  std::string_view path;
  std::string_view function;
  int line = 0;
};

// `  File "path", line 3, in name`; a syntax error's has no name.
std::optional<FileLine> ReadFileLine(std::string_view text) {
  constexpr std::string_view kOpen = "File \"";
  constexpr std::string_view kClose = "\", line ";
  text = Trim(WithoutGroup(text));
  if (!text.starts_with(kOpen)) return std::nullopt;
  text.remove_prefix(kOpen.size());
  const std::size_t close = text.find(kClose);
  if (close == std::string_view::npos) return std::nullopt;
  FileLine found;
  found.path = text.substr(0, close);
  text.remove_prefix(close + kClose.size());
  const Number number = LeadingNumber(text);
  if (number.digits == 0) return std::nullopt;
  found.line = number.value;
  text.remove_prefix(number.digits);
  if (text.starts_with(", in ")) found.function = text.substr(5);
  return found;
}

bool IsIdentifierByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || static_cast<unsigned char>(c) >= 0x80U;
}

// Reads one exception of a chain from its header on; returns the index after it.
class Reader {
 public:
  explicit Reader(std::span<const Line> lines) : lines_(lines) {}

  std::vector<Traceback> Read() {
    std::vector<Traceback> found;
    bool linked = false;
    while (at_ < lines_.size() && found.size() < kTracebacksLimit) {
      const std::string_view text = lines_[at_].text;
      if (IsHeader(text) || IsBareSyntaxError()) {
        Traceback one = ReadOne();
        if (linked && !found.empty()) {
          Join(std::move(one), found.back());
        } else {
          found.push_back(std::move(one));
        }
        linked = false;
        continue;
      }
      if (IsChainLink(text)) {
        linked = true;
      } else if (!Trim(text).empty()) {
        linked = false;
      }
      ++at_;
    }
    return found;
  }

 private:
  // The interpreter refuses a file: File, source, caret, SyntaxError, and no header.
  bool IsBareSyntaxError() const {
    constexpr std::size_t kAhead = 4;
    if (!ReadFileLine(lines_[at_].text).has_value()) return false;
    for (std::size_t i = at_ + 1; i < std::min(lines_.size(), at_ + kAhead); ++i) {
      const std::string_view kind = ReadExceptionLine(lines_[i].text).kind;
      if (kind == "SyntaxError" || kind == "IndentationError" || kind == "TabError") return true;
    }
    return false;
  }

  Traceback ReadOne() {
    Traceback one;
    one.begin = lines_[at_].begin;
    one.end = lines_[at_].end;
    if (IsHeader(lines_[at_].text)) ++at_;
    for (; at_ < lines_.size(); ++at_) {
      const std::string_view text = WithoutGroup(lines_[at_].text);
      if (const auto file = ReadFileLine(text)) {
        if (auto path = TreePath(file->path)) {
          AddFrame(MakeFrame(*std::move(path), file->line, file->function), one.frames);
        }
      } else if (!text.starts_with("  ")) {
        break;  // source and carets are indented; what ends the frames is not
      }
      one.end = lines_[at_].end;
    }
    ReadMessage(one);
    return one;
  }

  void ReadMessage(Traceback& one) {
    if (at_ >= lines_.size()) return;
    const ExceptionLine exception = ReadExceptionLine(WithoutGroup(lines_[at_].text));
    if (exception.kind.empty()) return;
    one.kind = ValidText(exception.kind, kNameBytes);
    std::string message(exception.message);
    one.end = lines_[at_].end;
    ++at_;
    for (std::size_t i = 0; i < kMessageLines && at_ < lines_.size(); ++i) {
      const std::string_view text = WithoutGroup(lines_[at_].text);
      if (Trim(text).empty() || IsHeader(text) || text.starts_with("-----") ||
          text.starts_with("=====")) {
        break;
      }
      if (message.size() < kMessageBytes) message += "\n" + std::string(text);
      one.end = lines_[at_].end;
      ++at_;
    }
    one.message = ValidText(message, kMessageBytes);
  }

  // The later exception speaks; the earlier one's frames are the deeper cause.
  static void Join(Traceback later, Traceback& chain) {
    for (v1::Location& frame : chain.frames) AddFrame(std::move(frame), later.frames);
    chain.frames = std::move(later.frames);
    chain.end = later.end;
    if (later.kind.empty()) return;
    chain.kind = std::move(later.kind);
    chain.message = std::move(later.message);
  }

  std::span<const Line> lines_;
  std::size_t at_ = 0;
};

}  // namespace

ExceptionLine ReadExceptionLine(std::string_view line) {
  std::size_t length = 0;
  while (length < line.size() && IsIdentifierByte(line[length])) ++length;
  if (length == 0 || length > kNameBytes) return {};
  if (line[0] == '.' || (line[0] >= '0' && line[0] <= '9')) return {};
  if (length == line.size()) return {line, {}};
  if (line[length] != ':') return {};
  if (length + 1 < line.size() && line[length + 1] != ' ') return {};
  return {line.substr(0, length), Trim(line.substr(length + 1))};
}

v1::Location MakeFrame(std::string path, int line, std::string_view function) {
  v1::Location frame;
  frame.set_path(std::move(path));
  frame.set_first_line(line);
  frame.set_last_line(line);
  frame.set_function(ValidText(function, kNameBytes));
  return frame;
}

void AddFrame(v1::Location frame, std::vector<v1::Location>& frames) {
  std::erase_if(frames, [&](const v1::Location& other) {
    return other.path() == frame.path() && other.first_line() == frame.first_line();
  });
  if (frames.size() == kFramesLimit) frames.erase(frames.begin());
  frames.push_back(std::move(frame));
}

std::vector<Traceback> ReadTracebacks(std::span<const Line> lines) { return Reader(lines).Read(); }

}  // namespace inquest::formats
