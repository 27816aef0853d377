#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/analysis/answers.h"

// Any bytes as an inputs instrument's output: a tree never differs from itself, and the telling
// input is one that both answered.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace analysis = inquest::analysis;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  analysis::Answers one;
  one.Add(bytes.substr(0, size / 2));
  analysis::Answers other;
  other.Add(bytes);
  if (analysis::CompareAnswers(one, one, one).differing != 0) std::abort();
  const analysis::AnswerDifference difference = analysis::CompareAnswers(one, one, other);
  if (difference.differing > difference.inputs) std::abort();
  if (difference.differing > 0 && !other.by_input().contains(difference.input)) std::abort();
  return 0;
}
