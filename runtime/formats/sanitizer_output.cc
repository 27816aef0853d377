#include "runtime/formats/sanitizer_output.h"

#include <optional>
#include <string>

#include "runtime/formats/source_frame.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kReportsLimit = 200;
constexpr std::size_t kReportLines = 2000;
constexpr std::string_view kRuntimeError = ": runtime error: ";
constexpr std::string_view kLeaks = "LeakSanitizer: detected memory leaks";

struct StackLine {
  std::string_view function;
  std::optional<SourcePlace> place;
};

// "    #0 0x55b63c4d01e6 in read(Node*) /workspace/uaf.cc:5", or without the address (TSan).
std::optional<StackLine> ReadStackLine(std::string_view text) {
  text = Trim(text);
  if (!text.starts_with('#')) return std::nullopt;
  const Number number = LeadingNumber(text.substr(1));
  if (number.digits == 0 || !text.substr(1 + number.digits).starts_with(' ')) return std::nullopt;
  text = Trim(text.substr(1 + number.digits));
  if (text.starts_with("0x")) {
    const std::size_t in = text.find(" in ");
    if (in == std::string_view::npos) return StackLine{};
    text = text.substr(in + 4);
  }
  // The module that TSan and clang add.
  if (text.ends_with(')')) {
    const std::size_t module = text.rfind(" (");
    if (module != std::string_view::npos && module > 0) text = text.substr(0, module);
  }
  StackLine line;
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return line;
  line.place = ReadPlace(text.substr(space + 1));
  line.function = text.substr(0, space);
  const std::size_t arguments = line.function.find('(', 1);
  if (arguments != std::string_view::npos && !line.function.starts_with('(')) {
    line.function = line.function.substr(0, arguments);
  }
  return line;
}

// X of "ERROR: AddressSanitizer: X on address ...", or of the SUMMARY; empty: the line has none.
std::string_view BugOf(std::string_view text, std::string_view before) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text = text.substr(at + before.size());
  const std::size_t tool = text.find("Sanitizer: ");
  if (tool == std::string_view::npos || tool > 20) return {};
  text = text.substr(tool + 11);
  for (const std::string_view after : {" on ", " (pid=", " /", ": ", " (/", " 0x"}) {
    text = text.substr(0, text.find(after));
  }
  return text;
}

class Reader {
 public:
  explicit Reader(std::span<const Line> lines) : lines_(lines) {}

  std::vector<Traceback> Read() {
    for (at_ = 0; at_ < lines_.size() && found_.size() < kReportsLimit;) {
      const std::string_view text = lines_[at_].text;
      if (text.find(kLeaks) != text.npos) {
        leaks_ = true;
        ++at_;
      } else if (leaks_ && (text.starts_with("Direct leak of ") || text.starts_with("Indirect "))) {
        ReadLeak();
      } else if (text.find("Sanitizer: ") != text.npos && IsStart(text)) {
        ReadReport();
      } else if (text.find(kRuntimeError) != text.npos) {
        ReadRuntimeError();
      } else {
        ++at_;
      }
    }
    return std::move(found_);
  }

 private:
  static bool IsStart(std::string_view text) {
    return !BugOf(text, "ERROR: ").empty() || !BugOf(text, "WARNING: ").empty();
  }

  Traceback Begin() const {
    Traceback report;
    report.begin = lines_[at_].begin;
    report.end = lines_[at_].end;
    return report;
  }

  // Reads stack lines until the first other line.
  void ReadStack(FrameSections& frames, Traceback& report) {
    for (; at_ < lines_.size(); ++at_) {
      const auto line = ReadStackLine(lines_[at_].text);
      if (!line.has_value()) return;
      if (line->place.has_value()) frames.Add(TreeFrame(*line->place, line->function));
      report.end = lines_[at_].end;
    }
  }

  void ReadLeak() {
    Traceback report = Begin();
    report.kind = "memory leak";
    std::string_view message = lines_[at_].text;
    message = message.substr(0, message.find(" allocated from"));
    report.message = ValidText(message, kMessageBytes);
    FrameSections frames;
    ++at_;
    ReadStack(frames, report);
    report.frames = frames.InnermostLast(true);
    found_.push_back(std::move(report));
  }

  void ReadReport() {
    Traceback report = Begin();
    std::string_view bug = BugOf(lines_[at_].text, "ERROR: ");
    if (bug.empty()) bug = BugOf(lines_[at_].text, "WARNING: ");
    report.kind = ValidText(Trim(bug), kNameBytes);
    FrameSections frames;
    ++at_;
    bool creation = false;
    for (std::size_t read = 0; at_ < lines_.size() && read < kReportLines; ++read) {
      const std::string_view text = lines_[at_].text;
      if (ReadStackLine(text).has_value()) {
        FrameSections aside;  // who started a thread explains nothing of a data race
        ReadStack(creation ? aside : frames, report);
        continue;
      }
      if (text.find("Sanitizer: ") != text.npos) {
        if (IsStart(text)) break;
        const std::string_view summary = BugOf(text, "SUMMARY: ");
        report.end = lines_[at_].end;
        if (!summary.empty()) report.kind = ValidText(Trim(summary), kNameBytes);
        ++at_;
        break;
      }
      if (!Trim(text).empty()) {
        frames.NextSection();
        creation = text.find(" created by ") != text.npos;
        const std::size_t address = text.find(" at 0x");
        if (report.message.empty() && address != text.npos) {
          report.message = ValidText(Trim(text.substr(0, address)), kMessageBytes);
        }
      }
      ++at_;
    }
    if (report.message.empty()) report.message = report.kind;
    report.frames = frames.InnermostLast(true);
    found_.push_back(std::move(report));
  }

  // "ub.cc:2:43: runtime error: signed integer overflow: ...", and a stack if it was asked for.
  void ReadRuntimeError() {
    constexpr std::size_t kNoteLines = 4;  // "note: pointer points here", bytes, caret
    Traceback report = Begin();
    const std::string_view text = lines_[at_].text;
    const std::size_t colon = text.find(kRuntimeError);
    const auto place = ReadPlace(text.substr(0, colon));
    ++at_;
    if (!place.has_value()) return;
    report.kind = "runtime error";
    report.message =
        ValidText(WithoutAddresses(text.substr(colon + kRuntimeError.size())), kMessageBytes);
    FrameSections frames;
    for (std::size_t i = at_; i < lines_.size() && i < at_ + kNoteLines; ++i) {
      if (lines_[i].text.find(kRuntimeError) != std::string_view::npos) break;
      if (!ReadStackLine(lines_[i].text).has_value()) continue;
      at_ = i;
      ReadStack(frames, report);
      break;
    }
    report.frames = frames.InnermostLast(true);
    if (report.frames.empty()) {
      if (auto frame = TreeFrame(*place, "")) report.frames.push_back(*std::move(frame));
    }
    found_.push_back(std::move(report));
  }

  std::span<const Line> lines_;
  std::size_t at_ = 0;
  bool leaks_ = false;
  std::vector<Traceback> found_;
};

}  // namespace

std::vector<Traceback> ReadSanitizerReports(std::span<const Line> lines) {
  return Reader(lines).Read();
}

}  // namespace inquest::formats
