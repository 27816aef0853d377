#include "steps/regression.h"

#include <algorithm>
#include <utility>

namespace inquest::steps {
namespace {

// For the framework's own start, beside the trigger.
constexpr std::int64_t kFrameworkSeconds = 30;

bool NeedsOne(const Brief& brief) {
  const v1::Reproduction& reproduction = *brief.reproduction;
  if (reproduction.runs() == 0 || reproduction.failures() < reproduction.runs()) return false;
  if (brief.acquired.language().empty() || !brief.symptom.has_value()) return false;
  const auto& readings = brief.symptom->readings();
  return std::none_of(readings.begin(), readings.end(), [](const v1::RunReading& reading) {
    return std::any_of(reading.failures().begin(), reading.failures().end(),
                       [](const v1::Failure& failure) { return !failure.test().empty(); });
  });
}

}  // namespace

v1::Effect WantRegressionTest(const Brief& brief, std::string key, const v1::Fix& fix,
                              std::vector<v1::PatchUse> patches) {
  patches.push_back(Applied(fix.regression_patch_digest()));
  const std::int64_t build = brief.target.build_command().empty() ? 0 : kBuildLimitSeconds;
  v1::Oracle oracle;
  oracle.set_any_failure(true);
  oracle.set_output_contains(fix.regression_says());
  return WantRun(brief, {.key = std::move(key),
                         .phase = "regression",
                         .command = fix.regression_command(),
                         .patches = std::move(patches),
                         .limit_seconds = TriggerLimitSeconds(brief) + kFrameworkSeconds + build,
                         .oracle = &oracle});
}

std::optional<Want> WriteRegressionTest(const Brief& brief, const Results& results, v1::Fix& fix) {
  if (!NeedsOne(brief)) return std::nullopt;
  const Observed* written = results.Find("regression/test");
  if (written == nullptr) {
    v1::Effect effect;
    effect.set_key("regression/test");
    v1::WriteRegressionTest& work = *effect.mutable_analyse()->mutable_write_regression_test();
    work.set_tree_digest(brief.acquired.tree_digest());
    work.set_language(brief.acquired.language());
    *work.mutable_recipe() = brief.reproduction->recipe();
    work.set_build_command(brief.target.build_command());
    return Want{{std::move(effect)}};
  }
  const v1::RegressionTest& test = written->observation->analysis().regression_test();
  if (test.patch_digest().empty()) return std::nullopt;
  v1::Fix with = fix;
  with.set_regression_patch_digest(test.patch_digest());
  with.set_regression_command(test.command());
  with.set_regression_says(test.says());
  const Observed* base = results.Find("regression/base");
  const Observed* after = results.Find("regression/after");
  Want want;
  if (base == nullptr) {
    want.effects.push_back(WantRegressionTest(brief, "regression/base", with, {}));
  }
  if (after == nullptr) {
    want.effects.push_back(
        WantRegressionTest(brief, "regression/after", with, {Applied(fix.patch_digest())}));
  }
  if (!want.effects.empty()) return want;
  if (BugShows(*base) && Clean(*after)) fix = std::move(with);
  return std::nullopt;
}

}  // namespace inquest::steps
