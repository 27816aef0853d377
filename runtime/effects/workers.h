#pragma once

#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

#include "runtime/base/mailbox.h"

namespace inquest::effects {

// A few threads for blocking and CPU-heavy work, behind one bounded queue. Thread-safe.
class Workers {
 public:
  explicit Workers(int threads);
  // Lets what runs finish, drops what waits.
  ~Workers();

  // False: the queue is full, or it is closing.
  [[nodiscard]] bool TryDo(std::function<void()> task);

 private:
  Mailbox<std::function<void()>> queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace inquest::effects
