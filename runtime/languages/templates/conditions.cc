#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Wrong conditions: a part is missing, or an end of the road was not thought of.
namespace inquest::languages::templates {
namespace {

constexpr std::size_t kGuardsLimit = 6;
constexpr std::size_t kOthersLimit = 40;
constexpr double kNullGuardRank = 1.9;
constexpr double kNameRank = 2.6;
constexpr double kBorrowedRank = 2.9;
constexpr double kBuiltRank = 3.4;
constexpr double kLoopConditionRank = 1.5;

class Conditions {
 public:
  Conditions(TSNode condition, Offers& offers)
      : offers_(offers), source_(offers.source()), condition_(condition) {}

  void Offer() {
    OfferNullGuards();
    OfferNames();
    OfferBorrowed();
    OfferBuilt();
  }

 private:
  std::string Own() const {
    // Mixed operators keep their meaning in parentheses.
    return source_.IsAny(condition_, {Kind::kLogical, Kind::kConditional, Kind::kAssignment})
               ? "(" + offers_.Text(condition_) + ")"
               : offers_.Text(condition_);
  }

  void Extend(const std::string& with, bool conjunction, bool in_front, double rank,
              std::string_view origin) {
    const std::string op =
        " " + std::string(conjunction ? offers_.words().and_word : offers_.words().or_word) + " ";
    offers_.Replace(condition_, in_front ? with + op + Own() : Own() + op + with, origin, rank);
  }

  // `a.b` and `a[i]` ask first whether there is an a.
  void OfferNullGuards() {
    std::set<std::string> guarded;
    syntax::Walk(condition_, [&](TSNode below) {
      if (!source_.IsAny(below, {Kind::kMember, Kind::kIndex})) return true;
      const TSNode object = syntax::ObjectOf(below);
      const std::string name = offers_.Text(object);
      const bool plain = source_.IsAny(object, {Kind::kIdentifier, Kind::kMember});
      if (!plain || name == "self" || name == "this" || name == "Math" ||
          guarded.size() >= kGuardsLimit || !guarded.insert(name).second) {
        return true;
      }
      const std::string null(offers_.words().null_word);
      const bool python = null == "None";
      Extend(python ? name + " is None" : name + " == " + null, false, true, kNullGuardRank,
             "null-guard");
      Extend(python ? name + " is not None" : name + " != " + null, true, true,
             kNullGuardRank + 0.1, "null-guard");
      return true;
    });
  }

  void OfferNames() {
    for (const Name& name : offers_.NamesAt(condition_)) {
      const std::string no = std::string(offers_.words().not_word) + name.text;
      if (name.shape == syntax::Shape::kCollection && source_.dialect().braces()) continue;
      Extend(no, false, false, kNameRank, "missing-alternative");
      Extend(name.text, true, false, kNameRank + 0.1, "missing-condition");
      Extend(no, true, false, kNameRank + 0.2, "missing-condition");
      Extend(name.text, false, false, kNameRank + 0.3, "missing-alternative");
    }
  }

  // Conditions that the same function, then the file, asks elsewhere.
  void OfferBorrowed() {
    const TSNode function = source_.Enclosing(condition_, {Kind::kFunction});
    std::vector<std::string> others;
    std::set<std::string> known{offers_.Text(condition_)};
    for (const TSNode scope : {function, source_.root()}) {
      if (syntax::IsNull(scope)) continue;
      syntax::Walk(scope, [&](TSNode node) {
        if (others.size() >= kOthersLimit) return false;
        if (!source_.IsAny(node, {Kind::kComparison, Kind::kNot})) return true;
        const std::string text = offers_.Text(node);
        if (text.size() < 100 && known.insert(text).second) others.push_back(text);
        return true;
      });
    }
    double rank = kBorrowedRank;
    for (const std::string& other : others) {
      Extend(other, true, false, rank, "borrowed-condition");
      Extend(other, false, false, rank + 0.1, "borrowed-condition");
      offers_.Replace(condition_, other, "borrowed-condition", rank + 0.2);
      rank += 0.01;
    }
  }

  // Against zero, and between two numbers.
  void OfferBuilt() {
    std::vector<std::string> numbers;
    for (const Name& name : offers_.NamesAt(condition_)) {
      const bool pointer = name.type.find_first_of("*[") != std::string::npos;
      if (name.shape == syntax::Shape::kNumber || (!name.type.empty() && !pointer)) {
        numbers.push_back(name.text);
      }
    }
    const std::string equal(offers_.words().equal);
    for (const std::string& number : numbers) {
      for (const std::string& test :
           {number + " > 0", number + " " + equal + " 0", number + " < 0"}) {
        Extend(test, true, false, kBuiltRank, "built-condition");
        Extend(test, false, false, kBuiltRank, "built-condition");
      }
      for (const std::string& other : numbers) {
        if (other == number) continue;
        Extend(number + " < " + other, true, false, kBuiltRank + 0.3, "built-condition");
        Extend(number + " <= " + other, false, false, kBuiltRank + 0.3, "built-condition");
        if (number < other) {
          Extend(number + " " + equal + " " + other, false, false, kBuiltRank + 0.3,
                 "built-condition");
        }
      }
    }
  }

  Offers& offers_;
  const Source& source_;
  const TSNode condition_;
};

// A loop that never ends by its condition.
void OfferLoopCondition(TSNode condition, Offers& offers) {
  const Source& source = offers.source();
  const bool endless = source.Is(condition, Kind::kTrue) ||
                       (source.Is(condition, Kind::kInteger) && source.TextOf(condition) == "1");
  if (!endless) return;
  for (const Name& name : offers.NamesAt(condition)) {
    offers.Replace(condition, name.text, "loop-condition", kLoopConditionRank);
    if (source.dialect().braces()) {
      offers.Replace(condition, name.text + ".length", "loop-condition", kLoopConditionRank + 0.1);
    }
  }
}

}  // namespace

void OfferConditions(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const Kind kind = source.KindOf(node);
  if (kind == Kind::kReturn) {
    const auto children = source.NamedChildren(node);
    if (children.size() == 1 && source.IsAny(children[0], {Kind::kComparison, Kind::kLogical})) {
      Conditions(children[0], offers).Offer();
    }
    return;
  }
  switch (kind) {
    case Kind::kIf:
    case Kind::kElif:
    case Kind::kWhile:
    case Kind::kDoWhile:
    case Kind::kFor:
    case Kind::kFilter:
    case Kind::kConditional:
      break;
    default:
      return;
  }
  const TSNode condition = syntax::ConditionOf(source, node);
  if (syntax::IsNull(condition)) return;
  if (kind == Kind::kWhile) OfferLoopCondition(condition, offers);
  Conditions(condition, offers).Offer();
}

}  // namespace inquest::languages::templates
