#include "runtime/languages/templates/offers.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "runtime/languages/syntax/parts.h"

namespace inquest::languages::templates {
namespace {

// What the templates may offer for one place before the likeliest are taken.
constexpr std::size_t kChangesLimit = 12'000;
constexpr std::size_t kReplacementLimit = 2000;
// Nodes of one place that are looked at: what templates do for one takes time linear in the file.
constexpr int kNodesLimit = 250;
constexpr std::size_t kQuoteBytes = 60;
// A template's second offer waits for the others' first: each further one counts as this much less
// likely, and many of them as no more than kRepeatMost.
constexpr double kRepeatCost = 0.04;
constexpr double kRepeatMost = 3.2;

constexpr std::array<Template, 13> kTemplates = {
    OfferOperators, OfferConditions, OfferValues,     OfferWrappers, OfferNames,
    OfferCalls,     OfferStatements, OfferInsertions, OfferBorrowed, OfferAlike,
    OfferFlow,      OfferDonations,  OfferSwaps};

std::string Quote(std::string_view text) {
  std::string quoted;
  for (const char c : text.substr(0, kQuoteBytes)) quoted += c == '\n' || c == '\t' ? ' ' : c;
  if (text.size() > kQuoteBytes) quoted += "...";
  return "\"" + quoted + "\"";
}

std::string Describe(const Source& source, const Change& change) {
  const std::string_view old = source.Between(change.begin, change.end);
  if (old.empty()) return "insert " + Quote(change.replacement);
  if (change.replacement.empty()) return "remove " + Quote(old);
  return "replace " + Quote(old) + " by " + Quote(change.replacement);
}

// In the blamed lines; of a compound statement only what stands in its head.
bool InPlace(TSNode node, Language::Where where) {
  return syntax::FirstLine(node) >= where.first_line && syntax::LastLine(node) <= where.last_line;
}

// `if __name__ == "__main__":` with any other condition is a program that does nothing, or a module
// that does what only the program should: both are no repair.
bool AsksForProgram(const Source& source, TSNode node) {
  const std::string_view name = source.dialect().words().program_name;
  if (name.empty() || !source.Is(node, Kind::kIf)) return false;
  return source.TextOf(syntax::ConditionOf(source, node)).find(name) != std::string_view::npos;
}

void Gather(const Source& source, std::span<const Template> own, Offers& offers) {
  const Language::Where where = offers.where();
  int nodes = 0;
  syntax::Walk(source.root(), [&](TSNode node) {
    if (syntax::LastLine(node) < where.first_line || syntax::FirstLine(node) > where.last_line) {
      return false;
    }
    if (offers.full() || nodes > kNodesLimit) return false;
    const bool starts = syntax::FirstLine(node) >= where.first_line;
    const Kind kind = source.KindOf(node);
    // A statement that begins here and whose body goes on below is looked at as a whole, too.
    if (!InPlace(node, where) && !(starts && syntax::IsCompoundStatement(kind))) return true;
    if (!ts_node_is_named(node) || kind == Kind::kComment) return false;
    if (starts && AsksForProgram(source, node)) return false;
    ++nodes;
    for (const Template offer : kTemplates) offer(node, offers);
    for (const Template offer : own) offer(node, offers);
    return kind != Kind::kString;
  });
}

std::uint32_t LineByte(const Source& source, int line) {
  std::size_t at = 0;
  for (int i = 1; i < line && at != std::string::npos; ++i) {
    at = source.text().find('\n', at);
    if (at != std::string::npos) ++at;
  }
  return static_cast<std::uint32_t>(std::min(at, source.text().size()));
}

// `a < a` says the same whatever a is: nobody means it.
bool ComparesWithItself(const Source& changed, const Change& change, std::uint32_t offset) {
  const std::uint32_t begin = change.begin - offset;
  const auto end = static_cast<std::uint32_t>(begin + change.replacement.size());
  TSNode node = ts_node_descendant_for_byte_range(changed.root(), begin, end);
  if (!changed.Is(node, Kind::kComparison)) node = changed.Enclosing(node, {Kind::kComparison});
  if (syntax::IsNull(node)) return false;
  const std::string_view left = changed.TextOf(syntax::LeftOf(changed, node));
  return !left.empty() && left == changed.TextOf(syntax::RightOf(changed, node));
}

// Changes that make another program, and a program. Those of one place are within one part of the
// file: what is outside of it is the same for all, and is not parsed again where it is most of it.
class Novelties {
 public:
  Novelties(const Source& source, std::uint32_t near) : source_(source), near_(near) {
    known_.insert(source.Fingerprint(near));
    const TSNode part = source.PartAt(near);
    begin_ = ts_node_start_byte(part);
    end_ = ts_node_end_byte(part);
    if (end_ - begin_ > source.text().size() / kPartShare) return;
    auto alone = Source::Parse(PartWith({}), source.dialect());
    if (alone.ok() && !alone->HasErrors()) known_alone_.insert(alone->Fingerprint(kWhole));
  }

