#include "runtime/report/lineage.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace inquest::report {
namespace {

// What the journal says of each hypothesis, by its id.
struct Journal {
  explicit Journal(const Dossier& dossier) {
    std::string active;
    for (const auto& event : dossier.events) {
      active_before[event->sequence()] = active;
      if (event->has_visit_started() && event->visit_started().step() == v1::STEP_HYPOTHESIZE) {
        visit = event->visit_started().visit();
      }
      if (!event->step_settled().has_hypotheses()) continue;
      visit_of[event->sequence()] = visit;
      active = event->step_settled().hypotheses().active_id();
      if (!active.empty()) tried.emplace(active, static_cast<int>(tried.size()) + 1);
    }
  }

  int visit = 0;
  std::map<std::int64_t, int> visit_of;               // by the sequence of what it settled with
  std::map<std::int64_t, std::string> active_before;  // by the sequence of any event
  std::map<std::string, int> tried;
};

}  // namespace

std::vector<Round> Lineage(const Dossier& dossier) {
  Journal journal(dossier);
  std::map<std::string, const v1::Hypothesis*> by_id;
  for (const v1::Hypothesis& hypothesis : dossier.hypotheses) by_id[hypothesis.id()] = &hypothesis;
  std::map<std::int64_t, Round> rounds;  // by the sequence of the event that proposed them
  for (const v1::Hypothesis& hypothesis : dossier.hypotheses) {
    const std::int64_t sequence = hypothesis.proposed_sequence();
    const auto [round, fresh] = rounds.try_emplace(sequence);
    if (fresh) {
      round->second.visit = journal.visit_of[sequence];
      const auto after = by_id.find(journal.active_before[sequence]);
      // What a person proposes may come at any time, and because of nothing.
      if (round->second.visit > 0 && after != by_id.end() &&
          after->second->proposed_sequence() < sequence) {
        round->second.after = after->second;
      }
    }
    const auto tried = journal.tried.find(hypothesis.id());
    round->second.ideas.push_back({&hypothesis, tried == journal.tried.end() ? 0 : tried->second});
  }
  std::vector<Round> flat;
  for (auto& [sequence, round] : rounds) {
    std::stable_sort(round.ideas.begin(), round.ideas.end(), [](const Idea& a, const Idea& b) {
      return a.tried != 0 && (b.tried == 0 || a.tried < b.tried);
    });
    flat.push_back(std::move(round));
  }
  return flat;
}

}  // namespace inquest::report
