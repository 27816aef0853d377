#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

// Runs a program again: with limits, and with a place of its own to write in.
namespace inquest::inputs {

struct Input {
  std::vector<std::string> arguments;  // argv[0] first
  std::string text;                    // standard input
  bool operator<(const Input& other) const {
    return std::tie(arguments, text) < std::tie(other.arguments, other.text);
  }
};

// What a program with woven tests is asked for, beside its input (literals.c).
struct Wishes {
  bool literals = false;  // those that are met
  bool notes = false;     // what the test looked at
  std::string vary;       // $INQUEST_VARY; empty: nothing
};

struct Ending {
  int status = 0;  // as of waitpid
  std::string output;
  std::string literals;
  std::string notes;
  bool operator==(const Ending& other) const {
    return std::tie(status, output, literals, notes) ==
           std::tie(other.status, other.output, other.literals, other.notes);
  }
};

// nullopt: it did not end in time, or said too much.
std::optional<Ending> RunAgain(const std::string& executable, const Input& input,
                               const Wishes& wishes);

// A folder for the runs: a copy of where the process is, so that what they write meets nobody. The
// process is in it from then on.
class Place {
 public:
  Place();
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool complete() const { return complete_; }

 private:
  std::string path_;
  bool made_ = false;
  bool complete_ = false;
};

// The variable, or what it is otherwise.
std::string Variable(const char* name, const char* otherwise);

}  // namespace inquest::inputs
