#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/store/store.h"

namespace inquest::store {

// A store under test, and how to break what it keeps behind its back.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Store& store() = 0;
  virtual void DamageEvent(const std::string& id, std::int64_t sequence) = 0;
  virtual void DamageArtifact(const Digest& digest) = 0;
};

struct BackendParam {
  std::string name;
  std::function<std::unique_ptr<Backend>()> make;
};

// What every store must do: memory and SQLite run it, whoever comes next too.
class StoreContract : public ::testing::TestWithParam<BackendParam> {
 protected:
  Store& store() { return backend_->store(); }
  Backend& backend() { return *backend_; }

 private:
  std::unique_ptr<Backend> backend_ = GetParam().make();
};

inline AppendRequest Request(const std::string& id, std::int64_t expected,
                             std::vector<std::string> events) {
  AppendRequest request;
  request.id = id;
  request.expected_sequence = expected;
  request.events = std::move(events);
  request.recorded_at_us = 1000 + expected;
  request.head.title = "title of " + id;
  request.head.state = 1;
  return request;
}

inline Result<std::vector<JournalEvent>> AppendAndWait(Store& store, AppendRequest request) {
  auto result = std::make_shared<std::promise<Result<std::vector<JournalEvent>>>>();
  auto future = result->get_future();
  store.Append(std::move(request), [result](Result<std::vector<JournalEvent>> appended) {
    result->set_value(std::move(appended));
  });
  return future.get();
}

inline std::vector<std::string> Ids(const std::vector<Head>& heads) {
  std::vector<std::string> ids;
  for (const Head& head : heads) ids.push_back(head.id);
  return ids;
}

// Bytes that do not compress, the same for the same seed.
inline std::string Noise(std::size_t size_bytes, std::uint64_t seed) {
  std::string bytes(size_bytes, '\0');
  std::uint64_t x = seed * 2 + 1;
  for (char& byte : bytes) {
    x ^= x << 13U;
    x ^= x >> 7U;
    x ^= x << 17U;
    byte = static_cast<char>(x >> 56U);
  }
  return bytes;
}

}  // namespace inquest::store
