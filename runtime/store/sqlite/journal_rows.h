#pragma once

#include <string_view>

#include "runtime/store/sqlite/database.h"
#include "runtime/store/store.h"

namespace inquest::store {

// Every kMarkEvery-th event of an investigation is entered in event_mark: a read walks at most so
// many events further back than it has to.
inline constexpr std::int64_t kMarkEvery = 64;

// What ReadHead takes, then the row's id and that of its last event; a WHERE clause may follow.
inline constexpr std::string_view kSelectHeads =
    "SELECT uid, title, state, step, outcome, ended_by, last_sequence, created_at_us, "
    "updated_at_us, chain, id, last_event FROM investigation ";
inline constexpr int kHeadRowColumn = 10;
inline constexpr int kHeadLastEventColumn = 11;

Result<Head> ReadHead(const Execution& row);

}  // namespace inquest::store
