#include <algorithm>
#include <vector>

#include "runtime/report/claims.h"
#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/html_sections.h"
#include "runtime/report/lineage.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

constexpr int kDepthMax = 4;
constexpr std::size_t kNodesMax = 100;
constexpr std::size_t kWaitingMax = 40;
constexpr std::size_t kTextMax = 2000;
constexpr int kArmsMax = 30;
constexpr int kCitationsMax = 12;

std::string Ordinal(int number) {
  const int rest = number % 100;
  const bool teen = rest >= 11 && rest <= 13;
  const char* ending = teen             ? "th"
                       : rest % 10 == 1 ? "st"
                       : rest % 10 == 2 ? "nd"
                       : rest % 10 == 3 ? "rd"
                                        : "th";
  return std::to_string(number) + ending;
}

std::string ArmRows(const v1::Hypothesis& hypothesis, const Links& links) {
  std::string rows;
  for (int i = 0; i < std::min(kArmsMax, hypothesis.measurements_size()); ++i) {
    const v1::ArmMeasurement& arm = hypothesis.measurements(i);
    rows += Row(
        TextElement("td", Clip(arm.arm(), kTextMax)) +
        TextElement("td", std::to_string(arm.failures()) + " of " + std::to_string(arm.runs())) +
        Element("td", links.Runs({arm.effect_ids().begin(), arm.effect_ids().end()})));
  }
  return rows;
}

std::string Citations(const v1::Hypothesis& hypothesis, const Links& links) {
  std::string items;
  const int count = std::min(kCitationsMax, hypothesis.citations_size());
  for (int i = 0; i < count; ++i) {
    const v1::Citation& citation = hypothesis.citations(i);
    items += Element(
        "li", links.Range(citation) +
                  OutputBlock("quoted evidence " + std::to_string(i + 1) + " of " + hypothesis.id(),
                              citation.quote()));
  }
  if (items.empty()) return {};
  const auto more = static_cast<std::size_t>(hypothesis.citations_size() - count);
  return TextElement("p", "Evidence that it cites:") + Element("ul", items) +
         Note(LeftOut(more, "citations"));
}

std::string Grounds(const v1::Hypothesis& hypothesis, const Links& links) {
  std::string inner = Element("p", Prose(Capital(Clip(hypothesis.mechanism(), kTextMax)) + "."));
  const std::string if_true = PredictionWords(hypothesis.prediction().if_true());
  const std::string if_false = PredictionWords(hypothesis.prediction().if_false());
  if (!if_true.empty()) {
    inner += TextElement("p", "Registered before the experiment: if true, " + if_true +
                                  "; if false, " + if_false + ".");
  }
  inner += Table("What was measured.", {"arm", "failed", "runs"}, ArmRows(hypothesis, links));
  const int more = hypothesis.measurements_size() - kArmsMax;
  if (more > 0) inner += Note(LeftOut(static_cast<std::size_t>(more), "arms"));
  return Folded("The claim, its prediction, what was measured, and the evidence",
                inner + Citations(hypothesis, links));
}

// How a hypothesis fared, as the head of its node.
std::string Fate(const Idea& idea, const Round& round) {
  const v1::Hypothesis& hypothesis = *idea.hypothesis;
  std::string order = idea.tried > 0 ? "tried " + Ordinal(idea.tried) : "not tried";
  if (round.visit == 0) order += "; proposed by " + Clip(hypothesis.proposed_by(), kTextMax);
  const std::string status = StatusWord(hypothesis.status());
  return Element("p", TextElement("strong", status, "class=\"verdict\"") + " " +
                          TextElement("span", hypothesis.id(), "class=\"id\"") + " " +
                          TextElement("code", PlaceWords(hypothesis.location())) + " " +
                          TextElement("span", order, "class=\"soft\""));
}

// Draws the tree, as much of it as a page can hold. What would hang too deep to be read is drawn as
// a tree of its own, further below.
class Tree {
 public:
  Tree(const Dossier& dossier, const Links& links)
      : dossier_(dossier), links_(links), rounds_(Lineage(dossier)) {}

