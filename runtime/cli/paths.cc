#include "runtime/cli/paths.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace inquest::cli {
namespace {

std::string Home(const Environment& environment) {
  const std::string home = environment("HOME");
  if (home.starts_with('/')) return home;
  // Called once, before there are threads.
  const passwd* entry = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe)
  return entry != nullptr && entry->pw_dir != nullptr ? entry->pw_dir : "/";
}

std::string Base(const Environment& environment, const std::string& variable,
                 const std::string& otherwise) {
  const std::string value = environment(variable);
  return (value.starts_with('/') ? value : otherwise) + "/inquest";
}

}  // namespace

Paths FindPaths(const Environment& environment) {
  const std::string home = Home(environment);
  Paths paths;
  paths.data = Base(environment, "XDG_DATA_HOME", home + "/.local/share");
  paths.config = Base(environment, "XDG_CONFIG_HOME", home + "/.config");
  paths.state = Base(environment, "XDG_STATE_HOME", home + "/.local/state");
  paths.log = paths.state + "/inquestd.log";
  const std::string runtime = environment("XDG_RUNTIME_DIR");
  paths.socket =
      runtime.starts_with('/') ? runtime + "/inquest/inquest.sock" : paths.data + "/inquest.sock";
  return paths;
}

std::string FromProcessEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace inquest::cli
