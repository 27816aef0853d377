#include "runtime/report/replay.h"

#include <google/protobuf/util/message_differencer.h>

#include <deque>
#include <memory>
#include <stop_token>

#include "runtime/effects/analyse.h"
#include "runtime/effects/oracle.h"
#include "runtime/machine/decide.h"
#include "runtime/report/words.h"
#include "steps/steps.h"

namespace inquest::report {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr int kEventsAtOnce = 500;

bool IsCancellation(const v1::Event& event) {
  return event.ended().ended_by() == v1::ENDED_BY_CANCELLED ||
         event.effect_abandoned().reason().starts_with("cancelled by ");
}

// What the steps decide; all else comes from outside: clients, effects, restarts.
bool IsDecision(const v1::Event& event) {
  switch (event.kind_case()) {
    case v1::Event::kVisitStarted:
    case v1::Event::kEffectScheduled:
    case v1::Event::kEffectDenied:
    case v1::Event::kEffectAbandoned:
    case v1::Event::kStepSettled:
    case v1::Event::kSubmissionRefused:
    case v1::Event::kEnded:
      return !IsCancellation(event);
    default:
      return false;
  }
}

// Numbers and times are the engine's.
bool SameButForPlace(v1::Event one, const v1::Event& other) {
  one.set_sequence(other.sequence());
  *one.mutable_event_time() = other.event_time();
  return one.SerializeAsString() == other.SerializeAsString() ||
         MessageDifferencer::Equals(one, other);
}

class Replaying {
 public:
  Replaying(store::Store& store, const v1::Policy& policy)
      : analyser_(store), store_(store), policy_(policy) {}

  // Whether the event follows; if not, why stands in result().
  Result<bool> Take(const std::shared_ptr<const v1::Event>& event) {
    TRY_ASSIGN(const bool follows, IsDecision(*event) ? Decided(*event) : FromOutside(*event));
    if (!follows) {
      result_.diverges_at = event->sequence();
      return false;
    }
    TRY(machine::FoldInto(state_, event));
    if (!event->has_imported()) ++result_.events;  // the journal's own
    return true;
  }

  const Replayed& result() const { return result_; }
  std::int64_t sequence() const { return state_.sequence; }

 private:
  bool Diverges(std::string why) {
    result_.divergence = std::move(why);
    return false;
  }

  Result<bool> Decided(const v1::Event& event) {
    if (state_.logic_version != steps::kLogicVersion) {
      return Status(Code::kFailedPrecondition, "OTHER_LOGIC",
                    "event " + std::to_string(event.sequence()) + " was decided by version " +
                        std::to_string(state_.logic_version) +
                        " of the step logic; this program has " +
                        std::to_string(steps::kLogicVersion));
    }
    if (due_.empty()) {
      const auto decided = machine::Decide(state_, policy_, machine::EventTimeUs(event));
      due_.assign(decided.begin(), decided.end());
    }
    if (due_.empty())
      return Diverges("nothing was to be decided, recorded is: " + DescribeEvent(event));
    if (!SameButForPlace(due_.front(), event)) {
      return Diverges("decided is: " + DescribeEvent(due_.front()) +
                      "; recorded is: " + DescribeEvent(event));
    }
    due_.pop_front();
    ++result_.decisions;
    return true;
  }

  Result<bool> FromOutside(const v1::Event& event) {
    if (!due_.empty()) return Diverges("left out is: " + DescribeEvent(due_.front()));
    if (!event.has_effect_completed()) return true;
    const v1::EffectCompleted& completed = event.effect_completed();
    const auto pending = state_.in_flight.find(completed.effect_id());
    if (pending == state_.in_flight.end()) {
      return Diverges("nobody waits for effect " + std::to_string(completed.effect_id()));
    }
    const v1::Effect& effect = *pending->second.effect;
    if (effect.has_analyse()) return SameAnalysis(effect.analyse(), completed.observation());
    if (effect.has_run()) return SameOracle(effect.run(), completed.observation());
    return true;
  }

  Result<bool> SameAnalysis(const v1::AnalyseWork& work, const v1::Observation& recorded) {
    const v1::Observation computed = analyser_.Analyse(work, std::stop_token());
    if (computed.failure().reason() == "ARTIFACT_NOT_FOUND")
      return true;  // withheld: no word on it
    if (!MessageDifferencer::Equals(computed, recorded)) {
      return Diverges("the analysis of the recorded evidence comes out otherwise than recorded");
    }
    ++result_.analyses;
    return true;
  }

  Result<bool> SameOracle(const v1::RunSpec& spec, const v1::Observation& recorded) {
    if (!spec.has_oracle() || !recorded.has_run() || spec.has_trial_plan()) return true;
    v1::RunOutcome outcome = recorded.run();
    outcome.clear_oracle_answer();
    const Status asked = effects::AskOracle(spec, store_, outcome);
    if (asked.code() == Code::kNotFound) return true;  // withheld
    TRY(asked);
    if (outcome.oracle_answer() != recorded.run().oracle_answer()) {
      return Diverges("the oracle answers otherwise than recorded to what the run printed");
    }
    ++result_.oracles;
    return true;
  }

  effects::Analyser analyser_;
  store::Store& store_;
  const v1::Policy& policy_;
  machine::State state_;
  std::deque<v1::Event> due_;  // decided, and not met in the journal yet
  Replayed result_;
};

}  // namespace

Result<Replayed> Replay(const std::string& id, store::Store& store, const v1::Policy& policy,
                        const std::function<Status()>& still_wanted) {
  Replaying replaying(store, policy);
  while (true) {
    TRY_ASSIGN(const auto page, store.ReadEvents(id, replaying.sequence(), kEventsAtOnce));
    for (const store::JournalEvent& row : page) {
      auto event = std::make_shared<v1::Event>();
      if (!event->ParseFromString(row.payload)) {
        return Status(Code::kDataLoss, "JOURNAL_UNREADABLE",
                      "event " + std::to_string(row.sequence) + " of " + id + " cannot be read");
      }
      TRY(still_wanted());
      TRY_ASSIGN(const bool follows, replaying.Take(event));
      if (!follows) return replaying.result();
    }
    if (page.size() < static_cast<std::size_t>(kEventsAtOnce)) return replaying.result();
  }
}

}  // namespace inquest::report
