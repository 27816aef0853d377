#include "runtime/formats/valgrind_output.h"

#include <optional>

#include "runtime/formats/source_frame.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kReportsLimit = 200;

// The text after "==1234== "; nullopt: the line is not valgrind's.
std::optional<std::string_view> AfterPid(std::string_view text) {
  if (!text.starts_with("==")) return std::nullopt;
  const Number pid = LeadingNumber(text.substr(2));
  if (pid.digits == 0 || !text.substr(2 + pid.digits).starts_with("==")) return std::nullopt;
  text.remove_prefix(4 + pid.digits);
  return text.starts_with(' ') ? text.substr(1) : text;
}

// "   at 0x109180: read(Node*) (uaf.cc:5)"
bool IsFrame(std::string_view text) {
  return text.starts_with("   at 0x") || text.starts_with("   by 0x");
}

std::optional<v1::Location> ReadFrame(std::string_view text) {
  const std::size_t colon = text.find(": ");
  const std::size_t open = text.rfind(" (");
  if (colon == std::string_view::npos || open == std::string_view::npos || open < colon + 2 ||
      !text.ends_with(')')) {
    return std::nullopt;
  }
  const auto place = ReadPlace(text.substr(open + 2, text.size() - open - 3));
  if (!place.has_value()) return std::nullopt;
  std::string_view function = text.substr(colon + 2, open - colon - 2);
  function = function.substr(0, function.find('(', 1));
  return TreeFrame(*place, function);
}

class Reader {
 public:
  std::vector<Traceback> Read(std::span<const Line> lines) {
    for (const Line& line : lines) {
      const auto text = AfterPid(line.text);
      if (text.has_value() && found_.size() < kReportsLimit) ReadLine(line, *text);
    }
    Close();
    return std::move(found_);
  }

 private:
  void ReadLine(const Line& line, std::string_view text) {
    if (Trim(text).empty()) {
      Close();
    } else if (IsFrame(text)) {
      stack_ = true;
      frames_.Add(ReadFrame(text));
      report_.end = line.end;
    } else if (!text.starts_with(' ')) {
      Close();
      report_.begin = line.begin;
      report_.end = line.end;
      title_ = text;
    } else if (stack_) {
      frames_.NextSection();
    }
  }

  void Close() {
    if (stack_ && title_.find("still reachable") == title_.npos) {
      const std::size_t record = title_.find(" in loss record ");
      report_.message = ValidText(WithoutAddresses(title_.substr(0, record)), kMessageBytes);
      report_.kind = record == title_.npos ? report_.message : "memory leak";
      report_.frames = frames_.InnermostLast(true);
      found_.push_back(std::move(report_));
    }
    report_ = Traceback();
    frames_ = FrameSections();
    title_ = {};
    stack_ = false;
  }

  std::vector<Traceback> found_;
  Traceback report_;
  FrameSections frames_;
  std::string_view title_;
  bool stack_ = false;
};

}  // namespace

std::vector<Traceback> ReadValgrindReports(std::span<const Line> lines) {
  return Reader().Read(lines);
}

}  // namespace inquest::formats
