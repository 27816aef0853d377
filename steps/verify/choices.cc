#include "steps/verify/choices.h"

#include <algorithm>
#include <string>
#include <vector>

#include "steps/verify/answers.h"

namespace inquest::steps {
namespace {

constexpr char kMadeKey[] = "constant-conditions";

using Conditions = google::protobuf::RepeatedPtrField<v1::ConstantCondition>;

// One that has not fallen yet.
struct Constant {
  const v1::ConstantCondition* condition;
  OtherTree tree;
};

// Those under which the trigger passes as often as the fix must; what is not known yet is
// in `want`. What does not build says nothing of its condition, and a run that says nothing of the
// bug (it was lost) must not speak for the fix.
std::vector<Constant> ThatPass(const Brief& brief, const Results& results,
                               const Conditions& conditions, int required, Want& want,
                               ChoicesTried& tried) {
  std::vector<Constant> passing;
  const v1::Recipe& recipe = brief.reproduction->recipe();
  for (int i = 0; i < conditions.size(); ++i) {
    const std::string name = "constant-" + std::to_string(i);
    bool clean = true;
    bool built = true;
    for (int run = 0; run < required && clean; ++run) {
      const std::string key = name + "/" + std::to_string(run);
      const Observed* seen = results.Find(key);
      if (seen == nullptr) {
        want.effects.push_back(WantRun(brief, {.key = key,
                                               .command = recipe.shell_command(),
                                               .patches = {Applied(conditions[i].patch_digest())},
                                               .limit_seconds = TriggerLimitSeconds(brief),
                                               .oracle = &recipe.oracle()}));
        break;
      }
      const auto unusable = WhyUnusable(*seen);
      built = !unusable.has_value() || unusable->reason != "BUILD_FAILED";
      if (unusable.has_value() && built) tried.unusable = unusable;
      clean = !unusable.has_value() && Clean(*seen);
    }
    if (built) ++tried.conditions;
    if (clean) passing.push_back({&conditions[i], {name, conditions[i].patch_digest()}});
  }
  return passing;
}

// Fails where the tree with the fix does not.
bool FellInRound(const AnswersRound& round, const OtherTree& tree) {
  const Observed* fix = round.RunOn(kFixTree);
  const Observed* other = round.RunOn(tree.name);
  if (fix == nullptr || other == nullptr) return false;
  if (WhyUnusable(*fix) || WhyUnusable(*other)) return false;
  return !Failed(*LastPhase(fix->observation->run())) &&
         Failed(*LastPhase(other->observation->run()));
}

v1::Question Ask(const v1::Fix& fix, const v1::ConstantCondition& constant) {
  const std::string never = constant.always() ? "false" : "true";
  const std::string where =
      constant.location().path() + " line " + std::to_string(constant.location().first_line());
  v1::Question question;
  question.set_text("With the patch, the condition `" + constant.condition() + "` (" + where +
                    ") is never " + never +
                    " in any test or any input that was tried. Is it meant to decide nothing?");
  v1::Answer& answer = *question.add_answers();
  answer.set_patch_digest(fix.patch_digest());
  answer.set_description(fix.description());
  return question;
}

}  // namespace

ChoicesTried TryChoices(const Brief& brief, const Results& results, int required) {
  ChoicesTried tried;
  Want want;
  const Observed* made = results.Find(kMadeKey);
  if (made == nullptr) {
    v1::Effect effect;
    effect.set_key(kMadeKey);
    auto& work = *effect.mutable_analyse()->mutable_make_conditions_constant();
    work.set_tree_digest(brief.acquired.tree_digest());
    work.set_patch_digest(brief.fix->patch_digest());
    want.effects.push_back(std::move(effect));
    tried.want = std::move(want);
    return tried;
  }
  const Conditions& conditions = made->observation->analysis().constant_conditions();
  std::vector<Constant> left = ThatPass(brief, results, conditions, required, want, tried);
  if (tried.unusable.has_value()) return tried;
  if (!want.effects.empty()) {
    tried.want = std::move(want);
    return tried;
  }
  for (const AnswersRound& round : AnswersRounds(brief, results)) {
    if (left.empty()) return tried;
    std::vector<OtherTree> trees;
    for (const Constant& constant : left) trees.push_back(constant.tree);
    const v1::Analysis* analysis = round.Compare("compare-constant", trees, want);
    if (analysis == nullptr) {
      tried.want = std::move(want);
      return tried;
    }
    std::vector<Constant> same;
    for (std::size_t i = 0; i < left.size(); ++i) {
      const bool compared = static_cast<int>(i) < analysis->comparisons_size();
      const bool differs = compared && analysis->comparisons(static_cast<int>(i)).differing() > 0;
      if (!differs && !FellInRound(round, left[i].tree)) same.push_back(left[i]);
    }
    left = std::move(same);
  }
  if (!left.empty()) tried.question = Ask(*brief.fix, *left.front().condition);
  return tried;
}

}  // namespace inquest::steps
