#include "steps/hypothesize/halving.h"

#include <bit>
#include <optional>

namespace inquest::steps {
namespace {

enum class Answer { kUnknown, kBad, kGood, kUseless };

Answer AnswerOf(const StateTally& state, const HalvingRules& rules) {
  if (state.bug_showed) return Answer::kBad;
  if (state.useless) return Answer::kUseless;
  return state.clean >= rules.screening_runs ? Answer::kGood : Answer::kUnknown;
}

// The bits of `number` in the opposite order: 1/2, 1/4, 3/4, 1/8, ... of the way, so that a bunch
// of useless states is left soon.
std::size_t Mirrored(std::size_t number, int bits) {
  std::size_t mirrored = 0;
  for (int bit = 0; bit < bits; ++bit) {
    mirrored = mirrored << 1U | ((number >> static_cast<unsigned>(bit)) & 1U);
  }
  return mirrored;
}

// The one of [begin, end) that is nearest to halving them and not useless.
std::optional<std::size_t> Middle(std::span<const StateTally> states, const HalvingRules& rules,
                                  std::size_t begin, std::size_t end) {
  if (begin >= end) return std::nullopt;
  const std::size_t count = end - begin;
  const auto bits = static_cast<int>(std::bit_width(count - 1)) + 1;
  const std::size_t steps = std::size_t{1} << static_cast<unsigned>(bits);
  for (std::size_t i = 1; i <= steps; ++i) {
    const std::size_t at = begin + count * Mirrored(i % steps, bits) / steps;
    if (AnswerOf(states[at], rules) != Answer::kUseless) return at;
  }
  return std::nullopt;
}

Halved Going(std::size_t state, int runs) {
  Halved halved;
  halved.end = Halved::End::kGoing;
  halved.wanted = state;
  halved.runs = runs;
  return halved;
}

}  // namespace

Halved Halve(std::span<const StateTally> states, const HalvingRules& rules) {
  Halved halved;
  if (states.empty()) return halved;
  const std::size_t last = states.size() - 1;
  const Answer oldest = AnswerOf(states[last], rules);
  if (oldest == Answer::kUnknown) return Going(last, rules.screening_runs);
  if (oldest == Answer::kBad) {
    halved.end = Halved::End::kShowsAtGood;
    return halved;
  }
  // [begin, end) is not decided yet; what is newer is bad, and `end` is good, if it was measured.
  std::size_t begin = 0;
  std::size_t end = last;
  while (const auto middle = Middle(states, rules, begin, end)) {
    const Answer answer = AnswerOf(states[*middle], rules);
    if (answer == Answer::kUnknown) return Going(*middle, rules.screening_runs);
    if (answer == Answer::kBad) begin = *middle + 1;
    if (answer == Answer::kGood) end = *middle;
  }
  if (AnswerOf(states[end], rules) != Answer::kGood) return halved;
  if (states[end].clean < rules.sure_runs) return Going(end, rules.sure_runs);
  halved.end = Halved::End::kFound;
  halved.first_suspect = begin;
  halved.good = end;
  return halved;
}

}  // namespace inquest::steps
