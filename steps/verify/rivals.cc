#include "steps/verify/rivals.h"

#include <algorithm>
#include <string>
#include <vector>

#include "steps/runs.h"
#include "steps/verify/answers.h"

namespace inquest::steps {
namespace {

// More are not compared: the likeliest come first, and each costs a run of the tests.
constexpr std::size_t kRivalsMost = 12;

// Guards against the symptom rank last: they rival only other guards.
std::vector<v1::Candidate> RivalsOf(const Brief& brief) {
  const v1::Fix& fix = *brief.fix;
  bool guard = false;
  for (const v1::Candidate& survivor : fix.survivors()) {
    if (survivor.patch_digest() == fix.patch_digest()) guard = survivor.symptom_guard();
  }
  std::vector<v1::Candidate> rivals;
  for (const v1::Candidate& survivor : fix.survivors()) {
    if (rivals.size() >= kRivalsMost) break;
    if (survivor.patch_digest() == fix.patch_digest()) continue;
    if (survivor.symptom_guard() && !guard) continue;
    rivals.push_back(survivor);
  }
  return rivals;
}

void AddAnswer(const std::string& digest, const std::string& description, const std::string& answer,
               v1::Question& question) {
  v1::Answer& added = *question.add_answers();
  added.set_patch_digest(digest);
  added.set_description(description);
  added.set_answer(answer);
}

v1::Question Ask(const v1::Fix& fix, const v1::Candidate& rival,
                 const v1::AnswerComparison& compared) {
  v1::Question question;
  if (compared.differing() > 0) {
    question.set_text("Two different patches make every test pass. What should " +
                      compared.input() + " answer?");
    question.set_input(compared.input());
  } else {
    question.set_text(
        "Two different patches make every test pass, and no input could be found on which both "
        "can be compared. Which one is meant?");
  }
  AddAnswer(fix.patch_digest(), fix.description(), compared.first_answer(), question);
  AddAnswer(rival.patch_digest(), rival.description(), compared.other_answer(), question);
  return question;
}

// What the rivals answered in one round.
struct Telling {
  int inputs = 0;
  std::optional<v1::Question> question;
};

Telling Look(const Brief& brief, const std::vector<v1::Candidate>& rivals,
             const v1::Analysis& analysis) {
  Telling telling;
  for (int i = 0; i < static_cast<int>(rivals.size()); ++i) {
    const v1::AnswerComparison one =
        i < analysis.comparisons_size() ? analysis.comparisons(i) : v1::AnswerComparison();
    telling.inputs = i == 0 ? one.inputs() : std::min(telling.inputs, one.inputs());
    const bool same = one.inputs() > 0 && one.differing() == 0;
    // A telling input says more than none.
    const bool better =
        !telling.question.has_value() || (telling.question->input().empty() && one.differing() > 0);
    if (!same && better)
      telling.question = Ask(*brief.fix, rivals[static_cast<std::size_t>(i)], one);
  }
  return telling;
}

}  // namespace

RivalsCompared CompareRivals(const Brief& brief, const Results& results) {
  const std::vector<v1::Candidate> rivals = RivalsOf(brief);
  RivalsCompared compared;
  compared.rivals = static_cast<int>(rivals.size());
  if (rivals.empty()) return compared;
  if (brief.acquired.inputs_instrument().empty()) {
    compared.question = Look(brief, rivals, {}).question;
    return compared;
  }
  std::vector<OtherTree> trees;
  for (std::size_t i = 0; i < rivals.size(); ++i) {
    trees.push_back({"rival-" + std::to_string(i), rivals[i].patch_digest()});
  }
  // The suite is asked only when the trigger's inputs do not tell.
  for (const AnswersRound& round : AnswersRounds(brief, results)) {
    Want want;
    const v1::Analysis* analysis = round.Compare("compare", trees, want);
    if (analysis == nullptr) {
      compared.want = std::move(want);
      return compared;
    }
    Telling telling = Look(brief, rivals, *analysis);
    compared.inputs = std::max(compared.inputs, telling.inputs);
    compared.question = std::move(telling.question);
    if (compared.question.has_value() && !compared.question->input().empty()) return compared;
  }
  // What one round could not compare and the other found equal is equal.
  if (compared.inputs > 0) compared.question.reset();
  return compared;
}

}  // namespace inquest::steps
