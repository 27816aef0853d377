#pragma once

#include <memory>
#include <string>

#include "runtime/base/fd.h"
#include "runtime/base/status.h"
#include "runtime/cli/paths.h"

namespace inquest::cli {

// A place for a daemon of our own: a new folder that is gone, with all that the daemon keeps there
// and the daemon itself, when this object is. What a program that was killed has left is removed
// when the next one makes its place.
class PrivateDaemon {
 public:
  // Only the place: the daemon starts when a session first connects to paths().
  static Result<std::unique_ptr<PrivateDaemon>> Make(const Paths& ours);
  ~PrivateDaemon();
  PrivateDaemon(const PrivateDaemon&) = delete;
  PrivateDaemon& operator=(const PrivateDaemon&) = delete;

  const Paths& paths() const { return paths_; }
  const std::string& folder() const { return folder_; }

 private:
  PrivateDaemon(Paths paths, std::string folder, Fd lock)
      : paths_(std::move(paths)), folder_(std::move(folder)), lock_(std::move(lock)) {}

  const Paths paths_;
  const std::string folder_;
  const Fd lock_;  // of the folder: somebody is in it
};

}  // namespace inquest::cli
