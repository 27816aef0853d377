#include "steps/observe/gate.h"

#include "steps/runs.h"

namespace inquest::steps {
namespace {

// What sh says when it cannot find or execute the command (POSIX, Shell Command Language 2.8.2).
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

}  // namespace

std::optional<Settle> ObserveGate(std::span<const Observed* const> runs,
                                  const v1::Analysis& readings) {
  for (const Observed* run : runs) {
    const v1::PhaseOutcome& last = *LastPhase(run->observation->run());
    if (last.ending() == v1::ENDING_EXITED &&
        (last.exit_code() == kNotFound || last.exit_code() == kNotExecutable)) {
      return SettleWith(v1::SETTLEMENT_GIVE_UP, "TRIGGER_CANNOT_START",
                        "the test command exited " + std::to_string(last.exit_code()) +
                            ": a program that it names was not found or cannot be executed in the "
                            "sandbox; its output is artifact " +
                            last.stderr().digest());
    }
  }
  for (const v1::RunReading& reading : readings.readings()) {
    if (reading.not_started_because().empty()) continue;
    return SettleWith(v1::SETTLEMENT_GIVE_UP, "TRIGGER_CANNOT_START",
                      reading.not_started_because());
  }
  return std::nullopt;
}

}  // namespace inquest::steps
