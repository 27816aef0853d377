// Run by a process at its end (inputs.c): runs its program again with the same arguments and
// standard input, and with mutations of them, each twice; appends what it answers to
// $INQUEST_OUT/answers.jsonl, as python's instrument describes it. argv: the executable, then the
// arguments with argv[0].
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kRunLimit{500};
// Of one process, and of all processes of the run together (in 10 ms).
constexpr milliseconds kProcessLimit{1500};
constexpr std::uintmax_t kSpentLimit = 600;
constexpr std::size_t kInputsOfProcess = 150;
constexpr std::size_t kPlaces = 12;
constexpr std::size_t kOutputLimit = 1U << 16U;
constexpr std::size_t kShownBytes = 600;
constexpr std::size_t kLabelBytes = 2000;
constexpr rlim_t kMemoryLimit = rlim_t{1} << 29U;
constexpr rlim_t kFileLimit = rlim_t{1} << 22U;
constexpr std::size_t kSourcesLimit = 3000;
constexpr std::uintmax_t kSourceBytes = 1U << 20U;
constexpr std::uintmax_t kCopyBytes = 8U << 20U;
constexpr int kCopyFiles = 400;

std::string Variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

struct Input {
  std::vector<std::string> arguments;  // argv[0] first
  std::string text;                    // standard input
  bool operator<(const Input& other) const {
    return std::tie(arguments, text) < std::tie(other.arguments, other.text);
  }
};

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

// Replacements for a word: numbers near it and at the usual edges; shorter, longer.
std::vector<std::string> Near(const std::string& word) {
  char* end = nullptr;
  const long long number = std::strtoll(word.c_str(), &end, 10);
  if (!word.empty() && *end == '\0' && word.size() < 16) {
    std::vector<std::string> near;
    for (const long long other : {number + 1, number - 1, 0LL, -number, number * 2, 1LL}) {
      if (other != number) near.push_back(std::to_string(other));
    }
    return near;
  }
  if (word.empty()) return {"a"};
  return {word.substr(0, word.size() - 1), word + word, word.substr(1)};
}

struct Span {
  std::size_t begin = 0;
  std::size_t size = 0;
};

std::vector<Span> Split(const std::string& text, const char* between) {
  std::vector<Span> spans;
  for (std::size_t at = text.find_first_not_of(between); at != text.npos;) {
    const std::size_t end = std::min(text.find_first_of(between, at), text.size());
    spans.push_back({at, end - at});
    at = text.find_first_not_of(between, end);
  }
  return spans;
}

void MutateText(const Input& own, std::vector<Input>* out) {
  const auto add = [&](Span span, const std::string& with) {
    Input changed = own;
    changed.text.replace(span.begin, span.size, with);
    out->push_back(std::move(changed));
  };
  const std::string& text = own.text;
  const std::vector<Span> words = Split(text, " \t\r\n,;");
  for (std::size_t i = 0; i < std::min(words.size(), kPlaces); ++i) {
    const std::string word = text.substr(words[i].begin, words[i].size);
    for (const std::string& near : Near(word)) add(words[i], near);
    if (i + 1 == words.size()) break;
    const Span next = words[i + 1];
    const std::size_t gap = words[i].begin + words[i].size;
    add({words[i].begin, next.begin + next.size - words[i].begin},
        text.substr(next.begin, next.size) + text.substr(gap, next.begin - gap) + word);
  }
  const std::vector<Span> lines = Split(text, "\n");
  for (std::size_t i = 0; i < std::min(lines.size(), kPlaces / 2); ++i) {
    const std::string line = text.substr(lines[i].begin, lines[i].size);
    add(lines[i], line + "\n" + line);
    add({lines[i].begin, std::min(lines[i].size + 1, text.size() - lines[i].begin)}, "");
  }
  if (!text.empty()) add({0, text.size()}, "");
}

std::vector<Input> Inputs(const Input& own) {
  std::vector<Input> inputs{own};
  for (std::size_t i = 1; i < std::min(own.arguments.size(), kPlaces); ++i) {
    for (const std::string& near : Near(own.arguments[i])) {
      inputs.push_back(own);
      inputs.back().arguments[i] = near;
    }
  }
  MutateText(own, &inputs);
  std::set<Input> seen;
  std::vector<Input> unique;
  for (Input& input : inputs) {
    if (unique.size() < kInputsOfProcess && seen.insert(input).second) unique.push_back(input);
  }
  return unique;
}

