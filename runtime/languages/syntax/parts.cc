#include "runtime/languages/syntax/parts.h"

#include <algorithm>
#include <array>

namespace inquest::languages::syntax {
namespace {

constexpr std::array<std::string_view, 13> kComparisons = {
    "<", "<=", ">", ">=", "==", "!=", "===", "!==", "in", "not in", "is", "is not", "instanceof"};
constexpr std::array<std::string_view, 5> kLogicals = {"and", "or", "&&", "||", "??"};

// What stands between the first two operands, where the grammar has no field for it.
TSNode AnonymousChild(TSNode node) {
  const std::uint32_t count = ts_node_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TSNode child = ts_node_child(node, i);
    if (!ts_node_is_named(child)) return child;
  }
  return TSNode{};
}

TSNode WithoutParentheses(const Source& source, TSNode node) {
  for (int depth = 0; depth < kSyntaxDepthLimit && !IsNull(node); ++depth) {
    const bool clause = TypeOf(node) == "condition_clause";
    if (!clause && !source.Is(node, Kind::kParenthesized)) break;
    const TSNode value = clause ? Field(node, {"value"}) : TSNode{};
    const auto children = source.NamedChildren(node);
    if (children.empty()) break;
    node = IsNull(value) ? children.front() : value;
  }
  return node;
}

// The identifier in a declarator: of `*(*f)(int)` it is f.
std::string DeclaredName(const Source& source, TSNode node) {
  for (int depth = 0; depth < kSyntaxDepthLimit && !IsNull(node); ++depth) {
    const TSNode inner = Field(node, {"declarator"});
    if (IsNull(inner)) break;
    node = inner;
  }
  std::string name(source.TextOf(node));
  for (std::size_t at = name.find("::"); at != std::string::npos; at = name.find("::")) {
    name.replace(at, 2, ".");
  }
  return name.size() > 200 ? "" : name;
}

}  // namespace

Kind KindOfOperator(std::string_view text) {
  if (std::count(kComparisons.begin(), kComparisons.end(), text) > 0) return Kind::kComparison;
  if (std::count(kLogicals.begin(), kLogicals.end(), text) > 0) return Kind::kLogical;
  return Kind::kArithmetic;
}

TSNode OperatorOf(TSNode node) {
  const TSNode field = Field(node, {"operator", "operators"});
  return IsNull(field) ? AnonymousChild(node) : field;
}

TSNode LeftOf(const Source& source, TSNode node) {
  const TSNode field = Field(node, {"left", "name", "declarator"});
  if (!IsNull(field)) return field;
  const auto children = source.NamedChildren(node);
  return children.empty() ? TSNode{} : children.front();
}

TSNode RightOf(const Source& source, TSNode node) {
  const TSNode field = Field(node, {"right", "value"});
  if (!IsNull(field)) return field;
  if (!source.Is(node, Kind::kComparison)) return TSNode{};
  const auto children = source.NamedChildren(node);
  return children.size() == 2 ? children.back() : TSNode{};
}

TSNode OperandOf(TSNode node) { return Field(node, {"argument", "operand"}); }

TSNode CalleeOf(TSNode call) { return Field(call, {"function", "constructor"}); }

TSNode ArgumentsOf(TSNode call) { return Field(call, {"arguments"}); }

TSNode ObjectOf(TSNode node) { return Field(node, {"object", "argument", "value"}); }

TSNode PropertyOf(TSNode member) { return Field(member, {"property", "attribute", "field"}); }

std::vector<TSNode> IndicesOf(const Source& source, TSNode index) {
  const TSNode object = ObjectOf(index);
  const TSNode first = Field(index, {"index", "indices", "subscript"});
  if (IsNull(first)) return {};
  if (TypeOf(first) == "subscript_argument_list") return source.NamedChildren(first);
  std::vector<TSNode> indices;
  for (const TSNode child : source.NamedChildren(index)) {
    if (!Same(child, object)) indices.push_back(child);
  }
  // a[i, j] in Python 3 is one subscript that is a tuple in some grammars, several in others.
  if (indices.size() == 1 && source.Is(indices[0], Kind::kTuple)) {
    return source.NamedChildren(indices[0]);
  }
  return indices;
}

TSNode ConditionOf(const Source& source, TSNode node) {
  const TSNode field = Field(node, {"condition", "guard"});
  if (!IsNull(field)) return WithoutParentheses(source, field);
  const auto children = source.NamedChildren(node);
  if (source.Is(node, Kind::kConditional) && children.size() == 3) return children[1];
  if (source.IsAny(node, {Kind::kFilter, Kind::kAssert}) && !children.empty()) return children[0];
  return TSNode{};
}

