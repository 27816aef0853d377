#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// A value that something should have been done with first: limited, cut, squared, moved by another.
namespace inquest::languages::templates {
namespace {

constexpr double kAbsoluteRank = 1.8;
constexpr double kLimitRank = 2.2;
constexpr double kLimitByNameRank = 2.4;
constexpr double kCutRank = 2.2;
constexpr double kPowerRank = 2.6;
constexpr double kMoveRank = 2.5;
constexpr double kSiblingRank = 1.9;
constexpr std::size_t kSiblingsLimit = 8;
constexpr double kJoinRank = 2.8;

class Wrapping {
 public:
  Wrapping(TSNode node, Offers& offers)
      : offers_(offers), source_(offers.source()), node_(node), text_(offers.Text(node)) {}

  void Offer() {
    const Kind place = source_.KindOf(ts_node_parent(node_));
    const bool assigned = place == Kind::kAssignment || place == Kind::kDeclarator;
    const bool whole = assigned || place == Kind::kReturn || place == Kind::kArguments ||
                       place == Kind::kAugmented;
    if (whole) OfferLimits(assigned);
    if (place == Kind::kComparison && IsNumeric()) OfferAbsolute();
    const bool iterated = place == Kind::kForEach || place == Kind::kGenerator;
    const bool name = source_.IsAny(node_, {Kind::kIdentifier, Kind::kMember, Kind::kIndex});
    if (name && (whole || iterated || place == Kind::kArithmetic)) OfferCuts();
    if (name && (place == Kind::kArithmetic || whole || place == Kind::kComparison)) OfferPowers();
    if (whole || place == Kind::kComparison || place == Kind::kSlice || place == Kind::kIndex ||
        place == Kind::kArithmetic) {
      OfferMoves();
      OfferSiblings();
    }
    if (place == Kind::kReturn || assigned) OfferJoins();
  }

 private:
  std::string Largest(const std::string& a, const std::string& b) const {
    return Choose(offers_.words().largest, " > ", a, b);
  }
  std::string Smallest(const std::string& a, const std::string& b) const {
    return Choose(offers_.words().smallest, " < ", a, b);
  }
  static std::string Choose(std::string_view function, const char* op, const std::string& a,
                            const std::string& b) {
    if (!function.empty()) return std::string(function) + "(" + a + ", " + b + ")";
    return "((" + a + ")" + op + "(" + b + ") ? (" + a + ") : (" + b + "))";
  }

  bool IsNumeric() const {
    switch (source_.KindOf(node_)) {
      case Kind::kString:
      case Kind::kList:
      case Kind::kTuple:
      case Kind::kDictionary:
      case Kind::kComprehension:
      case Kind::kLambda:
      case Kind::kTrue:
      case Kind::kFalse:
      case Kind::kNull:
      case Kind::kComparison:
      case Kind::kLogical:
      case Kind::kNot:
        return false;
      case Kind::kIdentifier: {
        const Name* name = offers_.Find(node_, text_);
        return name == nullptr ||
               (name->shape != syntax::Shape::kCollection && name->shape != syntax::Shape::kText);
      }
      default:
        return true;
    }
  }

  std::vector<std::string> Numbers() {
    std::vector<std::string> numbers;
    for (const Name& name : offers_.NamesAt(node_)) {
      const bool pointer = name.type.find_first_of("*[") != std::string::npos;
      if (!pointer && name.shape != syntax::Shape::kCollection &&
          name.shape != syntax::Shape::kText && name.text != text_) {
        numbers.push_back(name.text);
      }
    }
    return numbers;
  }

  // Of a difference, most likely.
  void OfferAbsolute() {
    const bool difference =
        source_.Is(node_, Kind::kArithmetic) && source_.TextOf(syntax::OperatorOf(node_)) == "-";
    offers_.Replace(node_, std::string(offers_.words().absolute) + "(" + text_ + ")",
                    "missing-absolute", difference ? kAbsoluteRank : kLimitRank + 0.3);
  }

  void OfferLimits(bool assigned) {
    if (!IsNumeric()) return;
    offers_.Replace(node_, Largest("0", text_), "missing-limit", kLimitRank);
    OfferAbsolute();
    if (assigned) {  // the running maximum that forgets
      const std::string target = offers_.Text(syntax::LeftOf(source_, ts_node_parent(node_)));
      offers_.Replace(node_, Largest(target, text_), "missing-limit", kLimitRank);
      offers_.Replace(node_, Smallest(target, text_), "missing-limit", kLimitRank + 0.1);
    }
    for (const std::string& number : Numbers()) {
      offers_.Replace(node_, Largest(number, text_), "missing-limit", kLimitByNameRank);
      offers_.Replace(node_, Smallest(number, text_), "missing-limit", kLimitByNameRank);
    }
  }

