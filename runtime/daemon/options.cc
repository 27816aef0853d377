#include "runtime/daemon/options.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <thread>

#include "runtime/base/file.h"
#include "runtime/cli/manual_page.h"

namespace inquest::daemon {
namespace {

constexpr std::uint64_t kTokenLimitBytes = 4096;
constexpr int kSlotsLimit = 256;
constexpr int kUsageExit = 2;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string DefaultDataDir() {
  if (const std::string data = Environment("XDG_DATA_HOME"); data.starts_with('/')) {
    return data + "/inquest";
  }
  return Environment("HOME") + "/.local/share/inquest";
}

std::string DefaultSocket(const std::string& data_dir) {
  if (const std::string runtime = Environment("XDG_RUNTIME_DIR"); runtime.starts_with('/')) {
    return runtime + "/inquest/inquest.sock";
  }
  return data_dir + "/inquest.sock";
}

void PrintManual(const CLI::App& app) {
  cli::ManualPage page{"inquestd", 8, "inquestd", "", {}, {"inquest(1)"}};
  page.more = {
      {"description",
       "inquestd owns every investigation of a data directory. inquest(1) starts one for its "
       "user; a shared one is started by the service manager.\n"},
      {"signals",
       "SIGTERM and SIGINT end it in order. Sandboxed runs go on, and the next daemon takes "
       "them up again.\n"}};
  std::cout << cli::RenderManual(page, app);
}

gid_t Group(const std::string& name) {
  // Called once, before there are threads.
  const group* const entry = ::getgrnam(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (entry == nullptr) throw CLI::ValidationError("--allow-group", "there is no group " + name);
  return entry->gr_gid;
}

void Declare(CLI::App& app, Options& options, int& idle_seconds) {
  const std::map<std::string, LogLevel> levels = {{"debug", LogLevel::kDebug},
                                                  {"info", LogLevel::kInfo},
                                                  {"warning", LogLevel::kWarning},
                                                  {"error", LogLevel::kError}};
  app.add_option("--data-dir", options.data_dir,
                 "journal, artifacts and runs (default $XDG_DATA_HOME/inquest)");
  app.add_option("--socket", options.socket_path,
                 "Unix socket (default $XDG_RUNTIME_DIR/inquest/inquest.sock, else in the data "
                 "directory)");
  app.add_option("--allow-uid", options.allowed_uids,
                 "user id that may connect to the socket besides this user and root; repeatable");
  app.add_option_function<std::string>(
      "--allow-group", [&options](const std::string& name) { options.allowed_group = Group(name); },
      "group whose members may connect, too: the socket becomes that group's (0660)");
  app.add_option("--listen", options.listen_address,
                 "also serve TCP on HOST:PORT; 127.0.0.1 with --token-file, any other address "
                 "only with --tls-* and --behind-proxy");
  app.add_option("--token-file", options.token_file,
                 "file (0600) with the bearer token of the loopback port, at least 32 bytes");
  app.add_option("--tls-certificate", options.tls_certificate, "PEM file for --listen");
  app.add_option("--tls-key", options.tls_key, "PEM file for --listen");
  app.add_option("--tls-client-ca", options.tls_client_ca,
                 "PEM file: clients need a certificate of this authority");
  app.add_flag("--behind-proxy", options.behind_proxy,
               "a proxy that limits HTTP/2 stands in front of --listen (docs/deploy.md)");
  app.add_flag("--reflection-on-tcp", options.reflection_on_tcp,
               "offer gRPC reflection on --listen too, to those whom it lets in");
  app.add_option("--slots", options.slots, "sandboxed runs at once (default: processors)")
      ->check(CLI::Range(1, kSlotsLimit));
  app.add_option("--log-level", options.log_level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case));
  app.add_option("--idle-exit", idle_seconds,
                 "leave after this many seconds without calls and open investigations")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--ready-fd", options.ready_fd,
                 "write one line to this descriptor, and close it, once calls are served");
  app.add_option("--start-lock-fd", options.start_lock_fd,
                 "a lock of whoever starts us: hold this descriptor until calls are served");
  app.add_flag_callback(
         "--manual",
         [&app] {
           PrintManual(app);
           throw CLI::Success();
         },
         "")
      ->group("");  // for those who make packages
  app.set_version_flag("--version", "inquestd " INQUEST_VERSION);
}

void FillDefaults(Options& options) {
  if (options.data_dir.empty()) options.data_dir = DefaultDataDir();
  if (options.socket_path.empty()) options.socket_path = DefaultSocket(options.data_dir);
  if (options.slots == 0) {
    options.slots = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
}

}  // namespace

Parsed ParseOptions(int argc, char** argv) {
  Parsed parsed;
  CLI::App app("Inquest's daemon: keeps investigations and serves inquest.v1", "inquestd");
  int idle_seconds = 0;
  Declare(app, parsed.options, idle_seconds);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.leave = true;
    parsed.exit_code = app.exit(error) == 0 ? 0 : kUsageExit;
    return parsed;
  }
  parsed.options.idle_exit = std::chrono::seconds(idle_seconds);
  FillDefaults(parsed.options);
  return parsed;
}

Result<std::string> ReadToken(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return ErrnoStatus("read token file " + path, errno);
  if ((info.st_mode & 0077U) != 0 || info.st_uid != ::geteuid()) {
    return Status(Code::kPermissionDenied, "TOKEN_FILE_OPEN",
                  "token file " + path + " must belong to this user and be 0600");
  }
  TRY_ASSIGN(std::string token, ReadFile(path, kTokenLimitBytes));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  return token;
}

}  // namespace inquest::daemon
