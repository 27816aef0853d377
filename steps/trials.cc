#include "steps/trials.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "runtime/statistics/binomial.h"

namespace inquest::steps {
namespace {

constexpr std::size_t kLanes = 2;
// A batch is to take so long; short enough to stop early, long enough to be worth its start. What
// it takes beside its trials (a build, runs of the unchanged trigger) is to be a third at most.
constexpr double kBatchSeconds = 6;
constexpr double kTimesOverhead = 2;
constexpr double kBatchSecondsMost = 30;
constexpr std::size_t kBatchFewest = 8;
constexpr std::size_t kBatchMost = 500;
constexpr int kBarrenMost = 2;
// Fewer changes than this are run by themselves.
constexpr int kFewestToSieve = 7;
// Of the clean runs of one change, which are to fit into a batch with room to spare.
constexpr double kRunsSecondsMost = 15;
constexpr double kAlpha = 0.01;
constexpr int kRunsMost = 100;
// Where the unchanged trigger hangs, a trial is waited for so long, until so many have ended by
// themselves (sooner than in a second, which no clock of a test's own is set to): then so many
// times as long as half of those took.
constexpr double kHangSeconds = 1.5;
constexpr double kEndedWithin = 1;
constexpr std::size_t kEndedEnough = 5;
constexpr double kTimesEnded = 8;
constexpr double kFewestSeconds = 0.25;
// More of both where the trigger itself compiles C++ before it can hang.
constexpr double kCompileSeconds = 2;

std::string BatchKey(const std::string& key, std::size_t lane, int batch) {
  return key + "/" + std::to_string(lane) + "/" + std::to_string(batch);
}

class Lane {
 public:
  Lane(const Brief& brief, const Results& results, const SieveRequest& request, std::size_t lane)
      : brief_(brief), results_(results), request_(request), lane_(lane) {
    for (std::size_t i = lane; i < request.patches.size(); i += kLanes) items_.push_back(i);
    each_ = request.each_seconds > 0 ? request.each_seconds : TypicalSeconds();
  }

  // True: nothing of it is left to try.
  bool Advance(Sieved& sieved, Want& want) {
    for (int batch = 0; at_ < items_.size() && barren_ < kBarrenMost; ++batch) {
      const std::size_t count = std::min(items_.size() - at_, BatchSize());
      const std::string key = BatchKey(request_.key, lane_, batch);
      const Observed* run = results_.Find(key);
      if (run == nullptr) {
        want.effects.push_back(Batch(key, count));
        return false;
      }
      Take(*run, count, sieved);
    }
    return true;
  }

 private:
  // Of a trial: as the survey's were, else as the trigger is by itself.
  double TypicalSeconds() const {
    if (brief_.survey.has_value() && request_.command == brief_.target.test_command() &&
        brief_.survey->tried() > 0) {
      return Seconds(brief_.survey->wall_time()) / brief_.survey->tried();
    }
    return brief_.symptom.has_value() ? Seconds(brief_.symptom->typical_wall_time()) : 1;
  }

  std::size_t BatchSize() const {
    const double seconds = std::clamp(kTimesOverhead * overhead_, kBatchSeconds, kBatchSecondsMost);
    const auto fits = static_cast<std::size_t>(seconds / std::max(each_, 0.001));
    return std::clamp(fits, kBatchFewest, kBatchMost);
  }

  v1::Effect Batch(const std::string& key, std::size_t count) const {
    v1::Effect effect = WantRun(brief_, {.key = key,
                                         .phase = request_.phase,
                                         .command = request_.command,
                                         .patches = {},
                                         .limit_seconds = ScreeningLimitSeconds(brief_),
                                         .oracle = request_.oracle});
    v1::TrialPlan& plan = *effect.mutable_run()->mutable_trial_plan();
    plan.set_runs(request_.runs);
    plan.set_enough(request_.enough);
    *plan.mutable_time_limit() = TrialLimit();
    for (std::size_t i = at_; i < at_ + count; ++i) {
      *plan.add_trials()->add_patches() = Applied(request_.patches[items_[i]]);
    }
    return effect;
  }

  google::protobuf::Duration TrialLimit() const {
    auto seconds = static_cast<double>(ScreeningLimitSeconds(brief_));
    if (Hangs(brief_) || HungByItsOwnClock(brief_)) seconds = std::min(seconds, HangSeconds());
    const v1::Oracle* oracle = request_.oracle;
    // Where the bug is that it takes too long, longer than that is not waited for.
    if (oracle != nullptr && oracle->more_than().measurement() == v1::MEASUREMENT_WALL_SECONDS) {
      seconds = std::min(seconds, oracle->more_than().value());
    }
    google::protobuf::Duration limit;
    limit.set_seconds(static_cast<std::int64_t>(seconds));
    limit.set_nanos(static_cast<std::int32_t>(1e9 * (seconds - std::floor(seconds))));
    return limit;
  }

