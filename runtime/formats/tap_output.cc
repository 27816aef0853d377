#include "runtime/formats/tap_output.h"

#include <algorithm>
#include <string>

#include "runtime/formats/node_stack.h"
#include "runtime/formats/source_frame.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kIndent = 4;

struct Result {
  bool ok = false;
  bool numbered = false;
  bool dashed = false;   // "ok 1 - name": how node names tests; tape names assertions, without it
  bool excused = false;  // by a directive: skipped, or not expected to pass yet
  std::string_view name;
};

// "SKIP why", "todo"
bool IsDirective(std::string_view text) {
  std::string word(text.substr(0, 4));
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return word == "skip" || word == "todo";
}

// "not ok 2 - name # SKIP why"
bool ReadResult(std::string_view text, Result& result) {
  result.ok = text.starts_with("ok");
  if (!result.ok && !text.starts_with("not ok")) return false;
  text.remove_prefix(result.ok ? 2 : 6);
  if (!text.empty() && text[0] != ' ') return false;
  text = Trim(text);
  const Number number = LeadingNumber(text);
  result.numbered = number.digits > 0;
  text = Trim(text.substr(number.digits));
  result.dashed = text.starts_with("- ");
  if (result.dashed) text.remove_prefix(2);
  const std::size_t comment = text.rfind(" # ");
  if (comment != text.npos && IsDirective(text.substr(comment + 3))) {
    result.excused = true;
    text = text.substr(0, comment);
  }
  result.name = WithoutRoot(WithoutDuration(text));
  return true;
}

bool IsPlan(std::string_view text) {
  if (!text.starts_with("1..")) return false;
  return LeadingNumber(text.substr(3)).digits > 0;
}

std::string_view Unquoted(std::string_view value) {
  value = Trim(value);
  const bool quoted = value.size() > 1 && (value[0] == '\'' || value[0] == '"');
  return quoted && value.back() == value[0] ? value.substr(1, value.size() - 2) : value;
}

// What a result's YAML block says.
struct Diagnostic {
  std::string error;
  std::string_view name;
  std::string_view type;
  std::string_view failure_type;
  std::string_view op;
  std::string_view place;
  std::string_view expected;
  std::string_view actual;
  FrameSections frames;
};

void SetField(std::string_view key, std::string_view value, Diagnostic& about) {
  if (key == "error" || key == "message") about.error = value;
  if (key == "name") about.name = value;
  if (key == "type") about.type = value;
  if (key == "failureType") about.failure_type = value;
  if (key == "operator") about.op = value;
  if (key == "expected") about.expected = value;
  if (key == "actual") about.actual = value;
  if (key == "location" || key == "at") about.place = value;
}

// The lines between "---" and "...": keys of one level, and blocks of text under some of them.
Diagnostic ReadDiagnostic(std::span<const Line> lines) {
  Diagnostic about;
  std::string_view block;
  std::size_t level = std::string_view::npos;
  for (const Line& line : lines) {
    const std::string_view trimmed = Trim(line.text);
    if (trimmed.empty() || trimmed == "---" || trimmed == "...") continue;
    const std::size_t indentation = Indentation(line.text);
    level = std::min(level, indentation);
    std::string_view text = line.text.substr(indentation);
    if (indentation > level) {
      if (block == "stack") about.frames.Add(NodeTreeFrame(text));
      if ((block == "error" || block == "message") && about.error.size() < kMessageBytes) {
        about.error += (about.error.empty() ? "" : "\n") + std::string(text);
      }
      continue;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) continue;
    block = text.substr(0, colon);
    const std::string_view value = Trim(text.substr(colon + 1));
    const bool opens = value.starts_with("|") || value.starts_with(">");
    if (!opens) SetField(block, Unquoted(value), about);
    if (!opens && block == "stack") about.frames.Add(NodeTreeFrame(Unquoted(value)));
  }
  return about;
}

class Reader {
 public:
  Reader(const Stream& stream, std::span<const Line> lines) : stream_(stream), lines_(lines) {}

  v1::RunReading Read() {
    while (at_ < lines_.size()) ReadLine();
    if (!version_ && !(plan_ && results_ > 0) && !failed_) return {};
    if (results_ == 0 && !plan_ && group_.empty()) return {};
    // The program died in a test of tape's before its first assertion.
    if (!group_.empty() && !group_has_result_ && !counts_) {
      AddFailure(group_, stream_, group_line_.begin, group_line_.end, reading_);
    }
    reading_.set_format("tap");
    if (plan_ && results_ == 0 && reading_.failures().empty()) {
      reading_.set_not_started_because(
          "no test ran (an empty TAP plan): name the file or folder of the tests");
    }
    return std::move(reading_);
  }

