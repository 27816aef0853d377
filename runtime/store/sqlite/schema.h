#pragma once

#include <span>
#include <string_view>

#include "runtime/base/status.h"
#include "runtime/store/sqlite/database.h"

namespace inquest::store {

// "INQS": says to file(1) and to us whose database it is.
inline constexpr std::int64_t kApplicationId = 0x494E5153;

// Migration n (from 1) leads from version n - 1 to n. Released ones never change: a new version
// is a new entry at the end.
std::span<const std::string_view> Migrations();

// Turns on the write-ahead log and brings the database to the last version, each step in a
// transaction of its own; a database that is not ours is not touched.
// FAILED_PRECONDITION: STORE_TOO_NEW, NOT_A_STORE.
Status Migrate(Database& database, std::span<const std::string_view> migrations);

}  // namespace inquest::store
