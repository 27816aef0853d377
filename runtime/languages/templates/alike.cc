#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// One misunderstanding, many places: who takes < for <= does so in each comparison of a condition,
// of a chain of alternatives or of a function, and who takes one variable for another does so in
// the whole statement; who takes yes for no answers so everywhere. All of them are put right in one
// change.
namespace inquest::languages::templates {
namespace {

constexpr std::size_t kSpanBytes = 1500;
constexpr double kConditionRank = 1.6;
constexpr double kChainRank = 1.7;
constexpr double kFunctionRank = 1.9;
constexpr double kBoundsRank = 2.0;
constexpr double kRenameRank = 2.0;
constexpr double kAnswersRank = 1.9;
constexpr double kOtherShapeCost = 0.7;
constexpr double kLogicalCost = 0.2;

struct Swap {
  std::string_view from;
  std::string_view to;
};
using Swaps = std::vector<Swap>;

const std::vector<Swaps>& Comparisons() {
  static const std::vector<Swaps> kComparisons = {
      {{"<", "<="}, {">", ">="}},
      {{"<=", "<"}, {">=", ">"}},
      {{"<", "<="}},
      {{">", ">="}},
      {{"<=", "<"}},
      {{">=", ">"}},
      {{"<", ">"}, {">", "<"}},
      {{"==", "!="}},
      {{"!=", "=="}},
      {{"<=", ">="}, {">=", "<="}},
  };
  return kComparisons;
}

struct Piece {
  std::uint32_t begin;
  std::uint32_t end;
  std::string text;
};

class Alike {
 public:
  explicit Alike(Offers& offers) : offers_(offers), source_(offers.source()) {}

  // The same swaps everywhere in these parts, which are in the order of the text.
  void OfferSwaps(std::span<const TSNode> parts, const Swaps& swaps, std::string_view origin,
                  double rank) {
    std::vector<Piece> pieces;
    for (const TSNode part : parts) {
      syntax::Walk(part, [&](TSNode node) {
        if (!source_.IsAny(node, {Kind::kComparison, Kind::kLogical})) return true;
        AddSwapped(syntax::OperatorOf(node), swaps, pieces);
        return true;
      });
    }
    Offer(std::move(pieces), origin, rank);
  }

  // (a = b) && (c = d)
  void OfferEquals(TSNode condition) {
    std::vector<Piece> pieces;
    syntax::Walk(condition, [&](TSNode node) {
      if (source_.Is(node, Kind::kAssignment)) {
        AddSwapped(syntax::OperatorOf(node), {{"=", offers_.words().equal}}, pieces);
      }
      return true;
    });
    Offer(std::move(pieces), "comparisons-alike", kConditionRank);
  }

  // The bound of these conditions, where it is the same for several of them, becomes another.
  void OfferBounds(TSNode at, std::span<const TSNode> conditions) {
    const TSNode own = BoundOf(ConditionAt(at));
    if (syntax::IsNull(own)) return;
    std::vector<TSNode> same;
    for (const TSNode condition : conditions) {
      const TSNode bound = BoundOf(condition);
      if (!syntax::IsNull(bound) && source_.TextOf(bound) == source_.TextOf(own)) {
        same.push_back(bound);
      }
    }
    const std::string text = Tight(source_, own);
    std::vector<std::string> others = {text + " - 1", text + " + 1"};
    for (const Name& name : offers_.NamesAt(at)) {
      const Name* known = offers_.Find(at, text);
      if (name.text != text && known != nullptr && syntax::MayReplace(*known, name)) {
        others.push_back(name.text);
      }
    }
    for (const std::string& other : others) {
      std::vector<Piece> pieces;
      pieces.reserve(same.size());
      for (const TSNode bound : same) {
        pieces.push_back({ts_node_start_byte(bound), ts_node_end_byte(bound), other});
      }
      Offer(std::move(pieces), "bounds-alike", kBoundsRank);
    }
  }

