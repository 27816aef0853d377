#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace inquest::cli {

enum class ColorChoice { kAuto, kAlways, kNever };

// auto, always or never; anything else is auto.
ColorChoice ColorChoiceOf(std::string_view word);

struct Surroundings {
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;
  std::string no_color{};        // NO_COLOR
  std::string clicolor_force{};  // CLICOLOR_FORCE, else FORCE_COLOR
  std::string term{};            // TERM
  bool ci = false;             // CI: plain lines, whatever the terminal
};

// May colours be written to a stream that is (or is not) a terminal? A flag wins over
// CLICOLOR_FORCE, that over NO_COLOR and TERM=dumb.
bool UseColor(ColorChoice choice, const Surroundings& surroundings, bool is_terminal);

enum class Tone { kPlain, kStrong, kGood, kBad, kFaint };

// stdout for data, stderr for all else. Thread-safe. Never throws, never dies of a closed pipe.
class Console {
 public:
  Console(ColorChoice choice, Surroundings surroundings);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Bytes to stdout as they are. False: nobody reads any more (say no more, quietly).
  bool Data(std::string_view bytes);
  // A line to stderr.
  void Note(std::string_view line);
  // The line that changes in place at the bottom of a terminal; nothing where there is none.
  void Live(std::string_view line);
  void ClearLive();
  // The message, what to do, and the stable id.
  void Error(const Status& status);

  // `text` in a tone, for stdout or stderr. Meaning is never carried by colour alone.
  std::string Out(Tone tone, std::string_view text) const;
  std::string Err(Tone tone, std::string_view text) const;

  bool stdout_is_terminal() const { return surroundings_.stdout_is_terminal; }
  bool live() const { return live_allowed_; }

 private:
  void EraseLive();

  const Surroundings surroundings_;
  const bool color_out_;
  const bool color_err_;
  const bool live_allowed_;
  std::mutex mutex_;
  bool live_shown_ = false;
};

// Of this process.
Surroundings FindSurroundings();

}  // namespace inquest::cli