  void Cut(const std::string& from, const std::string& to, double rank) {
    if (offers_.words().slices) {
      offers_.Replace(node_, text_ + "[" + from + ":" + to + "]", "missing-slice", rank);
    } else if (offers_.words().slice_method) {
      const std::string start = from.empty() ? "0" : from;
      offers_.Replace(node_, text_ + ".slice(" + start + (to.empty() ? "" : ", " + to) + ")",
                      "missing-slice", rank);
    } else if (offers_.words().substring_method && IsStringByType()) {
      CutString(from, to, rank);
    }
  }

  bool IsStringByType() const {
    const Name* name = offers_.Find(node_, text_);
    return name != nullptr && name->type.find("string") != std::string::npos &&
           name->type.find('<') == std::string::npos;
  }

  void CutString(const std::string& from, const std::string& to, double rank) {
    if (from.empty() && to.empty()) return;
    const std::string end = to == "-1" ? text_ + ".size() - 1" : to;
    offers_.Replace(node_, text_ + ".substr(" + (from.empty() ? "0, " + end : from) + ")",
                    "missing-slice", rank);
  }

  void OfferCuts() {
    const Name* name = offers_.Find(node_, text_);
    if (name != nullptr && name->shape == syntax::Shape::kNumber) return;
    Cut("1", "", kCutRank);
    Cut("", "-1", kCutRank + 0.1);
    Cut("", "", kCutRank + 0.3);  // a copy
    for (const std::string& number : Numbers()) {
      Cut(number, "", kCutRank + 0.3);
      Cut("", number, kCutRank + 0.3);
    }
  }

  void OfferPowers() {
    if (!IsNumeric()) return;
    if (offers_.words().slices || offers_.words().slice_method) {
      offers_.Replace(node_, text_ + " ** 2", "missing-power", kPowerRank);
    } else {
      offers_.Replace(node_, "(" + text_ + " * " + text_ + ")", "missing-power", kPowerRank);
    }
    offers_.Replace(node_, "(" + text_ + " * 2)", "missing-factor", kPowerRank + 0.3);
  }

  void OfferMoves() {
    if (!IsNumeric() || source_.Is(node_, Kind::kInteger)) return;
    for (const std::string& number : Numbers()) {
      offers_.Replace(node_, text_ + " - " + number, "missing-term", kMoveRank);
      offers_.Replace(node_, text_ + " + " + number, "missing-term", kMoveRank + 0.1);
      offers_.Replace(node_, Tight(source_, node_) + " * " + number, "missing-factor",
                      kMoveRank + 0.5);
      offers_.Replace(node_, Tight(source_, node_) + " % " + number, "missing-factor",
                      kMoveRank + 0.8);
    }
  }

  // order.price lacks order.tax, which is reckoned with elsewhere in the function.
  void OfferSiblings() {
    if (!source_.Is(node_, Kind::kMember)) return;
    const TSNode function = source_.Enclosing(node_, {Kind::kFunction, Kind::kLambda});
    if (syntax::IsNull(function) ||
        !source_.IsAny(ts_node_parent(node_), {Kind::kComparison, Kind::kArithmetic})) {
      return;
    }
    const std::string_view object = source_.TextOf(syntax::ObjectOf(node_));
    std::set<std::string> siblings{text_};
    syntax::Walk(function, [&](TSNode other) {
      if (!source_.Is(other, Kind::kMember)) return true;
      const bool reckoned =
          source_.IsAny(ts_node_parent(other), {Kind::kArithmetic, Kind::kAugmented});
      if (!reckoned || source_.TextOf(syntax::ObjectOf(other)) != object) return true;
      const std::string sibling = offers_.Text(other);
      if (siblings.size() > kSiblingsLimit || !siblings.insert(sibling).second) return true;
      offers_.Replace(node_, text_ + " + " + sibling, "missing-member", kSiblingRank);
      offers_.Replace(node_, text_ + " - " + sibling, "missing-member", kSiblingRank + 0.05);
      return true;
    });
  }

  // What is returned lacks what another variable has gathered.
  void OfferJoins() {
    for (const Name& name : offers_.NamesAt(node_)) {
      if (name.shape == syntax::Shape::kNumber || name.text == text_) continue;
      if (offers_.words().slice_method) {
        offers_.Replace(node_, name.text + ".concat(" + text_ + ")", "missing-part", kJoinRank);
      }
      if (!offers_.words().slices) continue;
      offers_.Replace(node_, name.text + " + " + text_, "missing-part", kJoinRank);
      offers_.Replace(node_, text_ + " + " + name.text, "missing-part", kJoinRank + 0.1);
    }
  }

  Offers& offers_;
  const Source& source_;
  const TSNode node_;
  const std::string text_;
};

}  // namespace

void OfferWrappers(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  constexpr std::size_t kLongest = 120;
  if (!IsValue(source, node) || source.TextOf(node).size() > kLongest) return;
  Wrapping(node, offers).Offer();
}

}  // namespace inquest::languages::templates
