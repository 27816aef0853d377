#include "runtime/formats/node_stack.h"

#include <algorithm>

#include "runtime/formats/source_frame.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kErrorsLimit = 200;
constexpr std::size_t kLookBack = 64;  // lines of a message, its diff included

bool IsIdentifier(std::string_view text) {
  if (text.empty() || text[0] < 'A' || text[0] > 'Z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool IsErrorName(std::string_view kind) {
  return kind.ends_with("Error") || kind.ends_with("Exception");
}

// "... 5 lines matching cause stack trace ..."
bool IsLeftOut(std::string_view text) {
  return text.starts_with("... ") && text.find("matching cause stack") != text.npos;
}

bool IsFrame(std::string_view text) {
  text = Trim(text);
  return IsLeftOut(text) || (text.starts_with("at ") && ReadNodeFrame(text).has_value());
}

class Reader {
 public:
  explicit Reader(std::span<const Line> lines) : lines_(lines) {}

  std::vector<Traceback> Read() {
    while (at_ < lines_.size() && found_.size() < kErrorsLimit) {
      const std::string_view text = lines_[at_].text;
      if (IsFrame(text)) {
        ReadStack();
        continue;
      }
      if (OpensWithoutStack(text)) {
        Start(at_);
      } else if (text.starts_with("Node.js v") && !found_.empty()) {
        MarkUncaught();
      } else if (text.starts_with("(Use `node --trace-uncaught ")) {
        ReadThrownValue();
      } else if (open_ && Trim(text) == "}" && Indentation(text) <= indentation_) {
        open_ = false;
      }
      ++at_;
    }
    Finish();
    return std::move(found_);
  }

 private:
  // "[AggregateError: All promises were rejected] {"
  static bool OpensWithoutStack(std::string_view text) {
    return text.starts_with('[') && text.ends_with("] {") && !ReadNodeErrorLine(text).kind.empty();
  }

  // The first line of the error whose stack begins at at_: the nearest one that names an error.
  std::size_t FindHeader() const {
    const std::size_t floor = std::max(done_, at_ > kLookBack ? at_ - kLookBack : 0);
    for (std::size_t i = at_; i > floor; --i) {
      const std::string_view kind = ReadNodeErrorLine(lines_[i - 1].text).kind;
      if (IsErrorName(kind) || (i == at_ && !kind.empty() && kind != "Trace")) return i - 1;
    }
    return at_;
  }

  void ReadStack() {
    const std::size_t header = FindHeader();
    const bool nested = open_ && header < at_ && Indentation(lines_[header].text) > indentation_;
    if (nested) {
      frames_.NextSection();
    } else if (header < at_) {
      Start(header);
      SetMessage(header);
    }
    const bool counts = header < at_ && !found_.empty();
    bool opened = false;
    for (; at_ < lines_.size() && IsFrame(lines_[at_].text); ++at_) {
      if (!counts) continue;
      frames_.Add(NodeTreeFrame(lines_[at_].text));
      found_.back().end = lines_[at_].end;
      opened = lines_[at_].text.ends_with(" {");
    }
    if (!nested && counts) open_ = opened;
    done_ = at_;
  }

  void Start(std::size_t header) {
    Finish();
    const ExceptionLine error = ReadNodeErrorLine(lines_[header].text);
    Traceback one;
    one.kind = ValidText(error.kind, kNameBytes);
    std::string_view message = error.message;
    if (message.ends_with("] {")) message.remove_suffix(3);
    one.message = ValidText(message, kMessageBytes);
    one.begin = lines_[header].begin;
    one.end = lines_[header].end;
    found_.push_back(std::move(one));
    site_ = ThrowSite(header);
    indentation_ = Indentation(lines_[header].text);
    open_ = true;
    done_ = header + 1;
  }

  void SetMessage(std::size_t header) {
    std::string message = found_.back().message;
    for (std::size_t i = header + 1; i < at_ && message.size() < kMessageBytes; ++i) {
      message += "\n" + std::string(lines_[i].text);
    }
    found_.back().message = ValidText(Trim(message), kMessageBytes);
  }

  // Above an uncaught error stand the place that threw it ("path:12"), its source and a caret.
  std::optional<v1::Location> ThrowSite(std::size_t header) const {
    constexpr std::size_t kAbove = 6;
    bool caret = false;
    for (std::size_t i = header; i > 0 && header - i < kAbove; --i) {
      const std::string_view text = lines_[i - 1].text;
      const std::string_view trimmed = Trim(text);
      if (!trimmed.empty() && trimmed.find_first_not_of('^') == trimmed.npos) caret = true;
      const auto place = ReadPlace(text);
      if (caret && place.has_value() && text.find(' ') == text.npos) return TreeFrame(*place, "");
    }
    return std::nullopt;
  }

  // `throw "text"`: no error, no stack; the value is printed under its place.
  void ReadThrownValue() {
    if (at_ == 0) return;
    const std::size_t value = at_ - 1;
    Finish();
    Traceback one;
    one.kind = "uncaught";
    one.message = ValidText(lines_[value].text, kMessageBytes);
    one.begin = lines_[value].begin;
    one.end = lines_[value].end;
    found_.push_back(std::move(one));
    site_ = ThrowSite(value);
    done_ = at_;
  }

  void Finish() {
    if (!found_.empty() && found_.back().frames.empty()) {
      found_.back().frames = frames_.InnermostLast(false);
      // Only where the error's own stack has nothing of the tree: a syntax error, for one.
      if (found_.back().frames.empty() && site_.has_value()) {
        found_.back().frames.push_back(*site_);
      }
    }
    frames_ = FrameSections();
    site_.reset();
    open_ = false;
  }

  void MarkUncaught() {
    Finish();
    if (uncaught_) return;
    std::rotate(found_.begin(), found_.end() - 1, found_.end());
    uncaught_ = true;
    // What follows starts anew: the last found is not the one that is being read.
    done_ = at_;
  }

  std::span<const Line> lines_;
  std::size_t at_ = 0;
  std::size_t done_ = 0;  // lines before this belong to an error already
  std::vector<Traceback> found_;
  FrameSections frames_;
  std::optional<v1::Location> site_;
  std::size_t indentation_ = 0;
  bool open_ = false;  // inside of the braces of an error's properties
  bool uncaught_ = false;
};

}  // namespace

