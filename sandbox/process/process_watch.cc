#include "sandbox/process/process_watch.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace inquest::sandbox {

ProcessWatch::~ProcessWatch() { Stop(); }

Status ProcessWatch::Start() {
  epoll_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
  wake_ = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.get();
  if (!epoll_.valid() || !wake_.valid() ||
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
    return ErrnoStatus("watch processes", errno);
  }
  thread_ = std::thread([this] { Loop(); });
  return Status::Ok();
}

Status ProcessWatch::Watch(Fd process, std::function<void(Fd)> ended) {
  const int fd = process.get();
  std::lock_guard lock(mutex_);
  entries_.insert_or_assign(fd, Entry{std::move(process), std::move(ended)});
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return Status::Ok();
  const Status status = ErrnoStatus("watch a process", errno);
  entries_.erase(fd);
  return status;
}

void ProcessWatch::Loop() {
  std::array<epoll_event, 32> events{};
  while (true) {
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == wake_.get()) return;
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
      Entry entry;
      {
        std::lock_guard lock(mutex_);
        const auto found = entries_.find(fd);
        if (found == entries_.end()) continue;
        entry = std::move(found->second);
        entries_.erase(found);
      }
      entry.ended(std::move(entry.process));
    }
  }
}

void ProcessWatch::Stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_.get(), &one, sizeof(one)));
  thread_.join();
}

}  // namespace inquest::sandbox
