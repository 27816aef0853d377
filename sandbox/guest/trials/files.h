#pragma once

#include <sys/types.h>
#include <time.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sandbox/guest/trials/plan.h"

namespace inquest::sandbox::guest {

// The first `limit` bytes; nothing where there is no such file.
std::string ReadAll(const std::string& path, std::size_t limit);

// What is new in /tmp since it was looked at first: what a trial leaves there is no later trial's,
// and it is memory. What was there (the caches of a build, say) stays.
class Scratch {
 public:
  Scratch();
  void Clean() const;

 private:
  std::set<std::string> kept_;
};

// The files of the workspace that the trials change. What they were is remembered, so that a target
// that changes its own sources harms no later trial.
class Files {
 public:
  // Before anything ran in the workspace.
  explicit Files(const std::vector<Trial>& trials);

  // False: it does not fit.
  bool Apply(const Trial& trial);
  // Takes back the trial, and what the target did to these files. False: a file cannot be put back,
  // so nothing more can be learned here.
  bool Restore(const Trial& trial);

 private:
  // Tells whether somebody wrote to it.
  struct Stamp {
    ino_t inode = 0;
    mode_t mode = 0;
    off_t size = 0;
    timespec changed = {};
    bool operator==(const Stamp& other) const;
  };
  struct Original {
    std::string text;
    Stamp stamp;
  };
  static Stamp StampOf(const std::string& path);

  std::map<std::string, Original> originals_;
};

}  // namespace inquest::sandbox::guest