std::optional<NodeFrame> ReadNodeFrame(std::string_view text) {
  text = Trim(text);
  const bool marked = text.starts_with("at ");
  if (marked) text.remove_prefix(3);
  for (const std::string_view tail : {" {", ","}) {
    if (text.ends_with(tail)) text.remove_suffix(tail.size());
  }
  if (text.starts_with("async ")) text.remove_prefix(6);
  NodeFrame frame;
  frame.place = text;
  if (text.ends_with(')')) {
    const std::size_t open = text.rfind(" (");
    if (open == std::string_view::npos) return std::nullopt;
    frame.function = text.substr(0, open);
    frame.place = text.substr(open + 2, text.size() - open - 3);
    const std::size_t alias = frame.function.find(" [as ");
    if (alias != std::string_view::npos) frame.function = frame.function.substr(0, alias);
  }
  if (ReadPlace(frame.place).has_value()) return frame;
  if (!marked || !frame.place.starts_with('<')) return std::nullopt;
  frame.place = {};
  return frame;
}

std::optional<v1::Location> NodeTreeFrame(std::string_view text) {
  const auto frame = ReadNodeFrame(text);
  if (!frame.has_value() || frame->place.empty()) return std::nullopt;
  const auto place = ReadPlace(frame->place);
  return place.has_value() ? TreeFrame(*place, frame->function) : std::nullopt;
}

ExceptionLine ReadNodeErrorLine(std::string_view text) {
  text = Trim(text);
  for (const std::string_view before :
       {"Exception during run: ", "Uncaught ", "[cause]: ", "cause: ", "[errors]: ", "["}) {
    if (text.starts_with(before)) text.remove_prefix(before.size());
  }
  const std::size_t end = std::min(text.find_first_of(" :]"), text.size());
  ExceptionLine error{text.substr(0, end), {}};
  if (!IsIdentifier(error.kind) || error.kind.size() > kNameBytes) return {};
  text.remove_prefix(end);
  if (text.starts_with(" [")) {  // its code
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return {};
    text.remove_prefix(close + 1);
  }
  if (text.starts_with(": ")) {
    error.message = text.substr(2);
    return error;
  }
  if (text.empty() || text == ":" || text.starts_with("]")) {
    return IsErrorName(error.kind) ? error : ExceptionLine{};
  }
  return {};
}

std::vector<Traceback> ReadNodeErrors(std::span<const Line> lines) { return Reader(lines).Read(); }

}  // namespace inquest::formats
