#include "runtime/engine/feed.h"

#include <algorithm>

namespace inquest::engine {

Feed::Feed(std::size_t kept_per_investigation) : kept_(kept_per_investigation) {}

void Feed::Subscribe(const std::string& id, std::shared_ptr<Watcher> watcher) {
  std::lock_guard lock(mutex_);
  channels_[id].watchers.push_back(std::move(watcher));
}

void Feed::Unsubscribe(const std::string& id, const Watcher* watcher) {
  std::shared_ptr<Watcher> released;  // its destructor must not run under the lock
  std::lock_guard lock(mutex_);
  const auto channel = channels_.find(id);
  if (channel == channels_.end()) return;
  auto& watchers = channel->second.watchers;
  const auto it = std::find_if(watchers.begin(), watchers.end(),
                               [&](const auto& known) { return known.get() == watcher; });
  if (it == watchers.end()) return;
  released = std::move(*it);
  watchers.erase(it);
  // Without watchers nothing is kept: a later one starts from the store.
  if (watchers.empty()) channels_.erase(channel);
}

std::optional<std::vector<FeedItem>> Feed::After(const std::string& id, std::int64_t after_sequence,
                                                 std::size_t limit) const {
  std::lock_guard lock(mutex_);
  const auto channel = channels_.find(id);
  if (channel == channels_.end() || channel->second.items.empty()) return std::nullopt;
  const auto& items = channel->second.items;
  if (after_sequence + 1 < items.front().sequence) return std::nullopt;
  std::vector<FeedItem> found;
  const auto skip = static_cast<std::size_t>(after_sequence + 1 - items.front().sequence);
  for (std::size_t i = skip; i < items.size() && found.size() < limit; ++i) {
    found.push_back(items[i]);
  }
  return found;
}

void Feed::Publish(const std::string& id, std::vector<FeedItem> items) {
  std::vector<std::shared_ptr<Watcher>> woken;
  {
    std::lock_guard lock(mutex_);
    const auto channel = channels_.find(id);
    if (channel == channels_.end()) return;
    for (FeedItem& item : items) channel->second.items.push_back(std::move(item));
    while (channel->second.items.size() > kept_) channel->second.items.pop_front();
    woken = channel->second.watchers;
  }
  for (const auto& watcher : woken) watcher->Wake();
}

void Feed::Close() {
  std::vector<std::shared_ptr<Watcher>> woken;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& [id, channel] : channels_) {
      woken.insert(woken.end(), channel.watchers.begin(), channel.watchers.end());
    }
  }
  for (const auto& watcher : woken) watcher->Wake();
}

}  // namespace inquest::engine
