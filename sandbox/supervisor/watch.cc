#include "sandbox/supervisor/watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <map>
#include <memory>
#include <set>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::sandbox {
namespace {

constexpr std::uint64_t kStatLimit = 64U << 10U;
constexpr int kDepthLimit = 256;
constexpr int kEntryLimit = 500'000;
constexpr std::int64_t kBlockBytes = 512;

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

Directory Open(const std::string& path) { return {::opendir(path.c_str()), ::closedir}; }

struct ProcessStat {
  pid_t parent = 0;
  std::int64_t resident_pages = 0;
  std::int64_t cpu_ticks = 0;
};

// Fields 4, 14 to 17 and 24 of /proc/<pid>/stat.
ProcessStat ReadStat(const std::string& pid) {
  ProcessStat stat;
  const auto text = ReadFile("/proc/" + pid + "/stat", kStatLimit);
  if (!text.ok()) return stat;
  std::size_t at = text->rfind(')');
  constexpr int kParentField = 4;
  constexpr int kFirstTimeField = 14;
  constexpr int kLastTimeField = 17;
  constexpr int kResidentField = 24;
  for (int field = 3; field <= kResidentField && at != std::string::npos; ++field) {
    at = text->find(' ', at);
    if (at == std::string::npos) break;
    ++at;
    const char* const start = text->data() + at;
    const char* const end = text->data() + text->size();
    if (field == kParentField) std::from_chars(start, end, stat.parent);
    if (field >= kFirstTimeField && field <= kLastTimeField) {
      std::int64_t ticks = 0;
      std::from_chars(start, end, ticks);
      stat.cpu_ticks += ticks;
    }
    if (field == kResidentField) std::from_chars(start, end, stat.resident_pages);
  }
  return stat;
}

std::int64_t NamelessBytes(const std::string& pid) {
  std::int64_t total = 0;
  const std::string path = "/proc/" + pid + "/fd";
  const Directory directory = Open(path);
  if (!directory) return 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    struct stat info {};
    struct statfs file_system {};
    const std::string file = path + "/" + entry->d_name;
    if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 0) continue;
    // Memory files count as memory.
    if (::statfs(file.c_str(), &file_system) != 0 || file_system.f_type == TMPFS_MAGIC) continue;
    total += info.st_blocks * kBlockBytes;
  }
  return total;
}

// Adds what is under an open directory; false past a limit.
bool AddUse(Fd directory, int depth, int* entries, std::int64_t* total) {
  if (depth > kDepthLimit) return false;
  const Directory listing(::fdopendir(directory.get()), ::closedir);
  if (!listing) return true;
  const int fd = directory.release();
  while (const dirent* entry = ::readdir(listing.get())) {
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
    if (++*entries > kEntryLimit) return false;
    struct stat info {};
    if (::fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    *total += info.st_blocks * kBlockBytes;
    if (!S_ISDIR(info.st_mode)) continue;
    Fd below(::openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (below.valid() && !AddUse(std::move(below), depth + 1, entries, total)) return false;
  }
  return true;
}

}  // namespace

TreeUse MeasureTree(pid_t root) {
  std::map<pid_t, ProcessStat> stats;
  std::multimap<pid_t, pid_t> children;
  const Directory processes = Open("/proc");
  if (!processes) return {};
  while (const dirent* entry = ::readdir(processes.get())) {
    pid_t pid = 0;
    std::from_chars(entry->d_name, entry->d_name + std::strlen(entry->d_name), pid);
    if (pid <= 0) continue;
    const ProcessStat stat = ReadStat(entry->d_name);
    stats.emplace(pid, stat);
    children.emplace(stat.parent, pid);
  }
  TreeUse use;
  std::vector<pid_t> open{root};
  std::set<pid_t> seen;
  while (!open.empty()) {
    const pid_t pid = open.back();
    open.pop_back();
    if (!seen.insert(pid).second) continue;
    ++use.processes;
    use.memory_bytes += stats[pid].resident_pages * ::sysconf(_SC_PAGESIZE);
    use.cpu_us += stats[pid].cpu_ticks * 1'000'000 / ::sysconf(_SC_CLK_TCK);
    use.nameless_bytes += NamelessBytes(std::to_string(pid));
    const auto [first, last] = children.equal_range(pid);
    for (auto child = first; child != last; ++child) open.push_back(child->second);
  }
  return use;
}

std::int64_t DiskUse(const std::vector<std::string>& directories) {
  std::int64_t total = 0;
  int entries = 0;
  for (const std::string& path : directories) {
    Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.valid() && !AddUse(std::move(directory), 0, &entries, &total)) {
      return kUncountable;
    }
  }
  return total;
}

}  // namespace inquest::sandbox
