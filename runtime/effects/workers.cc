#include "runtime/effects/workers.h"

namespace inquest::effects {
namespace {

constexpr std::size_t kQueueLimit = 100'000;

}  // namespace

Workers::Workers(int threads) : queue_(kQueueLimit) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      while (auto task = queue_.TakeOne()) {
        if (!queue_.closed()) (*task)();
      }
    });
  }
}

Workers::~Workers() { queue_.Close(); }

bool Workers::TryDo(std::function<void()> task) { return queue_.TryPut(std::move(task)); }

}  // namespace inquest::effects
