#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/analysis/spectra.h"

// Any bytes as an instrument's output: lists are sorted, records lie within the bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace analysis = inquest::analysis;
  const analysis::Coverage coverage =
      analysis::ReadCoverage({reinterpret_cast<const char*>(data), size});
  for (const analysis::TestCoverage& test : coverage.tests) {
    if (test.record_begin > test.record_end || test.record_end > size) std::abort();
    for (const auto& [path, lines] : test.lines) {
      for (std::size_t i = 1; i < lines.size(); ++i) {
        if (lines[i - 1] >= lines[i]) std::abort();
      }
    }
  }
  analysis::Spectra spectra;
  spectra.Add(coverage);
  for (const auto& path : spectra.SuspectFiles()) (void)spectra.At(path, 1, 100);
  return 0;
}
