#include "runtime/cli/interrupts.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

#include "runtime/base/check.h"

namespace inquest::cli {

Interrupts::Interrupts() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  CHECK(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  signals_ = Fd(::signalfd(-1, &signals, SFD_CLOEXEC));
  stop_ = Fd(::eventfd(0, EFD_CLOEXEC));
  CHECK(signals_.valid() && stop_.valid());
}

Interrupts::~Interrupts() { Stop(); }

void Interrupts::Stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  CHECK(::write(stop_.get(), &one, sizeof(one)) == sizeof(one));
  thread_.join();
}

void Interrupts::Watch(Handler on_interrupt) {
  CHECK(!thread_.joinable());
  thread_ = std::thread([this, handler = std::move(on_interrupt)] { Run(handler); });
}

void Interrupts::Run(const Handler& on_interrupt) const {
  std::array<pollfd, 2> wait{pollfd{stop_.get(), POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0}};
  int count = 0;
  while (true) {
    if (::poll(wait.data(), wait.size(), -1) < 0) {
      CHECK(errno == EINTR);
      continue;
    }
    if (wait[0].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof(info)) == sizeof(info)) on_interrupt(++count);
  }
}

}  // namespace inquest::cli
