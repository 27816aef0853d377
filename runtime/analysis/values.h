#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inquest::analysis {

// What a values instrument recorded of one run (languages/python/instrument/inquest_values.py).
// Hostile input: the first 10,000 values of 4 KiB, and what makes no sense is skipped.
struct RecordedValues {
  // An instrumented process started: no value then means that the place was not reached.
  bool started = false;
  std::vector<std::string> values;
};

RecordedValues ReadValues(std::string_view jsonl);

}  // namespace inquest::analysis