// A folder for the runs: a copy of where the process is, so that what they write meets nobody.
class Place {
 public:
  Place() : path_(Variable("TMPDIR", "/tmp") + "/inquest-replay.XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) return;
    made_ = true;
    std::error_code error;
    std::uintmax_t bytes = 0;
    int files = 0;
    const fs::path here = fs::current_path(error);
    for (fs::recursive_directory_iterator it(here, error), end; !error && it != end;
         it.increment(error)) {
      const fs::path relative = it->path().lexically_relative(here);
      if (relative == ".git") it.disable_recursion_pending();
      if (it->is_directory(error)) {
        fs::create_directory(path_ / relative, error);
      } else if (it->is_regular_file(error)) {
        bytes += it->file_size(error);
        if (++files > kCopyFiles || bytes > kCopyBytes) return;
        fs::copy_file(it->path(), path_ / relative, error);
      }
    }
    complete_ = !error && ::chdir(path_.c_str()) == 0;
  }
  ~Place() {
    std::error_code ignored;
    if (made_) fs::remove_all(path_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool complete() const { return complete_; }

 private:
  std::string path_;
  bool made_ = false;
  bool complete_ = false;
};

int MemoryFile(const std::string& text) {
  const int file = ::memfd_create("replay", MFD_CLOEXEC);
  if (file < 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::lseek(file, 0, SEEK_SET) != 0) {
    return -1;
  }
  return file;
}

[[noreturn]] void Become(const std::string& executable, const Input& input, int in, int out) {
  ::setpgid(0, 0);
  const rlimit memory{kMemoryLimit, kMemoryLimit};
  const rlimit file{kFileLimit, kFileLimit};
  const rlimit core{0, 0};
  ::setrlimit(RLIMIT_AS, &memory);
  ::setrlimit(RLIMIT_FSIZE, &file);
  ::setrlimit(RLIMIT_CORE, &core);
  ::unsetenv("INQUEST_OUT");  // not to be recorded itself
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
  std::vector<char*> words;
  for (const std::string& word : input.arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execv(executable.c_str(), words.data());
  ::_exit(127);
}

// What it prints, until it closes its output, says too much or runs out of time.
bool Drain(int from, Clock::time_point deadline, std::string* text) {
  std::array<char, 4096> chunk;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    pollfd polled{from, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&polled, 1, static_cast<int>(left.count())) != 1) return false;
    const ssize_t got = ::read(from, chunk.data(), chunk.size());
    if (got <= 0) return got == 0;
    text->append(chunk.data(), static_cast<std::size_t>(got));
    if (text->size() > kOutputLimit) return false;
  }
}

// nullopt: it did not answer in time, or too much.
std::optional<std::string> Answer(const std::string& executable, const Input& input) {
  std::array<int, 2> out{-1, -1};
  const int in = MemoryFile(input.text);
  if (in < 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return std::nullopt;
  const pid_t pid = ::fork();
  if (pid == 0) Become(executable, input, in, out[1]);
  ::close(in);
  ::close(out[1]);
  std::string text;
  bool answered = pid > 0 && Drain(out[0], Clock::now() + kRunLimit, &text);
  ::close(out[0]);
  if (pid < 0) return std::nullopt;
  // One that closed its output and goes on is not waited for.
  siginfo_t info{};
  for (int i = 0; answered; ++i) {
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == pid) {
      break;
    }
    if (i == 50) answered = false;
    ::poll(nullptr, 0, 1);
  }
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (!answered) return std::nullopt;
  const std::string how = WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status))
                                            : "signal " + std::to_string(WTERMSIG(status));
  return how + "; prints " + Quoted(text);
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

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 2;
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
  const std::string program = executable.substr(root.size() + 1);
  const Place place;
  bool first = true;
  for (const Input& input : Inputs(own)) {
    if (!place.complete() || Clock::now() - begin > kProcessLimit) break;
    const auto answer = Answer(executable, input);
    if (answer && answer == Answer(executable, input)) {
      Append(out, "{\"input\":" + Json(Label(program, input)) + ",\"answer\":" + Json(*answer) +
                      ",\"own\":" + (first ? "true" : "false") + ",\"ran\":[]}\n");
    }
    first = false;
  }
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin).count();
  Append(spent, std::string(static_cast<std::size_t>(took / 10 + 1), '.'));
  return 0;
}
