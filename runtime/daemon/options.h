#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/log.h"
#include "runtime/base/status.h"

namespace inquest::daemon {

// What the command line of inquestd asks for, defaults filled in (XDG directories).
struct Options {
  std::string data_dir;
  std::string socket_path;
  std::string listen_address;  // empty: no TCP door
  std::string token_file;
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;
  bool behind_proxy = false;
  bool reflection_on_tcp = false;
  std::vector<uid_t> allowed_uids;
  std::optional<gid_t> allowed_group;
  int slots = 0;  // 0: as many as there are processors
  LogLevel log_level = LogLevel::kInfo;
  std::chrono::seconds idle_exit{0};  // 0: never
  int ready_fd = -1;                  // -1: nobody waits
  int start_lock_fd = -1;             // -1: none was inherited
};

// What to do after parsing: go on, or leave with this exit code (--help, --version and usage errors
// have printed what there is to say).
struct Parsed {
  Options options;
  bool leave = false;
  int exit_code = 0;
};

Parsed ParseOptions(int argc, char** argv);

// The bearer token: the file's bytes without trailing newlines. PERMISSION_DENIED (TOKEN_FILE_OPEN)
// unless the file is its owner's alone (0600 or less) and the owner is this user.
Result<std::string> ReadToken(const std::string& path);

}  // namespace inquest::daemon
