// Run by an instrumented process (process.c) with its counters on stdin: asks gcov which lines they
// mean, and appends one record to $INQUEST_OUT/coverage.jsonl, as python's instrument describes it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr unsigned kBlockLimit = 64U << 20U;
constexpr std::size_t kObjectsLimit = 4000;
constexpr std::size_t kLineBytes = 1U << 16U;
constexpr off_t kOutputLimit = 48 << 20;
// Of the run, over all its processes, in 10 ms: those that went well stop first.
constexpr off_t kSpentLimit = 1500;
constexpr off_t kSpentLimitOfFailures = 3000;

std::string Variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

// A folder that goes away with its end.
class Folder {
 public:
  Folder() : path_(Variable("TMPDIR", "/tmp") + "/inquest-lines.XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Each object's counters beside its notes, as gcov wants them; the .gcda names.
std::vector<std::string> Unpack(const std::string& folder) {
  std::vector<std::string> names;
  std::ofstream data;
  for (char kind = 0; std::cin.get(kind);) {
    unsigned size = 0;
    if (!std::cin.read(reinterpret_cast<char*>(&size), sizeof size) || size > kBlockLimit) break;
    std::string block(size, '\0');
    if (!std::cin.read(block.data(), size)) break;
    if (kind != 'N') {
      data << block;
      continue;
    }
    data.close();
    const std::string notes = fs::path(block).replace_extension(".gcno");
    if (names.size() >= kObjectsLimit) break;
    const std::string here = folder + "/" + std::to_string(names.size());
    if (::access(notes.c_str(), R_OK) != 0) continue;  // data of it goes to the closed stream
    if (::symlink(notes.c_str(), (here + ".gcno").c_str()) != 0) continue;
    names.push_back(here + ".gcda");
    data.open(names.back(), std::ios::binary);
  }
  return names;
}

// The major version of the compiler that wrote the notes ("B22*": 12).
int CompilerVersion(const std::string& counters) {
  std::ifstream in(counters, std::ios::binary);
  char head[8] = {};
  if (!in.read(head, sizeof head) || head[7] < 'A' || head[6] < '0') return 0;
  return (head[7] - 'A') * 10 + (head[6] - '0');
}

// What ran, file by file, in the order in which gcov names the files of the workspace.
class Ran {
 public:
  explicit Ran(std::string root) : root_(std::move(root)) {}

  // "      12*:   34:text": a line and how often it ran; "-:    0:Source:/workspace/a.c".
  void Take(const char* text) {
    const char* colon = std::strchr(text, ':');
    if (colon == nullptr) return;
    char* after = nullptr;
    const long line = std::strtol(colon + 1, &after, 10);
    if (*after != ':') return;
    if (line == 0) {
      if (std::strncmp(after, ":Source:", 8) == 0) Open(after + 8);
      return;
    }
    while (*text == ' ') ++text;
    if (current_ != nullptr && *text >= '1' && *text <= '9') current_->insert(line);
  }

  std::string Record(const std::string& process, const std::string& outcome) const {
    std::string files;
    std::string lines;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const std::string key = "\"" + std::to_string(i) + "\":\"";
      files += (i > 0 ? "," : "") + key + names_[i] + "\"";
      const std::set<long>& ran = lines_.at(names_[i]);
      if (!ran.empty()) lines += (lines.empty() ? "" : ",") + key + Ranges(ran) + "\"";
    }
    return "{\"p\":" + process + ",\"files\":{" + files + R"(},"test":"","outcome":")" + outcome +
           "\",\"lines\":{" + lines + "}}\n";
  }

  bool empty() const { return names_.empty(); }

 private:
  void Open(std::string path) {
    while (!path.empty() && path.back() == '\n') path.pop_back();
    path = fs::path(path).lexically_normal();
    current_ = nullptr;
    if (path.rfind(root_ + "/", 0) != 0) return;
    path.erase(0, root_.size() + 1);
    // What configure and cmake try out, and names that would need escapes.
    if (path.rfind("conftest", 0) == 0 || path.find("CMakeFiles/") != path.npos) return;
    for (const char c : path) {
      if (static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\') return;
    }
    const auto [it, fresh] = lines_.try_emplace(path);
    if (fresh) names_.push_back(path);
    current_ = &it->second;
  }

  static std::string Ranges(const std::set<long>& lines) {
    std::string text;
    for (auto it = lines.begin(); it != lines.end();) {
      const long first = *it;
      long last = first;
      while (++it != lines.end() && *it == last + 1) last = *it;
      text += (text.empty() ? "" : ",") + std::to_string(first);
      if (last != first) text += "-" + std::to_string(last);
    }
    return text;
  }

  std::string root_;
  std::vector<std::string> names_;
  std::map<std::string, std::set<long>> lines_;
  std::set<long>* current_ = nullptr;
};

void AskGcov(const std::string& folder, const std::vector<std::string>& objects, Ran* ran) {
  const std::string version = std::to_string(CompilerVersion(objects[0]));
  // Names are our own: numbers in our own folder.
  std::string command =
      "cd '" + folder + "' && g=gcov-" + version + "; command -v $g >/dev/null || g=gcov; $g -t";
  for (std::size_t i = 0; i < objects.size(); ++i) command += " " + std::to_string(i) + ".gcda";
  std::FILE* out = ::popen((command + " 2>/dev/null").c_str(), "r");
  if (out == nullptr) return;
  std::vector<char> text(kLineBytes);
  bool whole = true;
  while (std::fgets(text.data(), static_cast<int>(text.size()), out) != nullptr) {
    if (whole) ran->Take(text.data());
    whole = std::strchr(text.data(), '\n') != nullptr;
  }
  ::pclose(out);
}

void Append(const std::string& path, const std::string& text, off_t limit) {
  const int out = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  struct stat info {};
  if (out < 0 || ::fstat(out, &info) != 0 || info.st_size + off_t(text.size()) > limit) return;
  if (::write(out, text.data(), text.size()) < 0) std::perror("coverage");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const auto begin = std::chrono::steady_clock::now();
  const std::string outcome = arguments[2];
  // As long as the time that was spent: a byte for 10 ms.
  const std::string spent = Variable("TMPDIR", "/tmp") + "/.inquest-lines-spent";
  std::error_code absent;
  const auto so_far = fs::file_size(spent, absent);
  const off_t most = outcome == "failed" ? kSpentLimitOfFailures : kSpentLimit;
  if (!absent && static_cast<off_t>(so_far) > most) return 0;
  const Folder folder;
  if (folder.path().empty()) return 1;
  const std::vector<std::string> objects = Unpack(folder.path());
  if (objects.empty()) return 0;
  Ran ran(fs::path(Variable("INQUEST_WORKSPACE", "/workspace")).lexically_normal());
  AskGcov(folder.path(), objects, &ran);
  if (!ran.empty()) {
    Append(Variable("INQUEST_OUT", "") + "/coverage.jsonl", ran.Record(arguments[1], outcome),
           kOutputLimit);
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  Append(spent, std::string(static_cast<std::size_t>(took.count() / 10 + 1), '.'), 1 << 20);
  return 0;
}
