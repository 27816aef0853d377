#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Wrong statements: superfluous, in the wrong place or order, of the wrong kind, without their
// return, without a guard.
namespace inquest::languages::templates {
namespace {

constexpr double kKindRank = 2.2;
constexpr double kOrderRank = 2.4;
constexpr double kMoveRank = 2.4;
constexpr double kMissingReturnRank = 2.5;
constexpr double kDeleteRank = 3.6;
constexpr double kConditionedRank = 3.3;
// Last, whatever else is offered.
constexpr double kGuardRank = 50.0;
constexpr std::size_t kGuardsLimit = 3;
constexpr std::size_t kConditionsLimit = 12;

class Statements {
 public:
  Statements(TSNode node, Offers& offers)
      : offers_(offers),
        source_(offers.source()),
        node_(node),
        lines_(LinesOf(source_, node)),
        indent_(source_.IndentOf(node)) {}

  void Offer() {
    OfferMissingReturn();
    OfferKind();
    OfferOrder();
    if (syntax::FirstLine(node_) == syntax::LastLine(node_)) OfferMoves();
    OfferDeletion();
    OfferConditioned();
    OfferGuards();
  }

 private:
  bool braces() const { return source_.dialect().braces(); }
  bool InFunction() const {
    return !syntax::IsNull(source_.Enclosing(node_, {Kind::kFunction, Kind::kLambda}));
  }

  void AddLines(std::uint32_t begin, std::uint32_t end, std::string text, std::string_view origin,
                double rank, std::string description, bool guard = false) {
    offers_.Add({.begin = begin,
                 .end = end,
                 .replacement = std::move(text),
                 .origin = origin,
                 .rank = rank,
                 .symptom_guard = guard,
                 .description = std::move(description)});
  }

  void OfferMissingReturn() {
    if (!source_.Is(node_, Kind::kExpressionStatement) || !InFunction()) return;
    const auto children = source_.NamedChildren(node_);
    if (children.size() != 1) return;
    if (source_.IsAny(children[0], {Kind::kAssignment, Kind::kAugmented, Kind::kString})) return;
    offers_.Replace(node_, "return " + offers_.Text(node_), "missing-return", kMissingReturnRank);
  }

  void OfferKind() {
    const std::string end(offers_.words().statement_end);
    if (source_.Is(node_, Kind::kBreak)) {
      offers_.Replace(node_, "continue" + end, "wrong-jump", kKindRank);
      if (InFunction()) offers_.Replace(node_, "return" + end, "wrong-jump", kKindRank + 0.4);
    }
    if (source_.Is(node_, Kind::kContinue)) {
      offers_.Replace(node_, "break" + end, "wrong-jump", kKindRank);
    }
  }

  // The statement after the next, the next before it.
  void OfferOrder() {
    const TSNode next = syntax::Sibling(source_, node_, true);
    if (syntax::IsNull(next) || !lines_.own) return;
    const Lines other = LinesOf(source_, next);
    const Kind kind = source_.KindOf(next);
    const bool whole = syntax::IsSimpleStatement(kind) || syntax::IsCompoundStatement(kind);
    if (!other.own || !whole || other.begin < lines_.end) return;
    const std::string between(source_.Between(lines_.end, other.begin));
    AddLines(lines_.begin, other.end,
             std::string(source_.Between(other.begin, other.end)) + between +
                 std::string(source_.Between(lines_.begin, lines_.end)),
             "statement-order", kOrderRank, "swap the statement with the next one");
  }

  // Out of the block that it ends, into the block before it.
  void OfferMoves() {
    if (!lines_.own) return;
    const std::string content(
        source_.Between(lines_.begin + static_cast<std::uint32_t>(indent_.size()), lines_.end));
    const TSNode block = ts_node_parent(node_);
    const TSNode owner = syntax::IsNull(block) ? block : ts_node_parent(block);
    const bool last = syntax::IsNull(syntax::Sibling(source_, node_, true));
    const bool alone = last && syntax::IsNull(syntax::Sibling(source_, node_, false));
    if (!syntax::IsNull(owner) && source_.Is(block, Kind::kBlock) && last && !alone &&
        !source_.IsAny(owner, {Kind::kFunction, Kind::kClass, Kind::kLambda})) {
      const std::string outer(source_.IndentOf(owner));
      if (!braces()) {
        AddLines(lines_.begin, lines_.end, outer + content, "misplaced-statement", kMoveRank,
                 "move the statement out of the block that it ends");
      } else {
        const Lines whole = LinesOf(source_, block);
        std::string rest(source_.Between(lines_.end, whole.end));
        AddLines(lines_.begin, whole.end, rest + outer + content, "misplaced-statement", kMoveRank,
                 "move the statement out of the block that it ends");
      }
    }
    OfferMoveInto(content);
  }

  void OfferMoveInto(const std::string& content) {
    const TSNode before = syntax::Sibling(source_, node_, false);
    if (syntax::IsNull(before)) return;
    TSNode into{};
    syntax::Walk(before, [&](TSNode below) {
      if (source_.IsAny(below, {Kind::kFunction, Kind::kClass})) return false;
      if (source_.Is(below, Kind::kBlock) && ts_node_end_byte(below) == ts_node_end_byte(before)) {
        into = below;
        return false;
      }
      return true;
    });
    const auto inside = source_.NamedChildren(into);
    if (inside.empty() || syntax::FirstLine(inside.back()) == syntax::FirstLine(before)) return;
    const std::string moved = std::string(source_.IndentOf(inside.back())) + content;
    if (!braces()) {
      AddLines(lines_.begin, lines_.end, moved, "misplaced-statement", kMoveRank,
               "move the statement into the block before it");
      return;
    }
    const std::uint32_t close = source_.LineStart(ts_node_end_byte(into) - 1);
    if (close > lines_.begin) return;
    AddLines(close, lines_.end, moved + std::string(source_.Between(close, lines_.begin)),
             "misplaced-statement", kMoveRank, "move the statement into the block before it");
  }

