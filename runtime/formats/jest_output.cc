#include "runtime/formats/jest_output.h"

#include <set>
#include <string>

#include "runtime/formats/node_stack.h"
#include "runtime/formats/source_frame.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

constexpr std::string_view kBlock = "  ● ";

// "a › b › c" as an id.
std::string Joined(std::string_view title) {
  constexpr std::string_view kBetween = " › ";
  std::string id;
  for (std::size_t at = title.find(kBetween); at != title.npos; at = title.find(kBetween)) {
    id += std::string(title.substr(0, at)) + " > ";
    title.remove_prefix(at + kBetween.size());
  }
  return id + std::string(title);
}

class Reader {
 public:
  Reader(const Stream& stream, std::span<const Line> lines) : stream_(stream), lines_(lines) {}

  v1::RunReading Read() {
    while (at_ < lines_.size()) ReadLine();
    CloseFile();
    if (!summary_) return {};
    reading_.set_format("jest");
    return std::move(reading_);
  }

 private:
  void ReadLine() {
    const Line& line = lines_[at_++];
    const std::string_view text = line.text;
    if (text.starts_with("PASS ") || text.starts_with("FAIL ")) {
      CloseFile();
      file_ = WithoutDuration(text.substr(5));
      passes_ = text[0] == 'P';
      listed_ = false;
      tree_ = true;
    } else if (text.starts_with("Test Suites: ")) {
      CloseFile();
      summary_ = true;
    } else if (text.starts_with(kBlock)) {
      tree_ = false;
      ReadBlock(line, Trim(text.substr(kBlock.size())));
    } else if (tree_ && Indentation(text) >= 2) {
      ReadTreeLine(text);
    }
  }

  // The tree of --verbose, two spaces a level.
  void ReadTreeLine(std::string_view text) {
    const std::size_t depth = Indentation(text) / 2 - 1;
    if (const auto passed = AfterMark(text, "✓ "); !passed.empty()) {
      listed_ = true;
      AddTest(Id(names_.Of(depth, WithoutDuration(passed))), reading_.mutable_passed_tests());
    } else if (auto skipped = AfterMark(text, "○ "); !skipped.empty()) {
      if (skipped.starts_with("skipped ")) skipped.remove_prefix(8);
      AddTest(Id(names_.Of(depth, WithoutDuration(skipped))), reading_.mutable_skipped_tests());
    } else if (AfterMark(text, "✕ ").empty() && !Trim(text).empty()) {
      names_.Set(depth, Trim(text));
    }
  }

  std::string Id(const std::string& name) const { return std::string(file_) + " > " + name; }

  void CloseFile() {
    if (!file_.empty() && passes_ && !listed_) AddTest(file_, reading_.mutable_passed_tests());
    file_ = {};
    tree_ = false;
    names_ = SuiteNames();
  }

  void ReadBlock(const Line& title, std::string_view name) {
    const std::size_t first = at_;
    std::size_t last = at_;
    for (; at_ < lines_.size(); ++at_) {
      const std::string_view text = lines_[at_].text;
      if (Trim(text).empty()) continue;
      if (Indentation(text) < 4) break;
      last = at_ + 1;
    }
    if (name == "Console" || file_.empty()) return;
    const bool whole_file = name == "Test suite failed to run";
    const std::string id = whole_file ? std::string(file_) : Id(Joined(name));
    if (!seen_.insert(id).second) return;  // long runs repeat their failures at the end
    const auto body = lines_.subspan(first, last - first);
    const std::size_t end = body.empty() ? title.end : body.back().end;
    v1::Failure* failure = AddFailure(id, stream_, title.begin, end, reading_);
    if (failure != nullptr) DescribeBy(body, *failure);
  }

  // The message up to the first quoted source ("> 3 | code"), then "at" lines.
  static void DescribeBy(std::span<const Line> body, v1::Failure& failure) {
    std::string message;
    FrameSections frames;
    bool told = false;
    for (const Line& line : body) {
      const std::string_view text = Trim(line.text);
      if (text.starts_with("at ")) {
        frames.Add(NodeTreeFrame(text));
        told = true;
      }
      const std::size_t bar = text.find('|');
      const bool source = bar != text.npos && text.find_first_not_of("> 0123456789") == bar;
      told = told || source;
      if (told || text.empty() || message.size() > kMessageBytes) continue;
      message += (message.empty() ? "" : "\n") + std::string(text);
    }
    const std::string_view first = std::string_view(message).substr(0, message.find('\n'));
    const ExceptionLine error = ReadNodeErrorLine(first);
    const bool matcher = first.starts_with("expect(");
    failure.set_kind(matcher ? "JestAssertionError" : ValidText(error.kind, kNameBytes));
    if (!error.kind.empty()) message = std::string(error.message) + message.substr(first.size());
    failure.set_message(ValidText(message, kMessageBytes));
    for (const v1::Location& frame : frames.InnermostLast(true)) *failure.add_frames() = frame;
  }

  const Stream& stream_;
  const std::span<const Line> lines_;
  std::size_t at_ = 0;
  v1::RunReading reading_;
  SuiteNames names_;
  std::set<std::string> seen_;
  std::string_view file_;
  bool passes_ = false;
  bool listed_ = false;
  bool tree_ = false;
  bool summary_ = false;
};

}  // namespace

v1::RunReading ReadJest(const Stream& stream, std::span<const Line> lines) {
  return Reader(stream, lines).Read();
}

}  // namespace inquest::formats
