// Run by a process at its end (inputs.c): runs its program again with the same arguments and
// standard input, and with mutations of them, each twice; where the program holds woven tests
// (weave.cc), also with other literals in them. Appends what it answers to
// $INQUEST_OUT/answers.jsonl, as python's instrument describes it. argv: the executable, then the
// arguments with argv[0].
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mutations.h"
#include "reruns.h"

namespace inquest::inputs {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Of one process for each kind of question, and of all processes of the run together (in 10 ms).
constexpr milliseconds kProcessLimit{1500};
constexpr milliseconds kLiteralsTime{2500};
constexpr std::uintmax_t kSpentLimit = 900;
constexpr std::size_t kShownBytes = 600;
constexpr std::size_t kLabelBytes = 2000;
constexpr std::size_t kSourcesLimit = 3000;
constexpr std::size_t kLiteralsLimit = 400;
constexpr std::size_t kOthersLimit = 30;
constexpr std::uintmax_t kSourceBytes = 1U << 20U;
constexpr char kEnd = '\x1f';  // as literals.c has it

// FNV-1a: tells texts apart, no more.
std::string Digest(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return digits.data();
}

// As a shell would read it, in ASCII.
std::string Quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text.substr(0, kShownBytes)) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\'' || c == '\\') {
      out += std::string("\\") + c;
    } else if (c < ' ' || c > '~') {
      std::array<char, 5> code{};
      std::snprintf(code.data(), code.size(), "\\x%02x", static_cast<unsigned char>(c));
      out += code.data();
    } else {
      out += c;
    }
  }
  out += "'";
  if (text.size() > kShownBytes) out += "... (" + Digest(text) + ")";
  return out;
}

std::string Json(const std::string& ascii) {
  std::string out = "\"";
  for (const char c : ascii) {
    if (c == '"' || c == '\\') out += '\\';
    out += (c < ' ' || c > '~') ? '?' : c;
  }
  return out + "\"";
}

void Append(const std::string& path, const std::string& text) {
  const int out = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (out < 0) return;
  if (::write(out, text.data(), text.size()) < 0) std::perror("answers");
  ::close(out);
}

// Once a run: every source's digest. Which functions ran is not known, so each input counts.
std::string Functions(const std::string& root) {
  std::string records;
  std::size_t sources = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; !error && it != end;
       it.increment(error)) {
    static const std::set<std::string> kEndings = {".c", ".cc", ".cpp", ".cxx", ".C",
                                                   ".h", ".hh", ".hpp", ".hxx", ".inl"};
    if (it->path().filename() == ".git") it.disable_recursion_pending();
    if (!kEndings.contains(it->path().extension()) || !it->is_regular_file(error)) continue;
    if (it->file_size(error) > kSourceBytes || ++sources > kSourcesLimit) continue;
    std::ifstream in(it->path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    records += "{\"function\":" + Json(it->path().lexically_relative(root)) + ",\"code\":\"" +
               Digest(text) + "\",\"import\":true}\n";
  }
  return records;
}

std::string Label(const std::string& program, const Input& input) {
  std::string label = program;
  for (std::size_t i = 1; i < input.arguments.size(); ++i) {
    const bool plain = !input.arguments[i].empty() &&
                       input.arguments[i].find_first_of(" \t\n'\"\\$*?;&|<>") == std::string::npos;
    label += " " + (plain ? input.arguments[i] : Quoted(input.arguments[i]));
  }
  if (!input.text.empty()) label += " <<< " + Quoted(input.text);
  if (label.size() > kLabelBytes) label = label.substr(0, kLabelBytes) + "... " + Digest(label);
  return label;
}

// {"input": ...} of answers.jsonl.
std::string Record(const std::string& label, const std::string& answer, bool own) {
  return "{\"input\":" + Json(label) + ",\"answer\":" + Json(answer) +
         ",\"own\":" + (own ? "true" : "false") + ",\"ran\":[]}\n";
}

std::string AnswerOf(const Ending& ending) {
  const std::string how = WIFEXITED(ending.status)
                              ? "exit " + std::to_string(WEXITSTATUS(ending.status))
                              : "signal " + std::to_string(WTERMSIG(ending.status));
  return how + "; prints " + Quoted(ending.output);
}

// A literal that a test met.
struct Met {
  char kind = 0;
  std::string value;
  std::string before;
  std::string after;
};

std::vector<Met> ReadLiterals(const std::string& records) {
  std::vector<Met> literals;
  std::set<std::string> seen;
  for (std::size_t at = 0; at < records.size() && literals.size() < kLiteralsLimit;) {
    std::array<std::string, 3> parts;
    const std::size_t begin = at;
    for (std::string& part : parts) {
      const std::size_t end = records.find(kEnd, at);
      if (end == records.npos) return literals;
      part = records.substr(at, end - at);
      at = end + 1;
    }
    if (!seen.insert(records.substr(begin, at - begin)).second || parts[0].empty()) continue;
    literals.push_back({parts[0][0], parts[0].substr(1), parts[1], parts[2]});
  }
  return literals;
}

