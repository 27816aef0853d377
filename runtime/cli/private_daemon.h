#pragma once

#include <memory>
#include <string>

#include "runtime/base/status.h"
#include "runtime/cli/paths.h"

namespace inquest::cli {

// A place for a daemon of our own: a new folder that is gone, with all that the daemon keeps there
// and the daemon itself, when this object is.
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
  PrivateDaemon(Paths paths, std::string folder)
      : paths_(std::move(paths)), folder_(std::move(folder)) {}

  const Paths paths_;
  const std::string folder_;
};

}  // namespace inquest::cli
