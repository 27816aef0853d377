#include "runtime/analysis/answers.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace inquest::analysis {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kBytesLimit = std::size_t{64} << 20U;
constexpr std::size_t kRecordBytesLimit = std::size_t{64} << 10U;
constexpr std::size_t kInputsLimit = 50'000;

constexpr std::size_t kFunctionsLimit = 50'000;
constexpr std::size_t kRanLimit = 200;

std::string TextOf(const Json& record, const char* key) {
  const auto it = record.find(key);
  return it != record.end() && it->is_string() ? it->get<std::string>() : std::string();
}

bool IsTrue(const Json& record, const char* key) {
  const auto it = record.find(key);
  return it != record.end() && it->is_boolean() && it->get<bool>();
}

std::vector<std::string> TextsOf(const Json& record, const char* key) {
  std::vector<std::string> texts;
  const auto it = record.find(key);
  if (it == record.end() || !it->is_array()) return texts;
  for (const Json& element : *it) {
    if (texts.size() < kRanLimit && element.is_string()) texts.push_back(element);
  }
  return texts;
}

const RecordedAnswer* Find(const Answers& answers, const std::string& input) {
  const auto it = answers.by_input().find(input);
  return it == answers.by_input().end() ? nullptr : &it->second;
}

// The functions in which two trees differ.
class Changed {
 public:
  Changed(const Answers& one, const Answers& other) {
    AddMissingOrDifferent(one, other);
    AddMissingOrDifferent(other, one);
  }

  bool RanIn(const RecordedAnswer& answer) const {
    return at_import_ || std::any_of(answer.ran.begin(), answer.ran.end(),
                                     [&](const auto& name) { return names_.contains(name); });
  }

  // Whether an input is known to reach the change where it ran it: code that runs at import runs
  // whatever the input is.
  bool is_reached() const { return !at_import_; }

 private:
  void AddMissingOrDifferent(const Answers& one, const Answers& other) {
    for (const auto& [name, function] : one.functions()) {
      const auto it = other.functions().find(name);
      if (it != other.functions().end() && it->second.code == function.code) continue;
      names_.insert(name);
      at_import_ = at_import_ || function.at_import;
    }
  }

  std::set<std::string> names_;
  bool at_import_ = false;
};

}  // namespace

void Answers::Add(std::string_view jsonl) {
  jsonl = jsonl.substr(0, kBytesLimit);
  for (std::size_t begin = 0; begin < jsonl.size();) {
    const std::size_t newline = jsonl.find('\n', begin);
    if (newline == jsonl.npos) return;  // cut off in the middle of a record
    const std::string_view line = jsonl.substr(begin, newline - begin);
    begin = newline + 1;
    if (line.size() > kRecordBytesLimit) continue;
    const Json record = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) continue;
    if (std::string name = TextOf(record, "function"); !name.empty()) {
      if (functions_.size() >= kFunctionsLimit) continue;
      functions_.emplace(std::move(name),
                         RecordedFunction{TextOf(record, "code"), IsTrue(record, "import")});
    } else if (std::string input = TextOf(record, "input"); !input.empty()) {
      AddAnswer(std::move(input),
                {TextOf(record, "answer"), IsTrue(record, "own"), TextsOf(record, "ran")});
    }
  }
}

void Answers::AddAnswer(std::string input, RecordedAnswer answer) {
  if (by_input_.size() >= kInputsLimit || unsteady_.contains(input)) return;
  const auto it = by_input_.find(input);
  if (it == by_input_.end()) {
    by_input_.emplace(std::move(input), std::move(answer));
  } else if (it->second.answer != answer.answer) {
    by_input_.erase(it);
    unsteady_.insert(std::move(input));
  }
}

AnswerDifference CompareAnswers(const Answers& first, const Answers& again, const Answers& other) {
  AnswerDifference difference;
  const Changed changed(first, other);
  const RecordedAnswer* telling = nullptr;
  std::set<std::string_view> mutated;  // what was answered to inputs that no test has
  const auto rank = [](const std::string& input, const RecordedAnswer& answer) {
    return std::tuple(!answer.own, input.size());
  };
  for (const auto& [input, answer] : first.by_input()) {
    const RecordedAnswer* repeated = Find(again, input);
    const RecordedAnswer* others = Find(other, input);
    if (repeated == nullptr || others == nullptr || repeated->answer != answer.answer) continue;
    if (!changed.RanIn(answer) && !changed.RanIn(*others)) continue;
    ++difference.inputs;
    if (!answer.own) mutated.insert(answer.answer);
    if (others->answer == answer.answer) continue;
    ++difference.differing;
    if (telling != nullptr && rank(difference.input, *telling) <= rank(input, answer)) continue;
    telling = &answer;
    difference.input = input;
    difference.first_answer = answer.answer;
    difference.other_answer = others->answer;
  }
  // To the tests' own inputs both answer as the tests want: where nothing else reached the change,
  // nothing was asked. Nor may it have been where every input counts and all others were answered
  // alike (by a test program that knows its own arguments only).
  const std::size_t fewest_kinds = changed.is_reached() ? 1 : 2;
  const bool asked = mutated.size() >= fewest_kinds;
  if (difference.differing == 0 && !asked) difference.inputs = 0;
  return difference;
}

}  // namespace inquest::analysis
