#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/formats/run_output.h"

// Any bytes as a run's output: reading ends, what it gives survives serialisation (valid UTF-8),
// and every citation quotes the bytes at its range. The first byte chooses exit code and stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace v1 = inquest::v1;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  v1::PhaseOutcome phase;
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_exit_code(data[0] & 7U);
  const bool out = (data[0] & 8U) != 0;
  const v1::RunReading reading =
      inquest::formats::ReadOutput(out ? bytes : "", out ? "" : bytes, phase);
  v1::RunReading parsed;
  if (!parsed.ParseFromString(reading.SerializeAsString())) std::abort();
  for (const v1::Failure& failure : reading.failures()) {
    const v1::Citation& at = failure.citation();
    const auto begin = static_cast<std::size_t>(at.begin_byte());
    const auto end = static_cast<std::size_t>(at.end_byte());
    if (begin > end || end > bytes.size()) std::abort();
    if (at.quote() != bytes.substr(begin, end - begin)) std::abort();
  }
  return 0;
}
