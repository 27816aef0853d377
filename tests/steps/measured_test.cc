#include "steps/verify/measured.h"

#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <vector>

namespace inquest::steps {
namespace {

class Measured : public testing::Test {
 protected:
  const Observed* Run(double seconds) {
    auto observation = std::make_shared<v1::Observation>();
    v1::PhaseOutcome& phase = *observation->mutable_run()->add_phases();
    phase.mutable_wall_time()->set_seconds(static_cast<std::int64_t>(seconds));
    phase.set_peak_memory_bytes(static_cast<std::int64_t>(seconds * 1000));
    seen_.push_back({"", 0, std::make_shared<v1::Effect>(), observation});
    return &seen_.back();
  }

  std::vector<const Observed*> Runs(const std::vector<double>& seconds) {
    std::vector<const Observed*> runs;
    for (const double one : seconds) runs.push_back(Run(one));
    return runs;
  }

  std::list<Observed> seen_;
};

v1::Oracle MoreThan(v1::Measurement measurement) {
  v1::Oracle oracle;
  oracle.mutable_more_than()->set_measurement(measurement);
  oracle.mutable_more_than()->set_value(5);
  return oracle;
}

TEST_F(Measured, ComparesTheRunsWithoutThePatchWithThoseWithIt) {
  const auto before = Runs({10, 12, 14});
  const auto after = Runs({1, 2, 3});
  const auto revert = Runs({11, 13, 15});

  for (const auto& [measurement, unit] : {std::pair{v1::MEASUREMENT_WALL_SECONDS, 1.0},
                                          std::pair{v1::MEASUREMENT_PEAK_MEMORY_BYTES, 1000.0}}) {
    const auto change = MeasureChange(MoreThan(measurement), {before, after, revert});

    ASSERT_TRUE(change.has_value());
    EXPECT_DOUBLE_EQ(change->before(), 12.5 * unit);
    EXPECT_DOUBLE_EQ(change->after(), 2 * unit);
    EXPECT_DOUBLE_EQ(change->p_value(), 1.0 / 84);  // 9 over 3
    EXPECT_DOUBLE_EQ(change->effect_size(), 1);
  }
}

TEST_F(Measured, IsNothingWhereTheOracleSpeaksOfNoMeasurement) {
  const auto runs = Runs({1});
  v1::Oracle oracle;
  oracle.set_any_failure(true);

  EXPECT_FALSE(MeasureChange(oracle, {runs, runs, runs}).has_value());
}

}  // namespace
}  // namespace inquest::steps
