#include "runtime/languages/syntax/values.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/syntax/scope.h"

namespace inquest::languages::syntax {
namespace {

constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kNamesLimit = 64;
// What a larger expression is made from tells nobody anything, and nested ones would be read over
// and over.
constexpr std::uint32_t kExpressionBytes = 4096;
constexpr int kPatternDepth = 8;

// A name, or a field that is reached through names alone.
bool IsPath(const Source& source, TSNode node) {
  for (int depth = 0; depth < kPatternDepth && source.Is(node, Kind::kMember); ++depth) {
    node = ObjectOf(node);
  }
  return source.IsAny(node, {Kind::kIdentifier, Kind::kSelf});
}

bool IsBlockFunction(const Source& source, TSNode node) {
  return source.Is(node, Kind::kFunction) && source.Is(BodyOf(source, node), Kind::kBlock);
}

// Calls `visit` for what belongs to the node itself: not its body, not what follows it.
void WalkHead(const Source& source, TSNode node, const std::function<bool(TSNode)>& visit) {
  const bool compound = IsCompoundStatement(source.KindOf(node));
  const TSNode body = compound ? BodyOf(source, node) : TSNode{};
  const TSNode value = source.Is(node, Kind::kCase) ? Field(node, {"value"}) : TSNode{};
  if (!IsNull(value)) return Walk(value, visit);
  Walk(node, [&](TSNode below) {
    if (ts_node_eq(below, node)) return visit(below);
    if (Same(below, body) || IsBlockFunction(source, below)) return false;
    if (source.IsAny(below, {Kind::kBlock, Kind::kClass, Kind::kElse, Kind::kElif, Kind::kCatch})) {
      return false;
    }
    return visit(below);
  });
}

void AddOnce(std::vector<std::string>& names, std::string_view name) {
  if (name.empty() || name.size() > kNameBytes || names.size() >= kNamesLimit) return;
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

// It is given a value here: the left of an assignment, part of a pattern, a loop's variable.
bool IsTarget(const Source& source, TSNode node) {
  TSNode up = node;
  for (int depth = 0; depth < kPatternDepth; ++depth) {
    const TSNode parent = ts_node_parent(up);
    if (IsNull(parent)) return false;
    if (source.IsAny(parent,
                     {Kind::kAssignment, Kind::kDeclarator, Kind::kForEach, Kind::kGenerator})) {
      return Same(Field(parent, {"left", "name", "declarator"}), up);
    }
    const bool pattern = source.IsAny(parent, {Kind::kTuple, Kind::kList}) ||
                         TypeOf(parent).find("pattern") != std::string_view::npos;
    if (!pattern) return false;
    up = parent;
  }
  return false;
}

bool IsSmall(TSNode node) {
  return ts_node_end_byte(node) - ts_node_start_byte(node) <= kExpressionBytes;
}

std::string_view CalleeName(const Source& source, TSNode call) {
  const TSNode callee = CalleeOf(call);
  if (source.Is(callee, Kind::kMember)) return source.TextOf(PropertyOf(callee));
  const std::string_view text = source.TextOf(callee);
  if (source.Is(callee, Kind::kIdentifier)) return text;
  if (TypeOf(callee) != "qualified_identifier") return {};
  return text.substr(text.rfind(':') + 1);
}

}  // namespace

int HeadEnd(const Source& source, TSNode statement) {
  if (!IsCompoundStatement(source.KindOf(statement))) return LastLine(statement);
  const TSNode body = BodyOf(source, statement);
  int end = FirstLine(statement);
  if (IsNull(body)) return end;
  Walk(statement, [&](TSNode below) {
    if (ts_node_eq(below, statement)) return true;
    if (ts_node_start_byte(below) >= ts_node_start_byte(body)) return false;
    if (source.Is(below, Kind::kComment)) return false;
    end = std::max(end, LastLine(below));
    return false;
  });
  return end;
}

std::vector<std::string> ValuesUsed(const Source& source, TSNode node) {
  std::vector<std::string> names;
  WalkHead(source, node, [&](TSNode below) {
    if (source.Is(below, Kind::kMember) && IsPath(source, below)) {
      const TSNode parent = ts_node_parent(below);
      const bool callee = source.Is(parent, Kind::kCall) && Same(CalleeOf(parent), below);
      if (callee) {
        AddOnce(names, source.TextOf(ObjectOf(below)));
      } else if (!IsTarget(source, below)) {
        AddOnce(names, source.TextOf(below));
      }
      return false;
    }
    if (IsVariableUse(source, below) && !IsTarget(source, below)) {
      AddOnce(names, source.TextOf(below));
    }
    return true;
  });
  return names;
}

std::vector<std::string> FunctionsCalled(const Source& source, TSNode node) {
  std::vector<std::string> names;
  WalkHead(source, node, [&](TSNode below) {
    if (source.Is(below, Kind::kCall)) AddOnce(names, CalleeName(source, below));
    return true;
  });
  return names;
}

namespace {

constexpr std::size_t kDefinitionsLimit = 20'000;

class Definitions {
 public:
  explicit Definitions(const Source& source) : source_(source) {}

  std::vector<Definition> Read() {
    Walk(source_.root(), [&](TSNode node) {
      Visit(node);
      return found_.size() < kDefinitionsLimit;
    });
    return std::move(found_);
  }

