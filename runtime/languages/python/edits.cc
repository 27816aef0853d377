#include "runtime/languages/python/edits.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "runtime/languages/python/statements.h"

namespace inquest::languages::python {
namespace {

// What the templates may offer for one place before the likeliest are taken.
constexpr std::size_t kChangesLimit = 5000;
constexpr std::size_t kQuoteBytes = 60;
// A template's second offer waits for the others' first: each further one counts as this much less
// likely.
constexpr double kRepeatCost = 0.12;

std::string Quote(std::string_view text) {
  std::string quoted;
  for (const char c : text.substr(0, kQuoteBytes)) quoted += c == '\n' || c == '\t' ? ' ' : c;
  if (text.size() > kQuoteBytes) quoted += "...";
  return "\"" + quoted + "\"";
}

std::string Describe(const Source& source, const Change& change) {
  const std::string_view old =
      std::string_view(source.text()).substr(change.begin, change.end - change.begin);
  if (old.empty()) return "insert " + Quote(change.replacement);
  if (change.replacement.empty()) return "remove " + Quote(old);
  return "replace " + Quote(old) + " by " + Quote(change.replacement);
}

// In the blamed lines; of a compound statement only what stands in its head.
bool InPlace(TSNode node, Language::Where where) {
  return FirstLine(node) >= where.first_line && LastLine(node) <= where.last_line;
}

void Gather(const Source& source, Language::Where where, Offers& offers) {
  Walk(source.root(), [&](TSNode node) {
    if (LastLine(node) < where.first_line || FirstLine(node) > where.last_line) return false;
    if (offers.changes().size() > kChangesLimit) return false;
    if (!InPlace(node, where)) return true;
    if (!ts_node_is_named(node)) return false;
    OfferOperators(node, offers);
    OfferValues(node, offers);
    OfferNames(node, offers);
    OfferCalls(node, offers);
    OfferStatements(node, offers);
    return !Is(node, "string");
  });
}

void Rank(std::vector<Change>& changes) {
  std::map<std::string_view, int> offered;
  for (Change& change : changes) change.rank += kRepeatCost * offered[change.origin]++;
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.rank < b.rank; });
}

}  // namespace

void Offers::Replace(TSNode node, std::string replacement, std::string_view origin, double rank) {
  Add({.begin = ts_node_start_byte(node),
       .end = ts_node_end_byte(node),
       .replacement = std::move(replacement),
       .origin = origin,
       .rank = rank,
       .symptom_guard = false,
       .description = ""});
}

std::vector<Edit> MakeEdits(const Source& source, Language::Where where, std::size_t limit) {
  Offers offers(source);
  Gather(source, where, offers);
  Rank(offers.changes());
  std::vector<Edit> edits;
  std::set<std::uint64_t> known{source.Fingerprint()};
  for (const Change& change : offers.changes()) {
    if (edits.size() >= limit) break;
    const auto changed = source.With(change.begin, change.end, change.replacement);
    if (!changed.ok() || (changed->HasErrors() && !source.HasErrors())) continue;
    if (!known.insert(changed->Fingerprint()).second) continue;
    Edit edit;
    edit.text = changed->text();
    edit.origin = std::string(change.origin);
    edit.description = change.description.empty() ? Describe(source, change) : change.description;
    edit.rank = change.rank;
    edit.symptom_guard = change.symptom_guard;
    edits.push_back(std::move(edit));
  }
  return edits;
}

}  // namespace inquest::languages::python
