#include "sandbox/guest/trials/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <string_view>
#include <system_error>

namespace inquest::sandbox::guest {
namespace {

constexpr mode_t kModeBits = 07777;

// Compiled Python that does not look at its source (PEP 552, unchecked hash), or that was made in
// the same moment, would be used instead of the change.
void DropCompiled(const std::string& path) {
  constexpr std::string_view kSource = ".py";
  if (!path.ends_with(kSource)) return;
  const std::size_t name = path.rfind('/') + 1;
  const std::string stem = path.substr(name, path.size() - name - kSource.size()) + ".";
  const std::string folder = path.substr(0, name) + "__pycache__";
  DIR* const directory = ::opendir(folder.c_str());
  if (directory == nullptr) return;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view file = entry->d_name;
    if (!file.starts_with(stem) || !file.ends_with(".pyc")) continue;
    ::unlink((folder + "/" + entry->d_name).c_str());
  }
  ::closedir(directory);
}

bool MakeFolders(const std::string& path) {
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    if (::mkdir(path.substr(0, slash).c_str(), 0755) != 0 && errno != EEXIST) return false;
  }
  return true;
}

bool WriteBytes(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

// In place, where there is a plain file. Its time of change is the clock's own, not the file
// system's, which stands still for milliseconds: make must see that it is newer than what was built
// from it a moment ago.
bool WriteAll(const std::string& path, const std::string& bytes, mode_t mode) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
  struct stat info {};
  const bool there = ::lstat(path.c_str(), &info) == 0;
  const bool plain = there && S_ISREG(info.st_mode) && (info.st_mode & kModeBits) == mode;
  if (there && !plain && ::unlink(path.c_str()) != 0) return false;
  const int file = ::open(path.c_str(), kFlags, mode);
  if (file < 0) return false;
  bool good = WriteBytes(file, bytes) && ::fchmod(file, mode) == 0;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const timespec times[2] = {now, now};
  good = ::futimens(file, times) == 0 && good;
  ::close(file);
  DropCompiled(path);
  return good;
}

constexpr char kScratch[] = "/tmp";

std::set<std::string> NamesIn(const char* folder) {
  std::set<std::string> names;
  DIR* const directory = ::opendir(folder);
  if (directory == nullptr) return names;
  while (const dirent* entry = ::readdir(directory)) names.insert(entry->d_name);
  ::closedir(directory);
  return names;
}

bool IsThere(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

}  // namespace

std::string ReadAll(const std::string& path, std::size_t limit) {
  std::string text;
  // What is in the place of an output may be a pipe that nobody writes to.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (file < 0) return text;
  char bytes[65536];
  while (text.size() < limit) {
    const ssize_t got = ::read(file, bytes, std::min(sizeof bytes, limit - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(bytes, static_cast<std::size_t>(got));
  }
  ::close(file);
  return text;
}

Scratch::Scratch() : kept_(NamesIn(kScratch)) {}

void Scratch::Clean() const {
  for (const std::string& name : NamesIn(kScratch)) {
    if (kept_.contains(name)) continue;
    std::error_code error;
    std::filesystem::remove_all(std::string(kScratch) + "/" + name, error);
  }
}

bool Files::Stamp::operator==(const Stamp& other) const {
  return inode == other.inode && mode == other.mode && size == other.size &&
         changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
}

Files::Stamp Files::StampOf(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return {};
  return {info.st_ino, info.st_mode, info.st_size, info.st_mtim};
}

Files::Files(const std::vector<Trial>& trials) {
  for (const Trial& trial : trials) {
    for (const Edit& edit : trial.edits) {
      if (edit.creates || originals_.contains(edit.path) || !IsThere(edit.path)) continue;
      originals_[edit.path] = {ReadAll(edit.path, std::numeric_limits<std::size_t>::max()),
                               StampOf(edit.path)};
      DropCompiled(edit.path);
    }
  }
}

bool Files::Apply(const Trial& trial) {
  for (const Edit& edit : trial.edits) {
    if (edit.creates) {
      if (!MakeFolders(edit.path) || !WriteAll(edit.path, edit.text, 0644)) return false;
      continue;
    }
    const auto found = originals_.find(edit.path);
    if (found == originals_.end()) return false;
    if (edit.deletes) {
      if (::unlink(edit.path.c_str()) != 0) return false;
      continue;
    }
    std::string text = found->second.text;
    if (edit.begin > edit.end || edit.end > text.size()) return false;
    text.replace(edit.begin, edit.end - edit.begin, edit.text);
    if (!WriteAll(edit.path, text, found->second.stamp.mode & kModeBits)) return false;
  }
  return true;
}

bool Files::Restore(const Trial& trial) {
  bool good = true;
  for (const Edit& edit : trial.edits) {
    if (!edit.creates) continue;
    ::unlink(edit.path.c_str());
    DropCompiled(edit.path);
    good = good && !IsThere(edit.path);
  }
  for (auto& [path, original] : originals_) {
    if (StampOf(path) == original.stamp) continue;
    good = good && WriteAll(path, original.text, original.stamp.mode & kModeBits);
    original.stamp = StampOf(path);
  }
  return good;
}

}  // namespace inquest::sandbox::guest