  // Each answer of the function is the opposite of what is meant: true for false, 1 for 0.
  void OfferOppositeAnswers(TSNode function) {
    std::vector<Piece> pieces;
    std::set<std::string> answers;
    syntax::Walk(function, [&](TSNode node) {
      if (!Same(node, function) && source_.IsAny(node, {Kind::kFunction, Kind::kLambda})) {
        return false;
      }
      if (!source_.Is(node, Kind::kReturn)) return true;
      for (const TSNode value : source_.NamedChildren(node)) {
        const std::string text = offers_.Text(value);
        const std::string opposite = OppositeOf(value, text);
        if (opposite.empty()) continue;
        answers.insert(text);
        pieces.push_back({ts_node_start_byte(value), ts_node_end_byte(value), opposite});
      }
      return false;
    });
    if (answers.size() == 2) Offer(std::move(pieces), "opposite-answers", kAnswersRank);
  }

  // Each use of one variable in these bytes becomes one of another.
  void OfferRenames(TSNode within, std::uint32_t end) {
    std::set<std::string> used;
    std::vector<TSNode> uses;
    syntax::Walk(within, [&](TSNode node) {
      if (ts_node_start_byte(node) >= end) return false;
      if (syntax::IsVariableUse(source_, node)) uses.push_back(node);
      return true;
    });
    for (const TSNode use : uses) {
      const std::string own = offers_.Text(use);
      const Name* known = used.insert(own).second ? offers_.Find(within, own) : nullptr;
      if (known == nullptr) continue;
      const Name self = *known;
      for (const Name& name : offers_.NamesAt(within)) {
        if (name.text == own) continue;
        std::vector<Piece> pieces;
        for (const TSNode other : uses) {
          if (source_.TextOf(other) != own) continue;
          pieces.push_back({ts_node_start_byte(other), ts_node_end_byte(other), name.text});
        }
        Offer(std::move(pieces), "variable-alike",
              kRenameRank + (syntax::MayReplace(self, name) ? 0 : kOtherShapeCost));
      }
    }
  }

 private:
  // Of true and false, as the text spells them, and of 1 and 0.
  std::string OppositeOf(TSNode value, const std::string& text) const {
    const syntax::Words& words = offers_.words();
    const bool spelled = words.true_word != "1";
    if (source_.Is(value, Kind::kTrue)) return spelled ? std::string(words.false_word) : "false";
    if (source_.Is(value, Kind::kFalse)) return spelled ? std::string(words.true_word) : "true";
    if (text == "1") return "0";
    return text == "0" ? "1" : "";
  }

  TSNode ConditionAt(TSNode node) const { return syntax::ConditionOf(source_, node); }
  // n of i < n.
  TSNode BoundOf(TSNode condition) const {
    const bool compared = !syntax::IsNull(condition) && source_.Is(condition, Kind::kComparison);
    return compared ? syntax::RightOf(source_, condition) : TSNode{};
  }

  void AddSwapped(TSNode token, const Swaps& swaps, std::vector<Piece>& pieces) {
    if (syntax::IsNull(token)) return;
    for (const Swap& swap : swaps) {
      if (source_.TextOf(token) != swap.from) continue;
      pieces.push_back({ts_node_start_byte(token), ts_node_end_byte(token), std::string(swap.to)});
    }
  }

