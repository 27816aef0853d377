#include "sandbox/guest/trials/zygote.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace inquest::sandbox::guest {
namespace {

constexpr char kPythonScript[] = "/inquest/instrument/zygote.py";
constexpr char kNodeScript[] = "/inquest/instrument/zygote.cjs";
constexpr std::int64_t kStartUs = 15'000'000;
// What a killed run's parent needs to notice.
constexpr std::int64_t kNoticeUs = 5'000'000;

std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool IsPython(std::string_view word) {
  std::string_view name = BaseName(word);
  if (!name.starts_with("python")) return false;
  name.remove_prefix(6);
  return name.find_first_not_of("0123456789.") == name.npos;
}

bool IsNode(std::string_view word) {
  const std::string_view name = BaseName(word);
  return name == "node" || name == "nodejs" || name == "npm" || name == "npx";
}

bool IsAssignment(const std::string& word) {
  const std::size_t equals = word.find('=');
  return equals != word.npos && equals > 0 &&
         word.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789") == equals;
}

// "timeout 10", which is left out: a run has a limit of its own.
bool IsTimeout(const std::vector<std::string>& words) {
  return words.size() > 2 && BaseName(words[0]) == "timeout" && !words[1].empty() &&
         words[1].find_first_not_of("0123456789.smh") == std::string::npos;
}

// Of the words after a Python, how many are its own options, with what they take.
std::size_t CountPythonOptions(const std::vector<std::string>& words) {
  std::size_t at = 1;
  while (at < words.size() && words[at].size() == 2 && words[at][0] == '-') {
    if (std::string_view("WX").find(words[at][1]) != std::string_view::npos) {
      at += 2;
    } else if (std::string_view("BEIOSbdqsuv").find(words[at][1]) != std::string_view::npos) {
      ++at;
    } else {
      break;
    }
  }
  return std::min(at, words.size()) - 1;
}

// "cd FOLDER && " at the beginning: the folder, and what is left of the command.
std::pair<std::string, std::string_view> SplitFolder(std::string_view command) {
  constexpr std::string_view kChange = "cd ";
  constexpr std::string_view kAnd = " && ";
  const std::size_t end = command.find(kAnd);
  if (!command.starts_with(kChange) || end == command.npos) return {"", command};
  const auto words = PlainWords(std::string(command.substr(0, end)));
  if (!words.has_value() || words->size() != 2 || words->back().starts_with('-')) {
    return {"", command};
  }
  return {words->back(), command.substr(end + kAnd.size())};
}

std::string FindOnPath(const std::string& name) {
  if (name.find('/') != name.npos) return name;
  const char* variable = std::getenv("PATH");
  std::string_view path = variable == nullptr ? "" : variable;
  while (!path.empty()) {
    const std::size_t colon = std::min(path.find(':'), path.size());
    std::string candidate = std::string(path.substr(0, colon)) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    path.remove_prefix(std::min(colon + 1, path.size()));
  }
  return "";
}

// `pytest` is a script whose first line names its Python: that one runs it as a script.
bool ResolveConsoleScript(std::vector<std::string>& words) {
  const std::string_view name = BaseName(words[0]);
  if (name != "pytest" && name != "py.test") return false;
  const std::string script = FindOnPath(words[0]);
  std::ifstream file(script);
  std::string line;
  if (script.empty() || !std::getline(file, line) || !line.starts_with("#!")) return false;
  const std::string interpreter = line.substr(2, line.find(' ', 3) - 2);
  if (!IsPython(interpreter)) return false;
  words[0] = script;
  words.insert(words.begin(), interpreter);
  return true;
}

}  // namespace

std::optional<std::vector<std::string>> PlainWords(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (const char c : command) {
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else if (quote == '"' && (c == '$' || c == '`' || c == '\\')) {
        return std::nullopt;
      } else {
        word += c;
      }
      continue;
    }
    if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t') {
      if (in_word) words.push_back(std::exchange(word, ""));
      in_word = false;
    } else if (std::string_view("\\$`|&;<>(){}*?[]~#!\n\r").find(c) != std::string_view::npos) {
      return std::nullopt;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != '\0') return std::nullopt;
  if (in_word) words.push_back(word);
  return words;
}

