#pragma once

#include <functional>
#include <thread>

#include "runtime/base/fd.h"

namespace inquest::cli {

// Turns SIGINT and SIGTERM into calls on a thread of its own. Make it before there are other
// threads: they inherit the blocked signals.
class Interrupts {
 public:
  // `on_interrupt` gets 1, 2, ... for every signal that arrives; it may block.
  using Handler = std::function<void(int count)>;

  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Starts to call. Once.
  void Watch(Handler on_interrupt);
  // No call runs or begins once this returns; signals that come after stay blocked.
  void Stop();

 private:
  void Run(const Handler& on_interrupt) const;

  Fd signals_;
  Fd stop_;
  std::thread thread_;
};

}  // namespace inquest::cli
