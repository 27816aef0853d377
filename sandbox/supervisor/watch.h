#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace inquest::sandbox {

// What the processes below (and with) `root` hold in memory, and how many they are. The layer that
// stands in for a memory group where none can be made.
struct TreeUse {
  std::int64_t memory_bytes = 0;
  std::int64_t processes = 0;
  // Processor time of the living and of those that they have waited for.
  std::int64_t cpu_us = 0;
  // Of files that have no name any more but are still open: they take disk that no walk finds.
  std::int64_t nameless_bytes = 0;
};
TreeUse MeasureTree(pid_t root);

// Disk that everything under the directories takes. Anything too deep or too many to count within
// named limits counts as kUncountable.
inline constexpr std::int64_t kUncountable = INT64_MAX;
std::int64_t DiskUse(const std::vector<std::string>& directories);

}  // namespace inquest::sandbox