std::optional<Zygote> Zygote::Start(const std::string& command, Stage stage,
                                    std::int64_t limit_us) {
  const auto [folder, plain] = SplitFolder(command);
  auto words = PlainWords(std::string(plain));
  if (!words.has_value()) return std::nullopt;
  std::vector<std::string> assignments;
  while (!words->empty() && IsAssignment(words->front())) {
    assignments.push_back(words->front());
    words->erase(words->begin());
  }
  if (IsTimeout(*words)) words->erase(words->begin(), words->begin() + 2);
  if (words->empty()) return std::nullopt;
  // What comes between the interpreter and what it runs is left to the zygote to refuse.
  std::vector<std::string> arguments;
  if (IsNode(words->front())) {
    if (stage == Stage::kLoaded) return std::nullopt;
    const bool own = BaseName(words->front()).starts_with("node");
    arguments = {own ? words->front() : "node", kNodeScript};
    arguments.insert(arguments.end(), words->begin(), words->end());
  } else if (IsPython(words->front()) || ResolveConsoleScript(*words)) {
    const auto program =
        words->begin() + 1 + static_cast<std::ptrdiff_t>(CountPythonOptions(*words));
    arguments.assign(words->begin(), program);
    arguments.emplace_back(kPythonScript);
    if (stage == Stage::kLoaded) arguments.emplace_back("--loaded");
    arguments.insert(arguments.end(), program, words->end());
  } else {
    return std::nullopt;
  }
  int to[2];
  int from[2];
  if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) return std::nullopt;
  const pid_t pid = ::fork();
  if (pid < 0) return std::nullopt;
  if (pid == 0) {
    ::setsid();
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(to[0], 0);
    ::dup2(from[1], 1);
    ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
    for (std::string& assignment : assignments) ::putenv(assignment.data());
    if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(127);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(to[0]);
  ::close(from[1]);
  Zygote zygote(pid, to[1], from[0]);
  const auto ready = zygote.Hear(NowUs() + std::min(limit_us, kStartUs));
  if (ready != "ready") return std::nullopt;
  return std::optional<Zygote>(std::move(zygote));
}

Zygote::Zygote(Zygote&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      to_(std::exchange(other.to_, -1)),
      from_(std::exchange(other.from_, -1)),
      heard_(std::move(other.heard_)),
      spent_(other.spent_),
      declined_(other.declined_) {}

Zygote::~Zygote() {
  if (pid_ <= 0) return;
  ::close(to_);
  ::close(from_);
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<std::string> Zygote::Hear(std::int64_t deadline_us) {
  while (true) {
    const std::size_t end = heard_.find('\n');
    if (end != heard_.npos) {
      std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return line;
    }
    const std::int64_t left = deadline_us - NowUs();
    if (left <= 0) return std::nullopt;
    pollfd polled{from_, POLLIN, 0};
    const timespec wait{left / 1'000'000, left % 1'000'000 * 1000};
    if (::ppoll(&polled, 1, &wait, nullptr) <= 0) continue;
    char bytes[512];
    const ssize_t got = ::read(from_, bytes, sizeof bytes);
    if (got <= 0) return std::nullopt;
    heard_.append(bytes, static_cast<std::size_t>(got));
    if (heard_.size() > sizeof bytes * 8) return std::nullopt;
  }
}

std::optional<Ended> Zygote::Run(const std::string& stdout_path, const std::string& stderr_path,
                                 bool first, std::int64_t limit_us,
                                 const std::vector<std::string>& changed) {
  Ended ended;
  declined_ = false;
  const std::int64_t started = NowUs();
  std::string order = stdout_path + "\t" + stderr_path + "\t" + (first ? "first" : "all");
  for (const std::string& path : changed) {
    if (path.find_first_of("\t\n") != path.npos) {
      declined_ = true;
      return std::nullopt;
    }
    order += "\t" + path;
  }
  order += "\n";
  if (::write(to_, order.data(), order.size()) != static_cast<ssize_t>(order.size())) {
    return std::nullopt;
  }
  const auto child = Hear(started + kNoticeUs);
  pid_t pid = 0;
  declined_ = child == "no";
  if (declined_ || !child.has_value() ||
      std::from_chars(child->data(), child->data() + child->size(), pid).ec != std::errc() ||
      pid <= 0) {
    return std::nullopt;
  }
  auto status = Hear(started + limit_us);
  if (!status.has_value()) {
    // What a run did to it, that run is judged for by itself.
    if (NowUs() < started + limit_us) return std::nullopt;
    ended.timed_out = true;
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);
    ended.wall_us = NowUs() - started;
    // A run that cannot be ended by itself takes the zygote with it.
    spent_ = pid == pid_;
    if (spent_) return ended;
    status = Hear(NowUs() + kNoticeUs);
    if (!status.has_value()) return std::nullopt;
  }
  std::from_chars(status->data(), status->data() + status->size(), ended.status);
  ended.wall_us = NowUs() - started;
  return ended;
}

}  // namespace inquest::sandbox::guest
