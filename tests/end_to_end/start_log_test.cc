#include "tests/end_to_end/start_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(StartLog, AnotherAttemptOrEffectIsAnotherStart) {
  EXPECT_THAT(StartedTwice(StartsOf("i.5.1\ni.5.2\ni.6.1\nj.5.1\n")), IsEmpty());
  EXPECT_THAT(StartedTwice(StartsOf("")), IsEmpty());
}

// The check of the crash tests, shown to fail.
TEST(StartLog, TheSameAttemptTwiceIsFound) {
  EXPECT_THAT(StartedTwice(StartsOf("i.5.1\ni.6.1\ni.5.1\ni.7.1\ni.7.1\ni.7.1\n")),
              ElementsAre("i.5.1", "i.7.1"));
}

}  // namespace
}  // namespace inquest::tests
