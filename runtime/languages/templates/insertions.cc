#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Missing statements: borrowed from the same function (as they stand, or with another variable),
// built from what is in scope, or an early end.
namespace inquest::languages::templates {
namespace {

constexpr std::size_t kMaterialLimit = 400;
constexpr std::size_t kStatementBytes = 120;
constexpr double kBuiltCallRank = 2.9;
constexpr double kBorrowedRank = 2.8;
constexpr double kVariedRank = 3.0;
constexpr double kBuiltAssignmentRank = 3.1;
constexpr double kJumpRank = 3.2;
constexpr double kBaseCaseRank = 3.5;

struct Material {
  std::string text;  // without indentation
  std::string_view origin;
  double rank;
};

// Where a statement may be put: a byte at the start of a line, and the indentation there.
struct Spot {
  std::uint32_t at;
  std::string indent;
  double cost;
};

class Insertions {
 public:
  Insertions(TSNode node, Offers& offers) : offers_(offers), source_(offers.source()), node_(node) {
    function_ = source_.Enclosing(node, {Kind::kFunction, Kind::kLambda});
  }

  void Offer() {
    if (syntax::IsNull(function_)) return;
    FindSpots();
    if (spots_.empty()) return;
    GatherBorrowed();
    GatherBuilt();
    GatherJumps();
    GatherBaseCases();
    const std::string own = offers_.Text(node_);
    for (const Material& material : material_) {
      for (const Spot& spot : spots_) {
        if (material.text == own && material.origin == std::string_view("missing-statement")) {
          continue;
        }
        offers_.Add({.begin = spot.at,
                     .end = spot.at,
                     .replacement = spot.indent + Indented(material.text, spot.indent) + "\n",
                     .origin = material.origin,
                     .rank = material.rank + spot.cost,
                     .symptom_guard = false,
                     .description = ""});
      }
    }
  }

 private:
  bool braces() const { return source_.dialect().braces(); }

  static std::string Indented(const std::string& text, const std::string& indent) {
    std::string out;
    for (const char c : text) {
      out += c;
      if (c == '\n') out += indent;
    }
    return out;
  }

  void AddSpot(std::uint32_t at, std::string_view indent, double cost) {
    // The end of a body may be the end of what it is the body of.
    const bool known = std::any_of(spots_.begin(), spots_.end(), [&](const Spot& spot) {
      return spot.at == at && spot.indent == indent;
    });
    if (!known) spots_.push_back({at, std::string(indent), cost});
  }

  // Before the statement, after it; at the start and the end of its body.
  void FindSpots() {
    const Lines lines = LinesOf(source_, node_);
    const std::string_view indent = source_.IndentOf(node_);
    const bool whole = syntax::IsSimpleStatement(source_.KindOf(node_));
    if (lines.begin + indent.size() == ts_node_start_byte(node_) &&
        !source_.IsAny(node_, {Kind::kElif, Kind::kCase, Kind::kCatch})) {
      AddSpot(lines.begin, indent, 0);
    }
    const bool leaves =
        source_.IsAny(node_, {Kind::kReturn, Kind::kRaise, Kind::kBreak, Kind::kContinue});
    if (whole && lines.own && !leaves) AddSpot(lines.end, indent, 0.02);
    if (whole) return;
    const TSNode body = syntax::BodyOf(source_, node_);
    const auto inside = source_.NamedChildren(body);
    if (inside.empty() || !source_.Is(body, Kind::kBlock)) return;
    if (syntax::FirstLine(inside.front()) == syntax::FirstLine(node_)) return;
    const std::string_view inner = source_.IndentOf(inside.front());
    AddSpot(source_.LineStart(ts_node_start_byte(inside.front())), inner, 0.01);
    if (source_.IsAny(inside.back(),
                      {Kind::kReturn, Kind::kRaise, Kind::kBreak, Kind::kContinue})) {
      return;
    }
    const Lines last = LinesOf(source_, inside.back());
    if (last.own) AddSpot(last.end, inner, 0.03);
    if (source_.IsAny(node_, {Kind::kWhile, Kind::kFor, Kind::kForEach}) && lines.own) {
      AddSpot(lines.end, indent, 0.03);
    }
  }