  std::string Draw() {
    std::string html = Rounds(nullptr, 0);
    for (std::size_t i = 0; i < too_deep_.size(); ++i) html += Rounds(too_deep_[i], 0);
    return html +
           Note(LeftOut(left_out_, left_out_ == 1 ? "hypothesis" : "hypotheses",
                        "`inquest hypotheses " + IdOf(dossier_.investigation) + "` prints all."));
  }

 private:
  // What was proposed after this one fell.
  std::string Rounds(const v1::Hypothesis* after, int depth) {
    std::string html;
    for (const Round& round : rounds_) {
      if (round.after != after) continue;
      if (drawn_ >= kNodesMax) {
        left_out_ += round.ideas.size();
        continue;
      }
      std::string items;
      std::vector<const v1::Hypothesis*> waiting;
      for (const Idea& idea : round.ideas) {
        if (IsWaiting(idea)) {
          waiting.push_back(idea.hypothesis);
        } else {
          items += Node(idea, round, depth);
        }
      }
      html += Element("p", Heading(round), "class=\"round\"") +
              Element("ul", items + Waiting(waiting), "class=\"tree\"") + "\n";
    }
    return html;
  }

  static bool IsWaiting(const Idea& idea) {
    return idea.tried == 0 && idea.hypothesis->status() == v1::HYPOTHESIS_STATUS_PROPOSED;
  }

  static std::string Heading(const Round& round) {
    const std::size_t count = round.ideas.size();
    const std::string ideas = std::to_string(count) + (count == 1 ? " idea" : " ideas");
    if (round.visit == 0) return "From a person: " + ideas;
    if (round.after == nullptr) return ideas + (count == 1 ? "" : ", the likeliest first");
    return "After " +
           TextElement("a", round.after->id(),
                       "href=\"#hypothesis-" + EscapeHtml(round.after->id()) + "\"") +
           " fell: " + ideas;
  }

  std::string Node(const Idea& idea, const Round& round, int depth) {
    if (drawn_ >= kNodesMax) {
      ++left_out_;
      return {};
    }
    ++drawn_;
    const v1::Hypothesis& hypothesis = *idea.hypothesis;
    std::string html = Fate(idea, round);
    html += Element("p", Prose(Capital(FirstClause(hypothesis.mechanism())) + "."));
    if (!hypothesis.verdict_reason().empty()) {
      html += Element("p", TextElement("strong", "Why: ") +
                               Prose(Clip(hypothesis.verdict_reason(), kTextMax)) + ".");
    }
    html += Grounds(hypothesis, links_);
    if (depth + 1 < kDepthMax) {
      html += Rounds(&hypothesis, depth + 1);
    } else {
      too_deep_.push_back(&hypothesis);
    }
    return Element("li", html,
                   "id=\"hypothesis-" + EscapeHtml(hypothesis.id()) + "\" class=\"" +
                       EscapeHtml(StatusWord(hypothesis.status())) + "\"") +
           "\n";
  }

  static std::string Waiting(const std::vector<const v1::Hypothesis*>& hypotheses) {
    if (hypotheses.empty()) return {};
    std::string items;
    for (std::size_t i = 0; i < std::min(kWaitingMax, hypotheses.size()); ++i) {
      items += Element("li", TextElement("span", hypotheses[i]->id(), "class=\"id\"") + " " +
                                 TextElement("code", PlaceWords(hypotheses[i]->location())) + " " +
                                 Prose(FirstClause(hypotheses[i]->mechanism())));
    }
    if (hypotheses.size() > kWaitingMax) {
      items += TextElement("li", LeftOut(hypotheses.size() - kWaitingMax, "ideas"));
    }
    return Element("li",
                   Folded(std::to_string(hypotheses.size()) + " proposed and not tried",
                          Element("ul", items, "class=\"plain\"")),
                   "class=\"proposed\"") +
           "\n";
  }

  const Dossier& dossier_;
  const Links& links_;
  const std::vector<Round> rounds_;
  std::vector<const v1::Hypothesis*> too_deep_;
  std::size_t drawn_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace

std::string HypothesesSection(const Dossier& dossier, const Links& links) {
  return Section("hypotheses", "The hypotheses, and what became of them",
                 Tree(dossier, links).Draw());
}

}  // namespace inquest::report