  double HangSeconds() const {
    const double most = kHangSeconds + CompileSeconds();
    if (ended_.size() < kEndedEnough) return most;
    std::vector<double> ended = ended_;
    const auto half = ended.begin() + static_cast<std::ptrdiff_t>(ended.size() / 2);
    std::nth_element(ended.begin(), half, ended.end());
    return std::clamp(kTimesEnded * *half, kFewestSeconds, most);
  }

  double CompileSeconds() const {
    const bool compiles =
        brief_.acquired.language() == "cpp" && brief_.target.build_command().empty();
    return compiles ? kCompileSeconds : 0;
  }

  void Take(const Observed& run, std::size_t count, Sieved& sieved) {
    sieved.effect_ids.push_back(run.effect_id);
    const v1::TrialPlan& plan = run.effect->run().trial_plan();
    std::size_t reached = 0;
    double seconds = 0;
    for (const v1::TrialOutcome& trial : run.observation->run().trials()) {
      const auto index = static_cast<std::size_t>(trial.trial());
      if (trial.trial() < 0 || index >= count) continue;
      reached = std::max(reached, index + 1);
      const double wall = Seconds(trial.wall_time());
      seconds += wall;
      const bool ended =
          wall < std::min(kEndedWithin + CompileSeconds(), Seconds(plan.time_limit()));
      if (trial.runs() == 1 && ended) {
        ended_.push_back(wall);
      }
      ++sieved.tried;
      const bool passed = trial.result() == v1::TrialOutcome::RESULT_PASSED;
      sieved.trials[items_[at_ + index]] = {
          passed ? Sieved::Result::kPassed : Sieved::Result::kFell, run.effect_id,
          trial.result() == v1::TrialOutcome::RESULT_BUG_SHOWED};
    }
    sieved.seconds += seconds;
    if (reached > 0) {
      each_ = seconds / static_cast<double>(reached);
      const v1::PhaseOutcome* phase = LastPhase(run.observation->run());
      if (phase != nullptr) overhead_ = Seconds(phase->wall_time()) - seconds;
    }
    barren_ = reached > 0 ? 0 : barren_ + 1;
    // Where nothing was reached, the first one may be what ended the batch.
    at_ += std::max<std::size_t>(reached, 1);
  }

  const Brief& brief_;
  const Results& results_;
  const SieveRequest& request_;
  const std::size_t lane_;
  std::vector<std::size_t> items_;
  std::size_t at_ = 0;
  int barren_ = 0;  // batches in a row that reached nothing
  double each_ = 1;
  double overhead_ = 0;
  std::vector<double> ended_;  // what single runs took that ended by themselves, seconds
};

}  // namespace

std::vector<std::size_t> Sieved::Passed() const {
  std::vector<std::size_t> passed;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (trials[i].result == Result::kPassed) passed.push_back(i);
  }
  return passed;
}

Sieved Sieve(const Brief& brief, const Results& results, const SieveRequest& request, Want& want) {
  Sieved sieved;
  sieved.trials.resize(request.patches.size());
  if (request.oracle != nullptr &&
      request.oracle->more_than().measurement() == v1::MEASUREMENT_PEAK_MEMORY_BYTES) {
    sieved.complete = true;
    return sieved;
  }
  bool all = true;
  Want wanted;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool done = Lane(brief, results, request, lane).Advance(sieved, wanted);
    all = all && done;
  }
  const bool enough =
      request.enough > 0 && sieved.Passed().size() >= static_cast<std::size_t>(request.enough);
  const bool spent =
      request.most_seconds > 0 && SievedSeconds(results, request.key) >= request.most_seconds;
  sieved.complete = all || enough || spent;
  if (sieved.complete) return sieved;
  std::move(wanted.effects.begin(), wanted.effects.end(), std::back_inserter(want.effects));
  return sieved;
}

double SievedSeconds(const Results& results, const std::string& key) {
  double seconds = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (int batch = 0;; ++batch) {
      const Observed* run = results.Find(BatchKey(key, lane, batch));
      if (run == nullptr) break;
      const v1::PhaseOutcome* phase = LastPhase(run->observation->run());
      if (phase != nullptr) seconds += Seconds(phase->wall_time());
    }
  }
  return seconds;
}

bool WorthSieving(const Brief& brief, int patches, int runs) {
  if (patches < kFewestToSieve || !brief.symptom.has_value()) return false;
  const double each = std::min(Seconds(brief.symptom->typical_wall_time()),
                               static_cast<double>(ScreeningLimitSeconds(brief)));
  return each * runs <= kRunsSecondsMost;
}

int SieveRuns(double rate_lower) {
  return std::min(statistics::RunsRequired(kAlpha, 1, rate_lower), kRunsMost);
}

}  // namespace inquest::steps