  void OfferDeletion() {
    if (source_.IsAny(node_, {Kind::kPass, Kind::kDeclaration})) return;
    // To take out what reports an error is to hide it.
    const bool hides = source_.IsAny(node_, {Kind::kRaise, Kind::kAssert});
    const double rank = hides ? kGuardRank : kDeleteRank;
    const bool alone = syntax::IsNull(syntax::Sibling(source_, node_, true)) &&
                       syntax::IsNull(syntax::Sibling(source_, node_, false));
    if (lines_.own && !alone) {
      AddLines(lines_.begin, lines_.end, "", "superfluous-statement", rank, "remove the statement",
               hides);
      return;
    }
    AddLines(ts_node_start_byte(node_), ts_node_end_byte(node_),
             std::string(offers_.words().empty_statement), "superfluous-statement", rank,
             "remove the statement", hides);
  }

  std::string Under(const std::string& condition, const std::string& statement) const {
    const std::string step = source_.IndentStep();
    if (!braces()) return "if " + condition + ":\n" + indent_ + step + statement;
    return "if (" + condition + ") {\n" + indent_ + step + statement + "\n" + indent_ + "}";
  }

  // Only under a condition that the function asks elsewhere.
  void OfferConditioned() {
    if (!lines_.own || syntax::FirstLine(node_) != syntax::LastLine(node_)) return;
    if (source_.IsAny(node_, {Kind::kDeclaration, Kind::kImport, Kind::kPass})) return;
    const TSNode function = source_.Enclosing(node_, {Kind::kFunction});
    if (syntax::IsNull(function)) return;
    std::set<std::string> known;
    syntax::Walk(function, [&](TSNode other) {
      if (known.size() >= kConditionsLimit) return false;
      if (!source_.IsAny(other, {Kind::kComparison, Kind::kNot})) return true;
      const std::string text = offers_.Text(other);
      if (text.size() > 80 || !known.insert(text).second) return true;
      offers_.Replace(node_, Under(text, offers_.Text(node_)), "missing-condition",
                      kConditionedRank);
      return true;
    });
    for (const Name& name : offers_.NamesAt(node_)) {
      if (known.size() >= kConditionsLimit) break;
      const std::string text = name.text;
      if (!known.insert(text).second) continue;
      offers_.Replace(node_, Under(text, offers_.Text(node_)), "missing-condition",
                      kConditionedRank + 0.2);
    }
  }

  // Return before the statement when what it looks into is not there.
  void OfferGuards() {
    if (!lines_.own || !InFunction()) return;
    std::vector<std::string> guarded;
    syntax::Walk(node_, [&](TSNode below) {
      if (!source_.IsAny(below, {Kind::kMember, Kind::kIndex})) return true;
      const TSNode object = syntax::ObjectOf(below);
      if (!source_.Is(object, Kind::kIdentifier)) return true;
      const std::string name = offers_.Text(object);
      if (name != "self" && name != "this" && guarded.size() < kGuardsLimit &&
          std::find(guarded.begin(), guarded.end(), name) == guarded.end()) {
        guarded.push_back(name);
      }
      return true;
    });
    const std::string null(offers_.words().null_word);
    for (const std::string& name : guarded) {
      const std::string condition = braces() ? name + " == " + null : name + " is " + null;
      const std::string leave = braces() ? "return 0;" : "return " + null;
      AddLines(lines_.begin, lines_.begin, indent_ + Under(condition, leave) + "\n",
               "missing-guard", kGuardRank,
               "return before the statement when " + name + " is " + null, true);
    }
  }

  Offers& offers_;
  const Source& source_;
  const TSNode node_;
  const Lines lines_;
  const std::string indent_;
};

// if for while, while for if; a chain of alternatives that is none.
void OfferHeads(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const Kind kind = source.KindOf(node);
  if (kind != Kind::kIf && kind != Kind::kWhile) return;
  const TSNode word = ts_node_child(node, 0);
  const std::string text = offers.Text(word);
  if (text == "while") offers.Replace(word, "if", "wrong-head", kKindRank + 0.2);
  if (text != "if") return;
  if (syntax::IsNull(syntax::Field(node, {"alternative"}))) {
    offers.Replace(word, "while", "wrong-head", kKindRank + 0.3);
  }
  const TSNode before = syntax::Sibling(source, node, false);
  if (!syntax::IsNull(before) && source.Is(before, Kind::kIf)) {
    offers.Replace(word, source.dialect().braces() ? "else if" : "elif", "missing-else",
                   kKindRank + 0.4);
  }
}

// An alternative that should be asked for itself.
void OfferElse(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!source.Is(node, Kind::kElif)) return;
  const TSNode word = ts_node_child(node, 0);
  if (source.TextOf(word) == "elif")
    offers.Replace(word, "if", "superfluous-else", kKindRank + 0.4);
}

}  // namespace

void OfferStatements(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  OfferHeads(node, offers);
  OfferElse(node, offers);
  const Kind kind = source.KindOf(node);
  if (!syntax::IsSimpleStatement(kind) || kind == Kind::kImport) return;
  const TSNode parent = ts_node_parent(node);
  if (!syntax::IsNull(parent) && source.Is(parent, Kind::kFor) &&
      !Same(syntax::BodyOf(source, parent), node)) {
    return;  // part of a for's head
  }
  Statements(node, offers).Offer();
}

}  // namespace inquest::languages::templates
