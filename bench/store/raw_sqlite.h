#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "runtime/store/store.h"

namespace inquest::store {

// The next event of one of those who append, numbered from 0.
using MakeRequest = std::function<AppendRequest(int appender, std::int64_t expected_sequence)>;

// Events per second of SQLite alone: the rows of `group` requests of one event in a transaction,
// into the store's own tables and with its settings. Nothing that the store adds: no hash, no
// look-up, no queue, no second thread, nobody who is told. Ends the process when SQLite fails.
double RawGroupCommit(const std::string& path, const MakeRequest& make, int group, int groups);

}  // namespace inquest::store