  bool Takes(const Change& change) {
    const bool alone = !known_alone_.empty() && change.begin >= begin_ && change.end <= end_;
    const auto changed = alone ? Source::Parse(PartWith(change), source_.dialect())
                               : source_.With(change.begin, change.end, change.replacement);
    if (!changed.ok()) return false;
    if (changed->HasErrors() && (alone || !source_.HasErrors())) return false;
    if (ComparesWithItself(*changed, change, alone ? begin_ : 0)) return false;
    return alone ? known_alone_.insert(changed->Fingerprint(kWhole)).second
                 : known_.insert(changed->Fingerprint(near_)).second;
  }

 private:
  static constexpr std::uint32_t kWhole = UINT32_MAX;  // no part of a file has that byte
  static constexpr std::size_t kPartShare = 2;

  std::string PartWith(const std::optional<Change>& change) const {
    std::string text(source_.Between(begin_, end_));
    if (change.has_value()) {
      text.replace(change->begin - begin_, change->end - change->begin, change->replacement);
    }
    return text + "\n";
  }

  const Source& source_;
  const std::uint32_t near_;
  std::uint32_t begin_ = 0;  // of the part
  std::uint32_t end_ = 0;
  std::set<std::uint64_t> known_;
  std::set<std::uint64_t> known_alone_;  // of the part by itself; empty: it cannot be
};

void Rank(std::vector<Change>& changes) {
  std::map<std::string_view, int> offered;
  for (Change& change : changes) {
    const double cost = kRepeatCost * offered[change.origin]++;
    change.rank += cost / (1 + cost / kRepeatMost);
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.rank < b.rank; });
}

}  // namespace

void Offers::Replace(TSNode node, std::string replacement, std::string_view origin, double rank) {
  ReplaceSpan(node, node, std::move(replacement), origin, rank);
}

void Offers::ReplaceSpan(TSNode first, TSNode last, std::string replacement,
                         std::string_view origin, double rank) {
  if (syntax::IsNull(first) || syntax::IsNull(last)) return;
  Add({.begin = ts_node_start_byte(first),
       .end = ts_node_end_byte(last),
       .replacement = std::move(replacement),
       .origin = origin,
       .rank = rank,
       .symptom_guard = false,
       .description = ""});
}

void Offers::Add(Change change) {
  if (full() || change.replacement.size() > kReplacementLimit) return;
  changes_.push_back(std::move(change));
}

bool Offers::full() const { return changes_.size() >= kChangesLimit; }

const std::vector<Name>& Offers::NamesAt(TSNode node) {
  const TSNode function =
      source_.Enclosing(node, {Kind::kFunction, Kind::kLambda, Kind::kComprehension});
  const std::uint32_t of = syntax::IsNull(function) ? 0 : ts_node_start_byte(function) + 1;
  if (of != names_of_) names_ = syntax::NamesInScope(source_, node);
  names_of_ = of;
  return names_;
}

