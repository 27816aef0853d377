#include "runtime/analysis/values.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace inquest::analysis {
namespace {

constexpr std::size_t kValuesLimit = 10'000;
constexpr std::size_t kLineBytes = 32'768;
constexpr std::size_t kValueBytes = 4096;

}  // namespace

RecordedValues ReadValues(std::string_view jsonl) {
  RecordedValues recorded;
  while (!jsonl.empty() && recorded.values.size() < kValuesLimit) {
    const std::string_view line = jsonl.substr(0, jsonl.find('\n'));
    jsonl.remove_prefix(std::min(jsonl.size(), line.size() + 1));
    if (line.size() > kLineBytes) continue;
    const auto record = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) continue;
    if (record.contains("started")) recorded.started = true;
    const auto value = record.find("value");
    if (value == record.end() || !value->is_string()) continue;
    recorded.values.push_back(value->get<std::string>().substr(0, kValueBytes));
  }
  return recorded;
}

}  // namespace inquest::analysis
