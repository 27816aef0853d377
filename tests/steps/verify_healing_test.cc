#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "steps/steps.h"

// A patch that does nothing, and a bug that goes away by itself: Verify must not credit the patch.
namespace inquest::steps {
namespace {

// The bug's rate in a round.
using Rate = std::function<double(int round)>;

// The patch gets past the interleaved rounds, whose runs show the bug at random in every arm alike
// (or in the unpatched arms only, when the patch works).
bool Credited(int failures, int runs, bool works, const Rate& rate, std::mt19937& random) {
  Brief brief;
  brief.reproduction.emplace();
  brief.reproduction->set_failures(failures);
  brief.reproduction->set_runs(runs);
  brief.reproduction->set_rate_lower(statistics::RateLower(failures, runs));
  brief.reproduction->mutable_recipe()->set_shell_command("./trigger");
  brief.fix.emplace();
  brief.fix->set_patch_digest("patch");
  brief.candidates_entered_verify = 1;
  std::vector<Observed> so_far;
  for (;;) {
    const Action action = Verify(brief, so_far);
    const Want* want = std::get_if<Want>(&action);
    if (want == nullptr) return false;
    for (const v1::Effect& effect : want->effects) {
      if (effect.key() == "split") return true;
      const int round = std::stoi(effect.key().substr(effect.key().find('/') + 1));
      const bool spared = works && effect.key().starts_with("after");
      const bool shows = !spared && std::bernoulli_distribution(rate(round))(random);
      auto observation = std::make_shared<v1::Observation>();
      v1::RunOutcome& run = *observation->mutable_run();
      run.set_oracle_answer(shows ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN);
      v1::PhaseOutcome& phase = *run.add_phases();
      phase.set_ending(v1::ENDING_EXITED);
      phase.set_exit_code(shows ? 1 : 0);
      Observed& observed = so_far.emplace_back();
      observed.key = effect.key();
      observed.effect = std::make_shared<v1::Effect>(effect);
      observed.observation = std::move(observation);
    }
  }
}

int CreditedOf(int tries, int failures, int runs, bool works, const Rate& rate) {
  std::mt19937 random(7);
  int credited = 0;
  for (int i = 0; i < tries; ++i) credited += Credited(failures, runs, works, rate, random) ? 1 : 0;
  return credited;
}

TEST(VerifyHealing, NeverCreditsThePatchWhenABugThatAlwaysShowedHealsInAnyRound) {
  for (int heals = 0; heals < 6; ++heals) {
    EXPECT_EQ(CreditedOf(1, 10, 10, false, [&](int i) { return i < heals ? 1.0 : 0.0; }), 0);
    EXPECT_EQ(CreditedOf(1, 10, 10, false, [&](int i) { return i == heals ? 0.0 : 1.0; }), 0);
  }
}

TEST(VerifyHealing, CreditsANoOpInAtMostOneOfAHundredWheneverAFlakyBugHeals) {
  for (const int heals : {1, 2, 3, 4, 6, 8, 12, 1000}) {
    const Rate rate = [&](int i) { return i < heals ? 0.3 : 0.0; };
    EXPECT_LE(CreditedOf(500, 9, 30, false, rate), 5) << "heals after round " << heals;
  }
}

TEST(VerifyHealing, CreditsANoOpInAtMostOneOfAHundredWhenAFlakyBugHealsAndReturns) {
  for (const int period : {2, 5, 10}) {
    const Rate rate = [&](int i) { return i / period % 2 == 0 ? 0.6 : 0.0; };
    EXPECT_LE(CreditedOf(500, 9, 30, false, rate), 5) << "every " << period << " rounds";
  }
}

TEST(VerifyHealing, CreditsAPatchThatWorksOnAFlakyBug) {
  EXPECT_GE(CreditedOf(200, 9, 30, true, [](int) { return 0.3; }), 190);
  EXPECT_GE(CreditedOf(20, 20, 200, true, [](int) { return 0.1; }), 18);
}

}  // namespace
}  // namespace inquest::steps
