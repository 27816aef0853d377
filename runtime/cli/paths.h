#pragma once

#include <functional>
#include <string>

namespace inquest::cli {

// Where the daemon keeps what, by the XDG base directory rules.
struct Paths {
  std::string data;    // $XDG_DATA_HOME/inquest: the database, blobs, runs
  std::string config;  // $XDG_CONFIG_HOME/inquest
  std::string state;   // $XDG_STATE_HOME/inquest: logs
  std::string socket;  // $XDG_RUNTIME_DIR/inquest/inquest.sock, else in data
  std::string log;     // the daemon's, when this program started it
  // The socket is that of a daemon that somebody else starts and ends.
  bool others_daemon = false;
};

// Empty: the variable is unset.
using Environment = std::function<std::string(const std::string& name)>;

// A relative path in a variable counts as unset, as the rules say. Without HOME the user's entry in
// the password database is used.
Paths FindPaths(const Environment& environment);

// The process's own environment.
std::string FromProcessEnvironment(const std::string& name);

}  // namespace inquest::cli
