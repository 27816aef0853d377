#pragma once

#include <stdlib.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/base/check.h"

namespace inquest::bench {

using Clock = std::chrono::steady_clock;

inline double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

inline double Percentile(std::vector<double> values, double share) {
  CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(index, values.size() - 1)];
}

inline double Median(std::vector<double> values) { return Percentile(std::move(values), 0.5); }

// The line of one goal, as scripts/bench reads it. What explains the figure goes to standard error.
inline void Report(const char* name, double value, const char* unit, const char* goal, bool ok) {
  std::printf(R"({"name": "%s", "value": %.6g, "unit": "%s", "goal": "%s", "ok": %s})"
              "\n",
              name, value, unit, goal, ok ? "true" : "false");
  std::fflush(stdout);
}

// A folder of its own on a disk, gone with this. Memory would flatter every figure that an fsync is
// part of, so file systems in memory are passed over, and refused when there is nothing else.
class Folder {
 public:
  // `wanted`: where to make it; empty: the folder for temporary files if it is on a disk, else
  // /var/tmp, else the working directory.
  explicit Folder(const std::string& wanted) {
    std::vector<std::string> places = {std::filesystem::temp_directory_path().string(), "/var/tmp",
                                       std::filesystem::current_path().string()};
    if (!wanted.empty()) places = {wanted};
    for (const std::string& place : places) {
      if (!OnDisk(place)) continue;
      path_ = place + "/inquest-bench-XXXXXX";
      if (::mkdtemp(path_.data()) != nullptr) return;
    }
    std::fprintf(stderr, "no folder on a disk that can be written: name one\n");
    std::exit(1);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  static bool OnDisk(const std::string& place) {
    constexpr std::array<unsigned long, 2> kInMemory = {0x01021994, 0x858458f6};  // tmpfs, ramfs
    struct statfs info {};
    if (::statfs(place.c_str(), &info) != 0) return false;
    return std::find(kInMemory.begin(), kInMemory.end(), static_cast<unsigned long>(info.f_type)) ==
           kInMemory.end();
  }

  std::string path_;
};

}  // namespace inquest::bench