 private:
  void Visit(TSNode node) {
    switch (source_.KindOf(node)) {
      case Kind::kFunction:
      case Kind::kLambda:
        return AddParameters(node);
      case Kind::kAssignment:
      case Kind::kAugmented:
        return AddAssignment(node, Field(node, {"left"}), Field(node, {"right"}));
      case Kind::kDeclarator:
        return AddAssignment(node, Field(node, {"name", "declarator"}), Field(node, {"value"}));
      case Kind::kForEach:
      case Kind::kGenerator:
        return AddAssignment(node, Field(node, {"left", "declarator"}), Field(node, {"right"}));
      case Kind::kUpdate:
        return AddTargets(node, OperandOf(node), {.kind = FlowKind::kTransformation});
      case Kind::kDeclaration:
        return AddBareDeclarators(node);
      case Kind::kCall:
        return AddCall(node);
      default:
        // `with open(path) as file`
        if (TypeOf(node) == "as_pattern") {
          const auto children = source_.NamedChildren(node);
          if (!children.empty()) AddAssignment(node, Field(node, {"alias"}), children[0]);
        }
    }
  }

  // What one target gets; name and place are filled in.
  void Add(TSNode at, std::string_view name, Definition definition) {
    if (name.empty() || name.size() > kNameBytes) return;
    const TSNode statement = StatementOf(source_, at);
    const bool head = definition.is_code && !IsNull(statement);
    definition.name = name;
    definition.first_line = FirstLine(head ? statement : at);
    definition.last_line = head ? HeadEnd(source_, statement) : LastLine(at);
    definition.byte = ts_node_start_byte(at);
    definition.in_function = !IsNull(source_.Enclosing(at, {Kind::kFunction, Kind::kLambda}));
    found_.push_back(std::move(definition));
  }

  // Names in a pattern, and what an element or a field is put into.
  void AddTargets(TSNode at, TSNode target, const Definition& definition) {
    if (IsNull(target)) return;
    Walk(target, [&](TSNode node) {
      if (source_.IsAny(node, {Kind::kIndex, Kind::kMember})) {
        TSNode object = node;
        for (int i = 0; i < kPatternDepth && !IsNull(object) && !IsPath(source_, object); ++i) {
          object = ObjectOf(object);
        }
        Add(at, source_.TextOf(object), definition);
        return false;
      }
      if (source_.IsAny(node, {Kind::kCall, Kind::kParameters})) return false;
      if (source_.Is(node, Kind::kIdentifier)) Add(at, source_.TextOf(node), definition);
      return true;
    });
  }

  void AddAssignment(TSNode at, TSNode left, TSNode right) {
    if (IsNull(left) || IsNull(right)) return;
    Definition definition;
    if (IsSmall(right)) {
      definition.from = ValuesUsed(source_, right);
      definition.calls = FunctionsCalled(source_, right);
    }
    definition.is_local = source_.Is(at, Kind::kDeclarator);
    const bool into = source_.IsAny(left, {Kind::kIndex, Kind::kMember});
    const bool changes = source_.Is(at, Kind::kAugmented) || source_.Is(left, Kind::kIndex);
    if (changes || !definition.from.empty()) definition.kind = FlowKind::kTransformation;
    AddTargets(at, left, definition);
    if (!into) return;
    for (const std::string& value : definition.from) Add(at, value, {.kind = FlowKind::kStore});
  }

  // C: `int a, *b;` gives nothing yet.
  void AddBareDeclarators(TSNode declaration) {
    const TSNode type = Field(declaration, {"type"});
    if (IsNull(type)) return;
    for (const TSNode child : source_.NamedChildren(declaration)) {
      if (Same(child, type) || source_.Is(child, Kind::kDeclarator)) continue;
      TSNode inner = child;
      for (int i = 0; i < kPatternDepth && !IsNull(Field(inner, {"declarator"})); ++i) {
        if (TypeOf(inner) == "function_declarator") break;
        inner = Field(inner, {"declarator"});
      }
      if (!source_.Is(inner, Kind::kIdentifier)) continue;
      Add(declaration, source_.TextOf(inner),
          {.is_local = true, .is_code = false, .is_bare = true});
    }
  }

  void AddParameters(TSNode function) {
    for (const Parameter& parameter : ParametersOf(source_, function)) {
      AddTargets(parameter.declaration, parameter.name, {.is_local = true, .is_code = false});
    }
  }

  void AddCall(TSNode call) {
    const TSNode arguments = ArgumentsOf(call);
    if (IsNull(arguments) || !IsSmall(call)) return;
    const TSNode parent = ts_node_parent(call);
    const bool for_effect = source_.Is(parent, Kind::kExpressionStatement) ||
                            TypeOf(parent) == "await_expression" || TypeOf(parent) == "await";
    Definition change;
    change.kind = FlowKind::kTransformation;
    change.calls = FunctionsCalled(source_, call);
    change.from = ValuesUsed(source_, arguments);
    const TSNode callee = CalleeOf(call);
    if (for_effect && source_.Is(callee, Kind::kMember) && IsPath(source_, callee)) {
      Add(call, source_.TextOf(ObjectOf(callee)), change);
    }
    for (const TSNode argument : source_.NamedChildren(arguments)) {
      if (for_effect) {
        for (const std::string& value : ValuesUsed(source_, argument)) {
          Add(call, value, {.kind = FlowKind::kStore});
        }
      }
      const bool address = source_.TextOf(argument).starts_with('&');
      const TSNode object = address ? OperandOf(argument) : argument;
      if (IsNull(object) || !IsPath(source_, object)) continue;
      change.is_weak = !address;
      Add(call, source_.TextOf(object), change);
    }
  }

  const Source& source_;
  std::vector<Definition> found_;
};

}  // namespace

std::vector<Definition> ReadDefinitions(const Source& source) { return Definitions(source).Read(); }

}  // namespace inquest::languages::syntax