// As the source would have it.
std::string Shown(char kind, const std::string& value) {
  if (kind == 't') return "\"" + value + "\"";
  if (kind == 'b') return value == "0" ? "false" : "true";
  if (kind != 'c' || value.size() > 3) return value;
  const int code = std::stoi(value);
  return code >= ' ' && code <= '~' ? std::string("'") + static_cast<char>(code) + "'" : value;
}

// What the test looked at. How the program ended says what the test makes of it, but for a crash.
std::string NotesOf(const Ending& ending) {
  std::string answer = ending.notes;
  while (!answer.empty() && answer.back() == ' ') answer.pop_back();
  answer = "gives " + Quoted(answer);
  const int number = WIFSIGNALED(ending.status) ? WTERMSIG(ending.status) : 0;
  if (number != 0 && number != SIGABRT) answer += ", then signal " + std::to_string(number);
  return answer;
}

// The tests of the program with other literals: of each the likeliest first, so that the time is
// shared by all.
std::string AnswersToOtherLiterals(const std::string& executable, const Input& own,
                                   const std::vector<Met>& literals) {
  const auto begin = Clock::now();
  // Where no test has a negative number, none may be meant.
  const bool with_negative = std::any_of(literals.begin(), literals.end(), [](const Met& literal) {
    return literal.value.starts_with("-") || literal.before.ends_with("-");
  });
  std::string records;
  for (std::size_t turn = 0; turn < kOthersLimit; ++turn) {
    for (const Met& literal : literals) {
      if (Clock::now() - begin > kLiteralsTime) return records;
      const std::vector<std::string> others =
          OtherLiterals(literal.kind, literal.value, with_negative);
      if (turn >= others.size()) continue;
      const std::string& other = others[turn];
      const Wishes wishes{.literals = false,
                          .notes = true,
                          .vary = other + kEnd + literal.before + kEnd + literal.after};
      const auto ending = RunAgain(executable, own, wishes);
      if (!ending || ending != RunAgain(executable, own, wishes)) continue;
      records += Record(literal.before + Shown(literal.kind, other) + literal.after +
                            " instead of " + Shown(literal.kind, literal.value),
                        NotesOf(*ending), false);
    }
  }
  return records;
}

// `inputs`: the program's own first.
std::string AnswersTo(const std::vector<Input>& inputs, const std::string& executable,
                      const std::string& program) {
  const auto begin = Clock::now();
  std::string records;
  bool first = true;
  for (const Input& input : inputs) {
    if (Clock::now() - begin > kProcessLimit) break;
    const auto ending = RunAgain(executable, input, {});
    if (ending && ending == RunAgain(executable, input, {})) {
      records += Record(Label(program, input), AnswerOf(*ending), first);
    }
    first = false;
  }
  return records;
}

int Replay(int count, char** words) {
  const std::string executable = words[1];
  const std::string root = Variable("INQUEST_WORKSPACE", "/workspace");
  const std::string out = Variable("INQUEST_OUT", "") + "/answers.jsonl";
  if (executable.rfind(root + "/", 0) != 0 || executable.find("CMakeFiles/") != executable.npos ||
      fs::path(executable).filename() == "conftest") {
    return 0;
  }
  ::alarm(0);  // it has limits of its own
  const std::string spent = Variable("TMPDIR", "/tmp") + "/.inquest-replay-spent";
  std::error_code absent;
  const auto so_far = fs::file_size(spent, absent);
  if (!absent && so_far > kSpentLimit) return 0;
  if (absent) Append(out, Functions(root));
  const auto begin = Clock::now();
  const Input own{std::vector<std::string>(words + 2, words + count),
                  std::string((std::istreambuf_iterator<char>(std::cin)), {})};
  const Place place;
  if (place.complete()) {
    const auto met = RunAgain(executable, own, {.literals = true, .notes = true, .vary = {}});
    const bool is_test = met && !met->notes.empty();
    if (is_test) {
      Append(out, AnswersToOtherLiterals(executable, own, ReadLiterals(met->literals)));
    }
    // Other arguments than its own choose among the tests of a program, and ask nothing else.
    const bool only_own = is_test && own.text.empty();
    const std::vector<Input> inputs = only_own ? std::vector<Input>{own} : MutatedInputs(own);
    Append(out, AnswersTo(inputs, executable, executable.substr(root.size() + 1)));
  }
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin).count();
  Append(spent, std::string(static_cast<std::size_t>(took / 10 + 1), '.'));
  return 0;
}

}  // namespace
}  // namespace inquest::inputs

int main(int count, char** words) { return count < 3 ? 2 : inquest::inputs::Replay(count, words); }
