#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "steps/action.h"
#include "steps/brief.h"
#include "steps/runs.h"

// What differently patched trees answer to the tests' inputs and to mutations of them.
namespace inquest::steps {

// A tree that is compared with the fix.
struct OtherTree {
  std::string name;  // part of the effects' keys: rival-2
  std::string patch_digest;
};

// One command, run on every patched tree under the instrument, and the comparison of what they
// answered. Pure.
class AnswersRound {
 public:
  AnswersRound(const Brief& brief, const Results& results, std::string name, std::string command,
               std::int64_t limit_seconds)
      : brief_(brief),
        results_(results),
        name_(std::move(name)),
        command_(std::move(command)),
        limit_seconds_(limit_seconds) {}

  // One comparison for each of `others`, which `group` names; nullptr: not known yet, and in
  // `want`.
  const v1::Analysis* Compare(const std::string& group, const std::vector<OtherTree>& others,
                              Want& want) const;
  // The run on one of the trees; nullptr: not made yet.
  const Observed* RunOn(const std::string& tree) const;

 private:
  void Add(const std::string& tree, const std::string& patch,
           google::protobuf::RepeatedPtrField<v1::RunOfEffect>* runs, Want& want) const;

  const Brief& brief_;
  const Results& results_;
  const std::string name_;
  const std::string command_;
  const std::int64_t limit_seconds_;
};

// The fix's own tree, in keys.
inline constexpr char kFixTree[] = "fix";

// Of the trigger and, where it is another command, of the suite: to be asked in this order. Empty:
// the language has no instrument.
std::vector<AnswersRound> AnswersRounds(const Brief& brief, const Results& results);

}  // namespace inquest::steps
