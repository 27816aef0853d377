#include "tests/sandbox/await_path.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>

#include "runtime/base/check.h"
#include "runtime/base/fd.h"

namespace inquest::sandbox {
namespace {

void Await(const std::filesystem::path& path, bool there) {
  const Fd events(::inotify_init1(IN_CLOEXEC));
  const unsigned mask = IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM;
  // Watched before it is looked at: nothing is missed in between.
  CHECK(::inotify_add_watch(events.get(), path.parent_path().c_str(), mask) >= 0);
  while (std::filesystem::exists(path) != there) {
    std::array<char, 4096> buffer;
    CHECK(::read(events.get(), buffer.data(), buffer.size()) > 0);
  }
}

}  // namespace

void AwaitPath(const std::filesystem::path& path) { Await(path, true); }
void AwaitNoPath(const std::filesystem::path& path) { Await(path, false); }

}  // namespace inquest::sandbox
