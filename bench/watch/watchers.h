#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace inquest::bench {

// Clients that watch one investigation and only count what comes: parsing would hide the servers.
class Watchers {
 public:
  // Ten connections for `count` watchers; returns when each has its first message.
  Watchers(const std::string& socket_path, const std::string& name, std::size_t count);
  ~Watchers();  // breaks them off

  // Until all have `messages` messages, the first included.
  void AwaitMessages(std::size_t messages);
  // Of all watchers, the first messages not included.
  std::size_t bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace inquest::bench