 private:
  void ReadLine() {
    const Line& line = lines_[at_++];
    const std::size_t indentation = Indentation(line.text);
    const std::size_t depth = indentation / kIndent;
    const std::string_view text = line.text.substr(indentation);
    if (text.starts_with("TAP version ")) version_ = true;
    if (text.starts_with("# ")) ReadComment(line, depth, text.substr(2));
    if (IsPlan(text)) plan_ = true;
    Result result;
    if (ReadResult(text, result)) ReadTest(line, depth, result);
    if (text.starts_with("Bail out!")) {
      v1::Failure* failure = AddFailure("", stream_, line.begin, line.end, reading_);
      if (failure != nullptr) failure->set_kind("bail out");
      if (failure != nullptr) failure->set_message(ValidText(text, kMessageBytes));
    }
  }

  void ReadComment(const Line& line, std::size_t depth, std::string_view text) {
    constexpr std::string_view kSubtest = "Subtest: ";
    comments_.push_back({text, line.begin, line.end});
    if (text.starts_with(kSubtest)) {
      names_.Set(depth, WithoutRoot(Trim(text.substr(kSubtest.size()))));
      nested_ = true;
    } else if (text.starts_with("tests ") && LeadingNumber(text.substr(6)).digits > 0) {
      counts_ = true;
    } else if (depth == 0 && !nested_ && !counts_) {
      group_ = Trim(text);
      group_line_ = line;
      group_has_result_ = false;
    }
  }

  void ReadTest(const Line& line, std::size_t depth, const Result& result) {
    ++results_;
    group_has_result_ = true;
    const bool grouped = !result.dashed && !group_.empty() && !counts_;
    const std::string id =
        grouped ? ValidText(std::string(group_) + " > " + std::string(result.name), kNameBytes)
                : names_.Of(depth, result.name);
    const std::size_t body = at_;
    const bool yaml = SkipBody(Indentation(line.text));
    if (result.excused) {
      AddTest(id, reading_.mutable_skipped_tests());
    } else if (result.ok) {
      AddTest(id, reading_.mutable_passed_tests());
    } else {
      failed_ = failed_ || result.numbered;
      AddFailing(id, line, lines_.subspan(body, at_ - body), yaml);
    }
    comments_.clear();
  }

  // The lines that belong to a result: a YAML block, or (mocha) what is indented under it. True: it
  // is YAML.
  bool SkipBody(std::size_t indentation) {
    const auto deeper = [&] {
      return at_ < lines_.size() &&
             (Trim(lines_[at_].text).empty() || Indentation(lines_[at_].text) > indentation);
    };
    const bool yaml = deeper() && Trim(lines_[at_].text) == "---";
    while (deeper()) {
      const std::string_view text = Trim(lines_[at_].text);
      Result nested;
      if (!yaml && (ReadResult(text, nested) || text.starts_with("# "))) break;
      ++at_;
      if (yaml && text == "...") break;
    }
    return yaml;
  }

  void AddFailing(const std::string& id, const Line& line, std::span<const Line> body, bool yaml) {
    const std::size_t end = body.empty() ? line.end : body.back().end;
    if (!yaml) {
      v1::Failure* failure = AddFailure(id, stream_, line.begin, end, reading_);
      const auto errors = ReadNodeErrors(body);
      if (failure != nullptr && !errors.empty()) Describe(errors.front(), *failure);
      return;
    }
    const Diagnostic about = ReadDiagnostic(body);
    if (about.failure_type == "subtestsFailed") return;
    v1::Failure* failure = AddFailure(id, stream_, line.begin, end, reading_);
    if (failure == nullptr) return;
    // A file whose program failed outside of its tests: node quotes what it printed before.
    if (about.error == "test failed") {
      const auto errors = ReadNodeErrors(comments_);
      if (!errors.empty()) return Describe(errors.front(), *failure);
    }
    const std::string_view kind = !about.name.empty() ? about.name
                                  : !about.op.empty() ? about.op
                                                      : about.failure_type;
    failure->set_kind(ValidText(kind, kNameBytes));
    std::string message = about.error;
    if (message.empty() && !about.expected.empty()) {
      message = "expected " + std::string(about.expected) + ", actual " + std::string(about.actual);
    }
    failure->set_message(ValidText(message, kMessageBytes));
    std::vector<v1::Location> frames = about.frames.InnermostLast(true);
    if (frames.empty()) {
      if (auto frame = NodeTreeFrame(about.place)) frames.push_back(*std::move(frame));
    }
    for (const v1::Location& frame : frames) *failure->add_frames() = frame;
  }

  const Stream& stream_;
  const std::span<const Line> lines_;
  std::size_t at_ = 0;
  v1::RunReading reading_;
  SuiteNames names_;
  std::vector<Line> comments_;  // since the last result
  std::string_view group_;
  Line group_line_;
  bool group_has_result_ = false;
  bool nested_ = false;
  bool counts_ = false;
  bool version_ = false;
  bool plan_ = false;
  bool failed_ = false;
  std::size_t results_ = 0;
};

}  // namespace

v1::RunReading ReadTap(const Stream& stream, std::span<const Line> lines) {
  return Reader(stream, lines).Read();
}

}  // namespace inquest::formats
