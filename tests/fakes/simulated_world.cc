#include "tests/fakes/simulated_world.h"

#include <algorithm>
#include <utility>

#include "policies/budget.h"
#include "runtime/machine/decide.h"
#include "steps/steps.h"

namespace inquest::fakes {
namespace {

constexpr int kTurnsLimit = 200'000;
constexpr int kHealsAfter = 18;
constexpr int kCrashesAtFullRate = 30;
constexpr int kRareCrashes = 10;

const std::string kRightPatch(64, 'a');
const std::string kWrongPatch(64, 'b');
constexpr int kManyPatches = 12;

std::string WrongPatch(int number) {
  const std::string end = std::to_string(number);
  return kWrongPatch.substr(end.size()) + end;
}

v1::Predicate Predicate(v1::ArmSelector arms, v1::Comparison comparison, double value) {
  v1::Predicate predicate;
  predicate.set_arms(arms);
  predicate.set_measurement(v1::MEASUREMENT_FAILURE_RATE);
  predicate.set_comparison(comparison);
  predicate.set_value(value);
  return predicate;
}

v1::Hypothesis Claim(const std::string& path, int line, double score) {
  v1::Hypothesis hypothesis;
  hypothesis.set_mechanism("line " + std::to_string(line) + " computes a wrong value");
  hypothesis.mutable_location()->set_path(path);
  hypothesis.mutable_location()->set_first_line(line);
  hypothesis.mutable_location()->set_last_line(line);
  hypothesis.add_citations()->set_quote("x");
  *hypothesis.mutable_prediction()->add_if_true() =
      Predicate(v1::ARM_SELECTOR_ANY_INTERVENTION, v1::COMPARISON_AT_MOST, 0);
  *hypothesis.mutable_prediction()->add_if_false() =
      Predicate(v1::ARM_SELECTOR_EVERY_INTERVENTION, v1::COMPARISON_AT_LEAST, 0.01);
  hypothesis.set_score(score);
  return hypothesis;
}

}  // namespace

SimulatedWorld::SimulatedWorld(WorldOptions options) : options_(options), random_(options.seed) {
  store_.SetAppendFault([this](const store::AppendRequest&) {
    if (!Chance(options_.store_fault)) return Status::Ok();
    return Status(Code::kResourceExhausted, "DISK_FULL", "append: no space left on device");
  });
  Boot();
}

SimulatedWorld::~SimulatedWorld() = default;

v1::Policy SimulatedWorld::Policy() {
  v1::Policy policy;
  policy.set_name("scratch");
  policy.mutable_sandbox()->set_allowed(true);
  policy.mutable_sandbox()->set_network(v1::NETWORK_OFF);
  policy.mutable_sandbox()->mutable_time_limit()->set_seconds(600);
  policy.mutable_sources()->set_local_path(true);
  policy.mutable_investigators()->add_allowed("builtin");
  policy.mutable_default_budget()->mutable_wall_time()->set_seconds(100'000);
  policy.mutable_default_budget()->set_runs(20'000);
  policy.mutable_default_budget()->set_iterations(20);
  policy.mutable_default_budget()->set_disk_bytes(1 << 30);
  return policy;
}

bool SimulatedWorld::Chance(double probability) {
  return probability > 0 && std::uniform_real_distribution<>(0, 1)(random_) < probability;
}

// A new engine on the same journal, as after kill -9: nothing of the old one's memory is left.
void SimulatedWorld::Boot() {
  ++epoch_;
  posted_.clear();
  engine::EngineOptions options;
  options.policies = {Policy()};
  options.investigators = {"builtin"};
  const int epoch = epoch_;
  loop_ = std::make_unique<engine::Loop>(store_, *this, clock_, options,
                                         [this, epoch](std::function<void()> task) {
                                           if (epoch == epoch_) posted_.push_back(std::move(task));
                                         });
  CHECK(loop_->Recover().ok());
  while (loop_->RecoverSome()) {
  }
}

void SimulatedWorld::Open(v1::Budget budget) {
  v1::Event event;
  v1::Created& created = *event.mutable_created();
  created.set_id("sim");
  created.mutable_target()->set_local_path("/target");
  created.mutable_target()->set_test_command("test");
  created.set_investigator("builtin");
  created.set_policy("scratch");
  created.set_logic_version(steps::kLogicVersion);
  *created.mutable_budget() = policies::GrantBudget(Policy(), budget);
  id_ = "sim";
  // A client tries again until it is told that the investigation stands.
  bool open = false;
  while (!open) {
    loop_->Open(id_, event, std::nullopt, [&](const auto& settled) { open = settled.ok(); });
    while (!posted_.empty()) {
      auto task = std::move(posted_.front());
      posted_.pop_front();
      task();
    }
  }
}

bool SimulatedWorld::RunToTheEnd() {
  Open();
  for (int turn = 0; turn < kTurnsLimit; ++turn) {
    // Each crash costs a fold of all that was; the few very long investigations get theirs early,
    // and then more rarely.
    const bool many = crashes_ >= kCrashesAtFullRate;
    if (Chance(many ? options_.crash / kRareCrashes : options_.crash)) {
      Crash();
    }
    if (Turn()) continue;
    const auto state = loop_->Look(id_);
    if (state.ok() && (*state)->status == v1::STATE_ENDED) return true;
    clock_.Advance(1'000'000);  // a parked investigation waits for time
    loop_->OnTime();
  }
  return false;
}

void SimulatedWorld::Crash() {
  ++crashes_;
  Boot();
}

machine::State SimulatedWorld::Look(const std::string& id) {
  const auto state = loop_->Look(id);
  CHECK(state.ok());
  return **state;
}

bool SimulatedWorld::RunUntil(const std::function<bool(const machine::State&)>& wanted) {
  for (int turn = 0; turn < kTurnsLimit; ++turn) {
    if (wanted(Look(id_))) return true;
    if (!Turn()) return false;
  }
  return false;
}

Status SimulatedWorld::Ask(const std::string& id, engine::Input input) {
  std::optional<Status> answer;
  loop_->Put(id,
             {std::move(input),
              [&](const auto& settled) { answer = settled.ok() ? Status::Ok() : settled.status(); },
              std::nullopt, false});
  while (!answer.has_value() && !posted_.empty()) {
    auto task = std::move(posted_.front());
    posted_.pop_front();
    task();
  }
  return answer.value_or(Status(Code::kDeadlineExceeded, "NO_ANSWER", "nobody answered"));
}

void SimulatedWorld::Pass(TimeUs us) {
  clock_.Advance(us);
  loop_->OnTime();
}

void SimulatedWorld::RunUntilIdle() {
  while (Turn()) {
  }
}

// One thing happens: a posted task, or an effect that finishes, in any order. False: nothing can.
bool SimulatedWorld::Turn() {
  clock_.Advance(1'000);
  if (!posted_.empty()) {
    auto task = std::move(posted_.front());
    posted_.pop_front();
    task();
    return true;
  }
  std::erase_if(running_, [&](const Waiting& waiting) { return waiting.epoch != epoch_; });
  if (running_.empty() || held_) return false;
  const std::size_t at = random_() % running_.size();
  Waiting waiting = std::move(running_[at]);
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(at));
  const auto outcome = outcomes_.find(waiting.key);
  if (outcome == outcomes_.end()) {
    violation_ = "an effect was forgotten before its result was recorded";
    return true;
  }
  waiting.done(outcome->second);
  return true;
}

void SimulatedWorld::Start(engine::StartOrder order, Done done) {
  const Key key{order.investigation, order.effect.id(), order.attempt};
  if (!order.permit.Covers(order.effect)) violation_ = "an effect started without its permit";
  // A key that was started before is re-attached to: the work is not done again.
  ++orders_;
  if (started_.insert(key).second) outcomes_[key] = Do(order);
  running_.push_back({key, std::move(done), epoch_});
}

void SimulatedWorld::Cancel(const std::string& investigation, std::int64_t effect_id) {
  cancelled_.emplace(investigation, effect_id);
}

void SimulatedWorld::Forget(const std::string& investigation, std::int64_t effect_id, int attempt) {
  outcomes_.erase({investigation, effect_id, attempt});
}

v1::Observation SimulatedWorld::Do(const engine::StartOrder& order) {
  v1::Observation observation;
  // The last attempt's failure would stand; what then becomes of it is not what is simulated here.
  if (order.attempt < machine::kAttempts && Chance(options_.transient)) {
    observation.mutable_failure()->set_reason("BUSY");
    observation.mutable_failure()->set_transient(true);
    return observation;
  }
  switch (order.effect.work_case()) {
    case v1::Effect::kAcquire:
      observation.mutable_acquired()->set_tree_digest(std::string(64, '0'));
      return observation;
    case v1::Effect::kRun:
      return RunTarget(order.effect.run());
    case v1::Effect::kAsk:
      return Answer(order);
    case v1::Effect::kAnalyse:
      break;
    case v1::Effect::WORK_NOT_SET:
      violation_ = "an effect without work";
      break;
  }
  const v1::AnalyseWork& work = order.effect.analyse();
  v1::Analysis& analysis = *observation.mutable_analysis();
  for (const v1::RunOfEffect& run : work.read_runs().runs()) {
    analysis.add_readings()->set_effect_id(run.effect_id());
  }
  if (work.has_split_patch()) analysis.add_without_hunk("");
  if (work.has_write_certificate()) {
    analysis.mutable_certificate()->set_digest(std::string(64, 'c'));
  }
  return observation;
}

v1::Observation SimulatedWorld::RunTarget(const v1::RunSpec& spec) {
  v1::Observation observation;
  v1::RunOutcome& outcome = *observation.mutable_run();
  if (Chance(options_.lost)) {
    outcome.set_problem(v1::RunOutcome::PROBLEM_LOST);
    outcome.set_explanation("its supervisor died");
    return observation;
  }
  if (spec.has_trial_plan()) {
    RunTrials(spec, outcome);
    return observation;
  }
  const bool patched = spec.patches_size() == 1 && spec.patches(0).digest() == kRightPatch;
  if (!patched) ++runs_of_base_;
  const bool healed = options_.heals && runs_of_base_ > kHealsAfter;
  const bool fails = !patched && !healed && Chance(options_.failure_rate);
  v1::PhaseOutcome& phase = *outcome.add_phases();
  phase.set_name(spec.phases(spec.phases_size() - 1).name());
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_exit_code(fails ? 1 : 0);
  phase.mutable_wall_time()->set_nanos(1'000'000);
  phase.mutable_stdout()->set_size_bytes(options_.run_bytes);
  if (spec.has_oracle()) {
    outcome.set_oracle_answer(fails ? v1::ORACLE_ANSWER_BUG_SHOWS : v1::ORACLE_ANSWER_CLEAN);
  }
  return observation;
}

void SimulatedWorld::RunTrials(const v1::RunSpec& spec, v1::RunOutcome& outcome) {
  const v1::TrialPlan& plan = spec.trial_plan();
  v1::PhaseOutcome& phase = *outcome.add_phases();
  phase.set_name(spec.phases(spec.phases_size() - 1).name());
  phase.set_ending(v1::ENDING_EXITED);
  phase.mutable_wall_time()->set_nanos(1'000'000);
  ++runs_of_base_;
  const bool healed = options_.heals && runs_of_base_ > kHealsAfter;
  // As the guest does: where base passes once and that is all that is asked, nothing is tried.
  if (plan.runs() <= 1 && (healed || !Chance(options_.failure_rate))) return;
  for (int i = 0; i < plan.trials_size(); ++i) {
    // Cut off, or a line that is gone, or one that the target forged.
    if (Chance(options_.lost)) return;
    if (Chance(options_.lost)) continue;
    const bool right = plan.trials(i).patches(0).digest() == kRightPatch;
    v1::TrialOutcome& trial = *outcome.add_trials();
    trial.set_trial(i);
    trial.mutable_wall_time()->set_nanos(1'000'000);
    bool fails = false;
    while (!fails && trial.runs() < std::max(1, plan.runs())) {
      trial.set_runs(trial.runs() + 1);
      fails = !right && !healed && Chance(options_.failure_rate);
    }
    if (Chance(options_.lost)) fails = !fails;
    trial.set_result(fails ? v1::TrialOutcome::RESULT_BUG_SHOWED : v1::TrialOutcome::RESULT_PASSED);
  }
}

std::vector<std::string> SimulatedWorld::Patches(bool with_right) const {
  const std::string likeliest = with_right && options_.fix_exists ? kRightPatch : kWrongPatch;
  if (!options_.many) return {likeliest};
  std::vector<std::string> patches;
  for (int i = 0; i < kManyPatches; ++i) {
    patches.push_back(i == kManyPatches / 2 ? likeliest : WrongPatch(i));
  }
  return patches;
}

v1::Observation SimulatedWorld::Answer(const engine::StartOrder& order) {
  v1::Observation observation;
  v1::Submission& submission = *observation.mutable_submission();
  submission.set_investigator("builtin");
  const steps::Brief& brief = *order.brief;
  const v1::Hypothesis* active = steps::ActiveHypothesis(brief);
  const bool right = active != nullptr && active->location().first_line() == 2;
  switch (order.effect.step()) {
    case v1::STEP_HYPOTHESIZE:
      if (options_.many && order.effect.ask().survey().rounds() < 2) {
        for (const std::string& patch : Patches(true)) {
          submission.add_survey()->set_patch_digest(patch);
        }
        break;
      }
      if (!brief.hypotheses.empty()) {
        submission.set_nothing_because("no further place is suspicious");
        break;
      }
      *submission.add_hypotheses() = Claim("a.py", 1, 0.9);
      *submission.add_hypotheses() = Claim("a.py", 2, 0.5);
      break;
    case v1::STEP_REPRODUCE:
      submission.mutable_recipe()->set_shell_command("test");
      submission.mutable_recipe()->mutable_oracle()->set_any_failure(true);
      submission.mutable_recipe()->mutable_time_limit()->set_seconds(10);
      break;
    case v1::STEP_TEST: {
      submission.mutable_experiment()->set_hypothesis_id(brief.active_hypothesis);
      v1::Arm& control = *submission.mutable_experiment()->add_arms();
      control.set_name("control");
      control.set_trace(true);
      for (const std::string& patch : Patches(right)) {
        v1::Arm& arm = *submission.mutable_experiment()->add_arms();
        arm.set_name("change " + patch);
        arm.set_patch_digest(patch);
      }
      break;
    }
    case v1::STEP_FIX: {
      const auto& fell = brief.rejected_patches;
      for (const std::string& patch : Patches(right)) {
        if (std::find(fell.begin(), fell.end(), patch) != fell.end()) continue;
        submission.add_candidates()->set_patch_digest(patch);
      }
      if (submission.candidates().empty()) submission.set_nothing_because("no further patch");
      break;
    }
    default:
      violation_ = "a step asked that has nothing to ask";
      break;
  }
  return observation;
}

machine::State SimulatedWorld::FoldJournal() {
  machine::State state;
  const auto events = store_.ReadEvents(id_, 0, 1 << 30);
  CHECK(events.ok());
  for (const store::JournalEvent& stored : *events) {
    v1::Event event;
    CHECK(event.ParseFromString(stored.payload));
    auto folded = machine::Fold(std::move(state), event);
    if (!folded.ok()) {
      violation_ = "the journal does not fold: " + folded.status().message();
      return {};
    }
    state = *std::move(folded);
  }
  return state;
}

std::string SimulatedWorld::Violation() {
  if (!violation_.empty()) return violation_;
  const machine::State state = FoldJournal();
  if (!violation_.empty()) return violation_;
  const auto held = loop_->Look(id_);
  if (!held.ok()) return held.status().message();
  if ((*held)->sequence != state.sequence) return "memory is not what the journal says";
  if (state.runs > state.budget.runs()) return "the budget of runs was exceeded";
  if (state.status == v1::STATE_ENDED && !state.in_flight.empty())
    return "ended with work in flight";
  const auto outbox = store_.ReadOutbox(id_);
  if (!outbox.ok() || outbox->size() != state.in_flight.size()) {
    return "the outbox is not what is in flight";
  }
  const bool fixable = options_.fix_exists && !options_.heals;
  if (machine::OutcomeOf(state) == v1::OUTCOME_VERIFIED_FIX && !fixable) {
    return "a fix was verified that is none";
  }
  return "";
}

}  // namespace inquest::fakes
