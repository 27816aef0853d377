#include "runtime/analysis/values.h"

#include <gtest/gtest.h>

namespace inquest::analysis {
namespace {

TEST(ReadValues, TellsNothingReachedFromNothingRecorded) {
  EXPECT_FALSE(ReadValues("").started);
  EXPECT_TRUE(ReadValues("{\"started\": true}\n").started);
}

TEST(ReadValues, SkipsErrorsAndWhatMakesNoSense) {
  const RecordedValues recorded = ReadValues(
      "{\"started\": true}\n"
      "{\"line\": 3, \"value\": \"[1, 2]\"}\n"
      "{\"line\": 3, \"error\": \"NameError\"}\n"
      "{\"line\": 3, \"value\": 7}\n"
      "[[[[[\n"
      "{\"line\": 4, \"value\": \"None\"}");

  EXPECT_EQ(recorded.values, (std::vector<std::string>{"[1, 2]", "None"}));
}

TEST(ReadValues, StopsAtItsLimit) {
  std::string flood;
  for (int i = 0; i < 10'050; ++i) flood += "{\"value\": \"x\"}\n";

  EXPECT_EQ(ReadValues(flood).values.size(), 10'000U);
}

}  // namespace
}  // namespace inquest::analysis
