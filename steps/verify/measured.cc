#include "steps/verify/measured.h"

#include <vector>

#include "runtime/statistics/mann_whitney.h"
#include "runtime/statistics/median.h"
#include "steps/runs.h"

namespace inquest::steps {
namespace {

void Add(v1::Measurement measurement, std::span<const Observed* const> runs,
         std::vector<double>& values) {
  for (const Observed* run : runs) {
    const v1::PhaseOutcome* phase = LastPhase(run->observation->run());
    if (phase == nullptr) continue;
    values.push_back(measurement == v1::MEASUREMENT_WALL_SECONDS
                         ? Seconds(phase->wall_time())
                         : static_cast<double>(phase->peak_memory_bytes()));
  }
}

}  // namespace

std::optional<v1::MeasuredChange> MeasureChange(const v1::Oracle& oracle, const Rounds& rounds) {
  if (!oracle.has_more_than()) return std::nullopt;
  const v1::Measurement measurement = oracle.more_than().measurement();
  std::vector<double> before;
  std::vector<double> after;
  Add(measurement, rounds.before, before);
  Add(measurement, rounds.revert, before);
  Add(measurement, rounds.after, after);
  if (before.empty() || after.empty()) return std::nullopt;
  const statistics::Larger larger = statistics::IsLarger(before, after);
  v1::MeasuredChange change;
  change.set_measurement(measurement);
  change.set_before(statistics::MedianOf(before).value);
  change.set_after(statistics::MedianOf(after).value);
  change.set_p_value(larger.p_value);
  change.set_effect_size(larger.effect_size);
  return change;
}

}  // namespace inquest::steps