  // One piece alone is the business of the other templates.
  void Offer(std::vector<Piece> pieces, std::string_view origin, double rank) {
    if (pieces.size() < 2) return;
    std::sort(pieces.begin(), pieces.end(),
              [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
    const std::uint32_t begin = pieces.front().begin;
    const std::uint32_t end = pieces.back().end;
    if (end - begin > kSpanBytes) return;
    std::string text;
    std::uint32_t at = begin;
    for (const Piece& piece : pieces) {
      if (piece.begin < at) return;
      text += source_.Between(at, piece.begin);
      text += piece.text;
      at = piece.end;
    }
    const std::string old(source_.Between(pieces[0].begin, pieces[0].end));
    offers_.Add({.begin = begin,
                 .end = end,
                 .replacement = std::move(text),
                 .origin = origin,
                 .rank = rank,
                 .symptom_guard = false,
                 .description = "replace \"" + old + "\" by \"" + pieces[0].text +
                                "\" and so on, " + std::to_string(pieces.size()) + " times"});
  }

  Offers& offers_;
  const Source& source_;
};

// The conditions of a chain of alternatives, from its first on; of one that is no chain, nothing.
std::vector<TSNode> ChainOf(const Source& source, TSNode node) {
  constexpr int kLongest = 40;
  std::vector<TSNode> conditions;
  for (int i = 0; i < kLongest && source.IsAny(node, {Kind::kIf, Kind::kElif}); ++i) {
    const TSNode condition = syntax::ConditionOf(source, node);
    if (!syntax::IsNull(condition)) conditions.push_back(condition);
    TSNode next = syntax::Field(node, {"alternative"});
    if (source.Is(next, Kind::kElse)) {
      const auto inside = source.NamedChildren(next);
      next = inside.size() == 1 ? inside[0] : TSNode{};
    }
    if (syntax::IsNull(next)) break;
    node = next;
  }
  if (conditions.size() < 2) conditions.clear();
  return conditions;
}

std::vector<TSNode> ConditionsIn(const Source& source, TSNode function,
                                 std::initializer_list<Kind> of) {
  std::vector<TSNode> conditions;
  syntax::Walk(function, [&](TSNode node) {
    if (source.IsAny(node, of)) {
      const TSNode condition = syntax::ConditionOf(source, node);
      if (!syntax::IsNull(condition)) conditions.push_back(condition);
    }
    return true;
  });
  return conditions;
}

void OfferConditionsAlike(TSNode node, TSNode condition, Offers& offers) {
  const Source& source = offers.source();
  Alike alike(offers);
  const TSNode one[] = {condition};
  const std::vector<TSNode> chain =
      source.Is(node, Kind::kIf) ? ChainOf(source, node) : std::vector<TSNode>{};
  const TSNode function = source.Enclosing(node, {Kind::kFunction});
  std::vector<TSNode> all;
  if (!syntax::IsNull(function)) {
    all = ConditionsIn(source, function,
                       {Kind::kIf, Kind::kElif, Kind::kWhile, Kind::kDoWhile, Kind::kFor});
    const std::vector<TSNode> loops =
        ConditionsIn(source, function, {Kind::kWhile, Kind::kDoWhile, Kind::kFor});
    const std::vector<TSNode> within =
        ConditionsIn(source, node, {Kind::kWhile, Kind::kDoWhile, Kind::kFor});
    if (!source.IsAny(node, {Kind::kIf, Kind::kElif})) {
      alike.OfferBounds(node, within);
      alike.OfferBounds(node, loops);
      // j < n, and not i < n.
      std::vector<TSNode> same;
      std::copy_if(loops.begin(), loops.end(), std::back_inserter(same),
                   [&](TSNode loop) { return source.TextOf(loop) == source.TextOf(condition); });
      if (same.size() < loops.size()) alike.OfferBounds(node, same);
    }
  }
  for (const Swaps& swaps : Comparisons()) {
    alike.OfferSwaps(one, swaps, "comparisons-alike", kConditionRank);
    alike.OfferSwaps(chain, swaps, "comparisons-alike", kChainRank);
    alike.OfferSwaps(all, swaps, "comparisons-alike", kFunctionRank);
  }
  const syntax::Words& words = offers.words();
  for (const Swaps& swaps :
       {Swaps{{words.and_word, words.or_word}}, Swaps{{words.or_word, words.and_word}}}) {
    alike.OfferSwaps(one, swaps, "logical-alike", kConditionRank + kLogicalCost);
    alike.OfferSwaps(chain, swaps, "logical-alike", kChainRank + kLogicalCost);
  }
  if (source.dialect().braces()) alike.OfferEquals(condition);
}

}  // namespace

void OfferAlike(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const Kind kind = source.KindOf(node);
  if (kind == Kind::kReturn) {
    const TSNode function = source.Enclosing(node, {Kind::kFunction, Kind::kLambda});
    if (!syntax::IsNull(function)) Alike(offers).OfferOppositeAnswers(function);
  }
  const bool simple = source.IsAny(node, {Kind::kExpressionStatement, Kind::kReturn});
  if (simple) return Alike(offers).OfferRenames(node, ts_node_end_byte(node));
  if (!syntax::IsCompoundStatement(kind)) return;
  const TSNode condition = syntax::ConditionOf(source, node);
  if (!syntax::IsNull(condition)) OfferConditionsAlike(node, condition, offers);
  const TSNode body = syntax::BodyOf(source, node);
  if (!source.IsAny(node, {Kind::kDoWhile, Kind::kSwitch}) && !syntax::IsNull(body)) {
    Alike(offers).OfferRenames(node, ts_node_start_byte(body));
  }
}

}  // namespace inquest::languages::templates
