#include "tests/end_to_end/start_log.h"

#include <algorithm>

namespace inquest::tests {

std::vector<std::string> StartsOf(std::string_view log) {
  std::vector<std::string> starts;
  while (!log.empty()) {
    const std::size_t end = std::min(log.find('\n'), log.size());
    starts.emplace_back(log.substr(0, end));
    log.remove_prefix(std::min(end + 1, log.size()));
  }
  return starts;
}

std::vector<std::string> StartedTwice(const std::vector<std::string>& starts) {
  std::vector<std::string> sorted = starts;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> twice;
  for (auto at = std::adjacent_find(sorted.begin(), sorted.end()); at != sorted.end();
       at = std::adjacent_find(at + 1, sorted.end())) {
    if (twice.empty() || twice.back() != *at) twice.push_back(*at);
  }
  return twice;
}

}  // namespace inquest::tests