const std::vector<const Donation*>& Offers::DonationsAt(TSNode node) {
  NamesAt(node);
  if (donations_of_ == names_of_) return donations_;
  donations_of_ = names_of_;
  donations_.clear();
  const auto known = [&](const std::string& variable) { return Find(node, variable) != nullptr; };
  const auto called = [&](const std::string& callee) {
    return source_.text().find(callee + "(") != std::string::npos;
  };
  for (const Donation& donation : where_.donations) {
    const auto& variables = donation.variables;
    const auto& callees = donation.callees;
    if (std::all_of(variables.begin(), variables.end(), known) &&
        std::all_of(callees.begin(), callees.end(), called)) {
      donations_.push_back(&donation);
    }
  }
  return donations_;
}

const Name* Offers::Find(TSNode node, std::string_view text) {
  for (const Name& name : NamesAt(node)) {
    if (name.text == text) return &name;
  }
  return nullptr;
}

std::vector<Edit> MakeEdits(const Source& source, Language::Where where, std::size_t limit,
                            std::span<const Template> own) {
  Offers offers(source, where);
  Gather(source, own, offers);
  Rank(offers.changes());
  std::vector<Edit> edits;
  Novelties novelties(source, LineByte(source, where.first_line));
  for (const Change& change : offers.changes()) {
    if (edits.size() >= limit) break;
    if (change.rank <= where.above_rank || change.rank > where.up_to_rank) continue;
    if (!novelties.Takes(change)) continue;
    Edit edit;
    edit.begin = change.begin;
    edit.end = change.end;
    edit.replacement = change.replacement;
    edit.origin = std::string(change.origin);
    edit.description = change.description.empty() ? Describe(source, change) : change.description;
    edit.rank = change.rank;
    edit.symptom_guard = change.symptom_guard;
    edits.push_back(std::move(edit));
  }
  return edits;
}

bool IsValue(const Source& source, TSNode node) {
  if (!syntax::IsExpression(source.KindOf(node))) return false;
  const TSNode parent = ts_node_parent(node);
  if (syntax::IsNull(parent)) return false;
  switch (source.KindOf(parent)) {
    case Kind::kCall:
      return !Same(syntax::CalleeOf(parent), node);
    case Kind::kMember:
      return !Same(syntax::PropertyOf(parent), node);
    case Kind::kAssignment:
    case Kind::kAugmented:
    case Kind::kDeclarator:
    case Kind::kForEach:
    case Kind::kGenerator:
      return !Same(syntax::LeftOf(source, parent), node);
    case Kind::kKeywordArgument:
      return !Same(syntax::Field(parent, {"name"}), node);
    case Kind::kParameters:
    case Kind::kFunction:
    case Kind::kClass:
    case Kind::kImport:
    case Kind::kType:
    case Kind::kUpdate:
    case Kind::kExpressionStatement:
    case Kind::kString:
      return false;
    default:
      return syntax::TypeOf(parent).find("declarator") == std::string_view::npos &&
             syntax::TypeOf(parent).find("pattern") == std::string_view::npos &&
             syntax::TypeOf(parent) != "dotted_name";
  }
}

std::string Tight(const Source& source, TSNode node) {
  const std::string text(source.TextOf(node));
  switch (source.KindOf(node)) {
    case Kind::kComparison:
    case Kind::kArithmetic:
    case Kind::kLogical:
    case Kind::kNot:
    case Kind::kMinus:
    case Kind::kConditional:
    case Kind::kLambda:
    case Kind::kAssignment:
      return "(" + text + ")";
    default:
      return text;
  }
}

Lines LinesOf(const Source& source, TSNode node) {
  const std::string& text = source.text();
  Lines lines;
  lines.begin = source.LineStart(ts_node_start_byte(node));
  const std::size_t line_end = text.find('\n', ts_node_end_byte(node));
  lines.end = static_cast<std::uint32_t>(line_end == text.npos ? text.size() : line_end + 1);
  const std::string_view before = source.Between(lines.begin, ts_node_start_byte(node));
  const std::string_view after = source.Between(ts_node_end_byte(node), lines.end);
  const auto rest = after.find_first_not_of(" \t\r\n");
  const bool comment =
      rest == after.npos || after[rest] == '#' || after.substr(rest).starts_with("//");
  lines.own =
      before.find_first_not_of(" \t") == before.npos && comment && text[lines.end - 1] == '\n';
  return lines;
}

}  // namespace inquest::languages::templates