TSNode BodyOf(const Source& source, TSNode node) {
  const TSNode field = Field(node, {"body", "consequence"});
  if (!IsNull(field)) return field;
  TSNode block{};
  for (const TSNode child : source.NamedChildren(node)) {
    if (source.Is(child, Kind::kBlock)) block = child;
  }
  return block;
}

std::vector<Parameter> ParametersOf(const Source& source, TSNode function) {
  constexpr int kDeclaratorDepth = 20;
  TSNode parameters = Field(function, {"parameters", "parameter"});
  TSNode declarator = Field(function, {"declarator"});
  for (int i = 0; i < kDeclaratorDepth && IsNull(parameters) && !IsNull(declarator); ++i) {
    parameters = Field(declarator, {"parameters"});
    declarator = Field(declarator, {"declarator"});
  }
  std::vector<Parameter> found;
  if (IsNull(parameters)) return found;
  const bool single = source.Is(parameters, Kind::kIdentifier);
  for (const TSNode one : single ? std::vector{parameters} : source.NamedChildren(parameters)) {
    Parameter parameter{one, Field(one, {"name", "left", "declarator"}), Field(one, {"type"})};
    if (IsNull(parameter.name) && IsNull(parameter.type)) parameter.name = one;
    if (IsNull(parameter.name)) {
      // Python's typed parameter has no field for its name.
      const auto children = source.NamedChildren(one);
      if (children.empty() || Same(children[0], parameter.type)) continue;
      parameter.name = children[0];
      parameter.type = TSNode{};
    }
    found.push_back(parameter);
  }
  return found;
}

std::string NameOfDefinition(const Source& source, TSNode definition) {
  const TSNode name = Field(definition, {"name"});
  if (!IsNull(name)) return std::string(source.TextOf(name));
  const TSNode declarator = Field(definition, {"declarator"});
  if (!IsNull(declarator) && !source.Is(definition, Kind::kLambda)) {
    return DeclaredName(source, declarator);
  }
  // const f = () => ...; { f: function () ... }
  const TSNode parent = ts_node_parent(definition);
  if (IsNull(parent)) return "";
  const TSNode of = Field(parent, {"name", "key", "left", "property"});
  if (IsNull(of) || Same(of, definition)) return "";
  const std::string_view text = source.TextOf(of);
  return text.size() > 100 ? "" : std::string(text.substr(text.rfind('.') + 1));
}

std::string QualifiedFunction(const Source& source, TSNode node) {
  std::string name;
  bool in_function = false;
  TSNode up = source.Enclosing(node, {Kind::kFunction, Kind::kClass});
  for (int depth = 0; !IsNull(up) && depth < kSyntaxDepthLimit; ++depth) {
    in_function = in_function || source.Is(up, Kind::kFunction);
    const std::string own = NameOfDefinition(source, up);
    if (!own.empty()) name = name.empty() ? own : own + ("." + name);
    up = source.Enclosing(up, {Kind::kFunction, Kind::kClass});
  }
  return in_function ? name : "";
}

bool IsSimpleStatement(Kind kind) {
  switch (kind) {
    case Kind::kExpressionStatement:
    case Kind::kDeclaration:
    case Kind::kReturn:
    case Kind::kRaise:
    case Kind::kAssert:
    case Kind::kBreak:
    case Kind::kContinue:
    case Kind::kPass:
    case Kind::kDelete:
    case Kind::kImport:
    case Kind::kSimple:
      return true;
    default:
      return false;
  }
}

bool IsCompoundStatement(Kind kind) {
  switch (kind) {
    case Kind::kIf:
    case Kind::kElif:
    case Kind::kWhile:
    case Kind::kDoWhile:
    case Kind::kFor:
    case Kind::kForEach:
    case Kind::kWith:
    case Kind::kCatch:
    case Kind::kSwitch:
    case Kind::kCase:
      return true;
    default:
      return false;
  }
}

bool IsExpression(Kind kind) { return kind >= Kind::kIdentifier && kind <= Kind::kComprehension; }

TSNode StatementOf(const Source& source, TSNode node) {
  for (int depth = 0; depth < kSyntaxDepthLimit && !IsNull(node); ++depth) {
    const Kind kind = source.KindOf(node);
    if (IsSimpleStatement(kind) || IsCompoundStatement(kind)) return node;
    node = ts_node_parent(node);
  }
  return TSNode{};
}

TSNode Sibling(const Source& source, TSNode node, bool next) {
  const auto step = [&](TSNode from) {
    return next ? ts_node_next_named_sibling(from) : ts_node_prev_named_sibling(from);
  };
  TSNode sibling = step(node);
  while (!IsNull(sibling) && source.Is(sibling, Kind::kComment)) sibling = step(sibling);
  return sibling;
}

}  // namespace inquest::languages::syntax