  void AddMaterial(std::string text, std::string_view origin, double rank) {
    if (material_.size() >= kMaterialLimit || text.size() > kStatementBytes) return;
    const auto [known, added] = known_.emplace(text, material_.size());
    if (added) {
      material_.push_back({std::move(text), origin, rank});
    } else if (Material& before = material_[known->second]; rank < before.rank) {
      before.origin = origin;
      before.rank = rank;
    }
  }

  void GatherBorrowed() {
    std::vector<TSNode> statements;
    syntax::Walk(function_, [&](TSNode other) {
      if (!source_.IsAny(other, {Kind::kExpressionStatement})) return true;
      if (syntax::FirstLine(other) == syntax::LastLine(other)) statements.push_back(other);
      return true;
    });
    const auto distance = [&](TSNode other) {
      return std::abs(syntax::FirstLine(other) - syntax::FirstLine(node_));
    };
    std::stable_sort(statements.begin(), statements.end(),
                     [&](TSNode a, TSNode b) { return distance(a) < distance(b); });
    double rank = kBorrowedRank;
    for (const TSNode statement : statements) {
      AddMaterial(offers_.Text(statement), "missing-statement", rank);
      rank += 0.01;
    }
    rank = kVariedRank;
    for (const TSNode statement : statements) {
      Vary(statement, rank);
      rank += 0.02;
    }
  }

  // The statement with one of its variables replaced by another.
  void Vary(TSNode statement, double rank) {
    const std::string text = offers_.Text(statement);
    const std::uint32_t begin = ts_node_start_byte(statement);
    syntax::Walk(statement, [&](TSNode below) {
      if (!source_.Is(below, Kind::kIdentifier)) return true;
      const TSNode parent = ts_node_parent(below);
      if (source_.Is(parent, Kind::kCall) && Same(syntax::CalleeOf(parent), below)) return true;
      const Name* own = offers_.Find(node_, source_.TextOf(below));
      for (const Name& name : offers_.NamesAt(node_)) {
        if (name.text == source_.TextOf(below)) continue;
        if (own != nullptr && !syntax::MayReplace(*own, name)) continue;
        std::string varied = text;
        varied.replace(ts_node_start_byte(below) - begin,
                       ts_node_end_byte(below) - ts_node_start_byte(below), name.text);
        AddMaterial(std::move(varied), "missing-statement-varied", rank);
      }
      return true;
    });
  }

  std::string End() const { return std::string(offers_.words().statement_end); }

  bool UsedWithIn(const std::string& name) const {
    bool used = false;
    syntax::Walk(function_, [&](TSNode node) {
      if (source_.Is(node, Kind::kComparison)) {
        const std::string_view op = source_.TextOf(syntax::OperatorOf(node));
        used = used || ((op == "in" || op == "not in") &&
                        source_.TextOf(syntax::RightOf(source_, node)) == name);
      }
      return !used;
    });
    return used;
  }

