#include "runtime/cli/progress.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "runtime/cli/parse.h"
#include "runtime/report/figures.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::chrono::milliseconds kRefresh{500};
// Where lines stay: what watches a log for life waits about a minute.
constexpr std::chrono::seconds kSilenceMax{30};

std::chrono::milliseconds Since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin);
}

bool WorthALine(const v1::Event& event) {
  switch (event.kind_case()) {
    case v1::Event::kEffectScheduled:
    case v1::Event::kEffectCompleted:
    case v1::Event::kEffectAbandoned:
    case v1::Event::kCreated:
      return false;
    default:
      return true;
  }
}

}  // namespace

Progress::Progress(Console& console, Detail detail, const v1::Investigation& opened)
    : console_(console),
      detail_(detail),
      step_began_(began_),
      said_(began_),
      budget_(opened.budget()),
      spent_before_(TimeUtil::DurationToMilliseconds(opened.spent().wall_time())),
      runs_(opened.spent().runs()) {
  if (detail_ == Detail::kQuiet) return;
  ticker_ = std::jthread([this](const std::stop_token& stop) { Tick(stop); });
}

Progress::~Progress() {
  ticker_.request_stop();
  if (ticker_.joinable()) ticker_.join();
  console_.ClearLive();
}

void Progress::Take(const v1::Event& event) {
  Track(event);
  if (detail_ == Detail::kQuiet) return;
  if (detail_ == Detail::kEverything || WorthALine(event)) Say(report::DescribeEvent(event));
}

void Progress::Say(const std::string& line) {
  std::string clock = "[" + report::ShowDuration(Since(began_)) + "]";
  clock.resize(std::max<std::size_t>(clock.size(), 9), ' ');
  {
    const std::lock_guard lock(mutex_);
    said_ = SteadyClock::now();
  }
  console_.Note(console_.Err(Tone::kFaint, clock) + " " + line);
}

bool Progress::SilentFor(std::chrono::seconds duration) {
  const std::lock_guard lock(mutex_);
  return SteadyClock::now() - said_ >= duration;
}

void Progress::Track(const v1::Event& event) {
  const std::lock_guard lock(mutex_);
  if (event.has_visit_started()) {
    step_ = report::StepWord(event.visit_started().step());
    step_began_ = SteadyClock::now();
  } else if (event.has_effect_scheduled()) {
    const v1::Effect& effect = event.effect_scheduled().effect();
    running_[effect.id()] = report::DescribeEffect(effect);
    if (effect.has_run()) ++runs_;
  } else if (event.steered().has_budget()) {
    budget_ = event.steered().budget();
  } else if (event.has_effect_completed()) {
    running_.erase(event.effect_completed().effect_id());
  } else if (event.has_effect_abandoned()) {
    running_.erase(event.effect_abandoned().effect_id());
  }
}

std::string Progress::NowText() {
  const std::lock_guard lock(mutex_);
  if (step_.empty()) return "starting";
  std::string text = step_ + " " + report::ShowDuration(Since(step_began_));
  const std::chrono::milliseconds wall(TimeUtil::DurationToMilliseconds(budget_.wall_time()));
  text += " (" + report::ShowDuration(spent_before_ + Since(began_)) + " of " +
          report::ShowDuration(wall) + ", " + std::to_string(runs_) + " of " +
          std::to_string(budget_.runs()) + " runs)";
  if (running_.size() > 1) text += " [" + std::to_string(running_.size()) + " at once]";
  if (!running_.empty()) text += "  " + running_.begin()->second;
  return text;
}

// A clock on the screen has to be redrawn by time; everything else here waits for events.
void Progress::Tick(const std::stop_token& stop) {
  std::mutex idle;
  std::unique_lock lock(idle);
  while (!stop.stop_requested()) {
    if (console_.live()) console_.Live(NowText());
    changed_.wait_for(lock, stop, console_.live() ? kRefresh : kSilenceMax, [] { return false; });
    if (!console_.live() && !stop.stop_requested() && SilentFor(kSilenceMax)) Say(NowText());
  }
}

}  // namespace inquest::cli
