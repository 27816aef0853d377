#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/formats/run_output.h"

namespace {

namespace v1 = inquest::v1;

void CheckCitation(const v1::Citation& at, std::string_view bytes) {
  const auto begin = static_cast<std::size_t>(at.begin_byte());
  const auto end = static_cast<std::size_t>(at.end_byte());
  if (begin > end || end > bytes.size()) std::abort();
  if (at.quote() != bytes.substr(begin, end - begin)) std::abort();
}

}  // namespace

// Any bytes as a run's output: reading ends, what it gives survives serialisation (valid UTF-8),
// and every citation quotes the bytes at its range. The first byte chooses exit code (bits 0-2),
// stream (3), both streams (4) and an end by a signal (5).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t half = (data[0] & 16U) != 0 ? bytes.size() / 2 : bytes.size();
  const bool swapped = (data[0] & 8U) == 0;
  const std::string_view out = swapped ? bytes.substr(half) : bytes.substr(0, half);
  const std::string_view err = swapped ? bytes.substr(0, half) : bytes.substr(half);
  v1::PhaseOutcome phase;
  phase.set_ending((data[0] & 32U) != 0 ? v1::ENDING_SIGNALED : v1::ENDING_EXITED);
  phase.set_signal(6 + (data[0] & 7U));
  phase.set_exit_code(data[0] & 7U);
  phase.mutable_stdout()->set_digest("out");
  phase.mutable_stderr()->set_digest("err");
  const v1::RunReading reading = inquest::formats::ReadOutput(out, err, phase);
  v1::RunReading parsed;
  if (!parsed.ParseFromString(reading.SerializeAsString())) std::abort();
  for (const v1::Failure& failure : reading.failures()) {
    CheckCitation(failure.citation(), failure.citation().digest() == "out" ? out : err);
  }
  return 0;
}