  // Something is put into a collection; a variable takes over another's value; a count goes on.
  void GatherBuilt() {
    const auto& names = offers_.NamesAt(node_);
    const std::string add(offers_.words().add_method);
    const std::string append(offers_.words().append_method);
    for (const Name& holder : names) {
      if (holder.shape != syntax::Shape::kCollection || append.empty()) continue;
      const bool asked = UsedWithIn(holder.text);
      for (const Name& item : names) {
        if (item.text == holder.text) continue;
        AddMaterial(holder.text + "." + add + "(" + item.text + ")" + End(), "missing-call",
                    asked ? kBuiltCallRank - 0.2 : kBuiltCallRank + 0.3);
        AddMaterial(holder.text + "." + append + "(" + item.text + ")" + End(), "missing-call",
                    kBuiltCallRank);
      }
    }
    for (const Name& target : names) {
      for (const Name& value : names) {
        if (target.text == value.text || !syntax::MayReplace(target, value)) continue;
        AddMaterial(target.text + " = " + value.text + End(), "missing-assignment",
                    kBuiltAssignmentRank);
      }
      if (target.shape == syntax::Shape::kNumber || !target.type.empty()) {
        AddMaterial(target.text + " += 1" + End(), "missing-assignment", kBuiltAssignmentRank);
        AddMaterial(target.text + " -= 1" + End(), "missing-assignment",
                    kBuiltAssignmentRank + 0.1);
        AddMaterial(target.text + " = 0" + End(), "missing-reset", kBuiltAssignmentRank);
      }
      if (target.shape == syntax::Shape::kCollection && target.type.empty()) {
        AddMaterial(target.text + " = []" + End(), "missing-reset", kBuiltAssignmentRank + 0.2);
      }
    }
  }

  void GatherJumps() {
    const TSNode loop = source_.Enclosing(node_, {Kind::kWhile, Kind::kFor, Kind::kForEach,
                                                  Kind::kDoWhile, Kind::kSwitch, Kind::kFunction});
    if (!syntax::IsNull(loop) && !source_.Is(loop, Kind::kFunction)) {
      AddMaterial("break" + End(), "missing-jump", kJumpRank);
      AddMaterial("continue" + End(), "missing-jump", kJumpRank);
    }
    for (const Name& name : offers_.NamesAt(node_)) {
      AddMaterial("return " + name.text + End(), "missing-return", kJumpRank + 0.1);
    }
    for (const std::string& leave : Returns()) {
      AddMaterial(leave, "missing-return", kJumpRank);
    }
  }

  std::vector<std::string> Returns() const {
    std::vector<std::string> returns;
    syntax::Walk(function_, [&](TSNode node) {
      if (source_.Is(node, Kind::kReturn) && returns.size() < 6 &&
          syntax::FirstLine(node) == syntax::LastLine(node)) {
        returns.push_back(offers_.Text(node));
      }
      return true;
    });
    for (const std::string_view value : {std::string_view("0"), std::string_view("1"),
                                         offers_.words().true_word, offers_.words().false_word}) {
      returns.push_back("return " + std::string(value) + End());
    }
    return returns;
  }

  // A case that was not thought of leaves early.
  void GatherBaseCases() {
    const std::string equal(offers_.words().equal);
    const std::string no(offers_.words().not_word);
    std::vector<std::string> conditions;
    for (const Name& name : offers_.NamesAt(node_)) {
      if (conditions.size() > 12) break;
      const bool number = name.shape == syntax::Shape::kNumber || !name.type.empty();
      if (!number) conditions.push_back(no + name.text);
      if (name.shape == syntax::Shape::kCollection) continue;
      conditions.push_back(name.text + " " + equal + " 0");
      if (number) conditions.push_back(name.text + " < 0");
    }
    const std::string step = source_.IndentStep();
    for (const std::string& condition : conditions) {
      for (const std::string& leave : Returns()) {
        AddMaterial(braces() ? "if (" + condition + ") {\n" + step + leave + "\n}"
                             : "if " + condition + ":\n" + step + leave,
                    "missing-case", kBaseCaseRank);
      }
    }
  }

  Offers& offers_;
  const Source& source_;
  const TSNode node_;
  TSNode function_{};
  std::vector<Spot> spots_;
  std::vector<Material> material_;
  std::map<std::string, std::size_t> known_;  // where it is in material_
};

}  // namespace

void OfferInsertions(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const Kind kind = source.KindOf(node);
  if (!syntax::IsSimpleStatement(kind) && !syntax::IsCompoundStatement(kind)) return;
  const TSNode parent = ts_node_parent(node);
  if (!syntax::IsNull(parent) && source.Is(parent, Kind::kFor) &&
      !Same(syntax::BodyOf(source, parent), node)) {
    return;
  }
  Insertions(node, offers).Offer();
}

}  // namespace inquest::languages::templates
