#include "runtime/cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "runtime/base/file.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/errors.h"
#include "runtime/cli/paths.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kNarrowest = 20;
constexpr std::size_t kUsualWidth = 80;

std::string_view Sequence(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kStrong:
      return "\x1b[1m";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kBad:
      return "\x1b[31m";
    case Tone::kFaint:
      return "\x1b[2m";
  }
  return "";
}

std::string Toned(bool color, Tone tone, std::string_view text) {
  const std::string_view begin = Sequence(tone);
  if (!color || begin.empty()) return std::string(text);
  return std::string(begin) + std::string(text) + "\x1b[0m";
}

std::size_t TerminalWidth() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
  return std::max<std::size_t>(size.ws_col, kNarrowest);
}

// A reader that left is no error of ours.
bool Write(int fd, std::string_view bytes) { return WriteAll(fd, bytes).ok(); }

}  // namespace

ColorChoice ColorChoiceOf(std::string_view word) {
  if (word == "always") return ColorChoice::kAlways;
  return word == "never" ? ColorChoice::kNever : ColorChoice::kAuto;
}

bool UseColor(ColorChoice choice, const Surroundings& surroundings, bool is_terminal) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  const std::string& force = surroundings.clicolor_force;
  if (!force.empty() && force != "0") return true;
  if (!surroundings.no_color.empty() || surroundings.term == "dumb") return false;
  return is_terminal;
}

Surroundings FindSurroundings() {
  Surroundings surroundings;
  surroundings.stdout_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  surroundings.stderr_is_terminal = ::isatty(STDERR_FILENO) == 1;
  surroundings.no_color = FromProcessEnvironment("NO_COLOR");
  surroundings.clicolor_force = FromProcessEnvironment("CLICOLOR_FORCE");
  if (surroundings.clicolor_force.empty()) {
    surroundings.clicolor_force = FromProcessEnvironment("FORCE_COLOR");
  }
  surroundings.term = FromProcessEnvironment("TERM");
  const std::string ci = FromProcessEnvironment("CI");
  surroundings.ci = !ci.empty() && ci != "0" && ci != "false";
  return surroundings;
}

Console::Console(ColorChoice choice, Surroundings surroundings)
    : surroundings_(std::move(surroundings)),
      color_out_(UseColor(choice, surroundings_, surroundings_.stdout_is_terminal)),
      color_err_(UseColor(choice, surroundings_, surroundings_.stderr_is_terminal)),
      live_allowed_(surroundings_.stderr_is_terminal && surroundings_.term != "dumb" &&
                    !surroundings_.ci) {}

Console::~Console() { ClearLive(); }

bool Console::Data(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  EraseLive();
  return Write(STDOUT_FILENO, bytes);
}

void Console::Note(std::string_view line) {
  const std::lock_guard lock(mutex_);
  EraseLive();
  Write(STDERR_FILENO, std::string(line) + "\n");
}

void Console::Live(std::string_view line) {
  if (!live_allowed_) return;
  const std::lock_guard lock(mutex_);
  EraseLive();
  Write(STDERR_FILENO, OneLine(line, TerminalWidth() - 4));
  live_shown_ = true;
}

void Console::ClearLive() {
  const std::lock_guard lock(mutex_);
  EraseLive();
}

void Console::EraseLive() {
  if (!live_shown_) return;
  Write(STDERR_FILENO, "\r\x1b[K");
  live_shown_ = false;
}

void Console::Error(const Status& status) {
  std::string text = Err(Tone::kBad, "error:") + " " + ForTerminal(status.message());
  const std::string hint = HintFor(status.reason());
  if (!hint.empty()) text += "\n  what to do: " + hint;
  text += "\n  id: " + ForTerminal(status.reason());
  Note(text);
}

std::string Console::Out(Tone tone, std::string_view text) const {
  return Toned(color_out_, tone, text);
}
std::string Console::Err(Tone tone, std::string_view text) const {
  return Toned(color_err_, tone, text);
}

}  // namespace inquest::cli
