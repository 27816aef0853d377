#pragma once

#include <string>

namespace inquest::store {

// Events per second of SQLite alone: groups of `group` rows and head updates in a transaction, with
// the settings of the store and a table in append order. Nothing that the store adds: no hash, no
// look-up, no queue, no second thread. Ends the process when SQLite fails.
double RawGroupCommit(const std::string& path, const std::string& event, int group, int groups);

}  // namespace inquest::store
