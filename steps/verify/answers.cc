#include "steps/verify/answers.h"

namespace inquest::steps {
namespace {

// The instrument asks for some seconds after the tests have ended.
constexpr std::int64_t kAskingSeconds = 30;

}  // namespace

const v1::Analysis* AnswersRound::Compare(const std::string& group,
                                          const std::vector<OtherTree>& others, Want& want) const {
  v1::Effect effect;
  effect.set_key(group + "/" + name_);
  v1::CompareAnswers& work = *effect.mutable_analyse()->mutable_compare_answers();
  const std::string& fix = brief_.fix->patch_digest();
  Add(kFixTree, fix, work.mutable_first(), want);
  Add("fix-again", fix, work.mutable_first_again(), want);
  for (const OtherTree& other : others) {
    Add(other.name, other.patch_digest, work.add_others()->mutable_runs(), want);
  }
  if (!want.effects.empty()) return nullptr;
  if (const Observed* done = results_.Find(effect.key())) return &done->observation->analysis();
  want.effects.push_back(std::move(effect));
  return nullptr;
}

const Observed* AnswersRound::RunOn(const std::string& tree) const {
  return results_.Find("inputs/" + name_ + "/" + tree);
}

void AnswersRound::Add(const std::string& tree, const std::string& patch,
                       google::protobuf::RepeatedPtrField<v1::RunOfEffect>* runs,
                       Want& want) const {
  if (const Observed* run = RunOn(tree)) {
    *runs->Add() = RunOf(*run);
    return;
  }
  want.effects.push_back(WantRun(brief_, {.key = "inputs/" + name_ + "/" + tree,
                                          .command = command_,
                                          .patches = {Applied(patch)},
                                          .limit_seconds = limit_seconds_ + kAskingSeconds,
                                          .instrument = brief_.acquired.inputs_instrument()}));
}

std::vector<AnswersRound> AnswersRounds(const Brief& brief, const Results& results) {
  std::vector<AnswersRound> rounds;
  if (brief.acquired.inputs_instrument().empty()) return rounds;
  const std::string& trigger = brief.reproduction->recipe().shell_command();
  const std::string& suite = brief.target.suite_command();
  rounds.emplace_back(brief, results, "trigger", trigger, TriggerLimitSeconds(brief));
  if (!suite.empty() && suite != trigger) {
    rounds.emplace_back(brief, results, "suite", suite, kSuiteLimitSeconds);
  }
  return rounds;
}

}  // namespace inquest::steps
