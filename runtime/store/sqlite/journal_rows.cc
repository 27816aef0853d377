#include "runtime/store/sqlite/journal_rows.h"

#include <utility>

namespace inquest::store {

Result<Head> ReadHead(const Execution& row) {
  Head head;
  head.id = row.Text(0);
  head.title = row.Text(1);
  head.state = static_cast<int>(row.Int(2));
  head.step = static_cast<int>(row.Int(3));
  head.outcome = static_cast<int>(row.Int(4));
  head.ended_by = static_cast<int>(row.Int(5));
  head.last_sequence = row.Int(6);
  head.created_at_us = row.Int(7);
  head.updated_at_us = row.Int(8);
  TRY_ASSIGN(head.chain, row.DigestAt(9));
  return head;
}

}  // namespace inquest::store
