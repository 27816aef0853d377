#include "runtime/languages/syntax/scope.h"

#include <algorithm>
#include <map>

#include "runtime/languages/syntax/parts.h"

namespace inquest::languages::syntax {
namespace {

constexpr std::size_t kNamesLimit = 24;
constexpr std::size_t kTypeBytes = 64;

class Gathering {
 public:
  explicit Gathering(const Source& source) : source_(source) {}

  void AddScope(TSNode scope) {
    if (source_.IsAny(scope, {Kind::kFunction, Kind::kLambda})) AddParameters(scope);
    Walk(scope, [&](TSNode node) {
      if (ts_node_eq(node, scope)) return true;
      const Kind kind = source_.KindOf(node);
      if (kind == Kind::kParameters) return false;
      if (kind == Kind::kFunction || kind == Kind::kClass || kind == Kind::kLambda) return false;
      if (kind == Kind::kAssignment || kind == Kind::kAugmented) {
        AddTargets(Field(node, {"left"}), "");
      } else if (kind == Kind::kForEach || kind == Kind::kGenerator) {
        const TSNode type = Field(node, {"type"});
        AddTargets(Field(node, {"left", "declarator"}), TypeText(type, TSNode{}));
      } else if (kind == Kind::kDeclarator) {
        if (TypeOf(ts_node_parent(node)) != "declaration") AddTargets(Field(node, {"name"}), "");
      } else if (kind == Kind::kDeclaration) {
        AddDeclared(node);
      }
      return names_.size() < kNamesLimit;
    });
  }

  std::vector<Name> Take() { return std::move(names_); }

 private:
  void Add(std::string_view name, std::string type) {
    if (names_.size() >= kNamesLimit || name == "self" || name == "cls" || name == "_" ||
        name == "this" || name.empty()) {
      return;
    }
    const bool known = std::any_of(names_.begin(), names_.end(),
                                   [&](const Name& other) { return other.text == name; });
    if (!known) names_.push_back({std::string(name), Shape::kUnknown, std::move(type)});
  }

  // "int", "char *", "int []": what a declarator adds to its type.
  std::string TypeText(TSNode type, TSNode declarator) const {
    std::string text(source_.TextOf(type).substr(0, kTypeBytes));
    for (int depth = 0; depth < 20 && !IsNull(declarator); ++depth) {
      const std::string_view kind = TypeOf(declarator);
      if (kind == "pointer_declarator") text += " *";
      if (kind == "array_declarator") text += " []";
      declarator = Field(declarator, {"declarator"});
    }
    return text;
  }

  // Identifiers of a target ("a, (b, c)"), not those of what it goes through ("x[i]", "x.y").
  void AddTargets(TSNode target, const std::string& type) {
    if (IsNull(target)) return;
    Walk(target, [&](TSNode node) {
      if (source_.IsAny(node, {Kind::kIndex, Kind::kMember, Kind::kCall, Kind::kParameters})) {
        return false;
      }
      if (source_.Is(node, Kind::kIdentifier)) Add(source_.TextOf(node), type);
      return true;
    });
  }

  // C: `int a = 1, *b, c[3];`
  void AddDeclared(TSNode declaration) {
    const TSNode type = Field(declaration, {"type"});
    if (IsNull(type)) return;  // the declarators of other languages name themselves
    for (const TSNode child : source_.NamedChildren(declaration)) {
      if (Same(child, type) || TypeOf(child) == "function_declarator") continue;
      const TSNode declarator =
          source_.Is(child, Kind::kDeclarator) ? Field(child, {"declarator"}) : child;
      TSNode inner = declarator;
      for (int depth = 0; depth < 20 && !IsNull(Field(inner, {"declarator"})); ++depth) {
        inner = Field(inner, {"declarator"});
      }
      if (source_.Is(inner, Kind::kIdentifier)) {
        Add(source_.TextOf(inner), TypeText(type, declarator));
      }
    }
  }

  void AddParameters(TSNode function) {
    for (const Parameter& parameter : ParametersOf(source_, function)) {
      const bool typed = !IsNull(parameter.type);
      AddTargets(parameter.name, typed ? TypeText(parameter.type, parameter.name) : "");
    }
  }

  const Source& source_;
  std::vector<Name> names_;
};

bool IsNumberLiteral(Kind kind) { return kind == Kind::kInteger || kind == Kind::kFloat; }

// What one use says of the variable.
Shape ShapeOfUse(const Source& source, TSNode use) {
  const TSNode parent = ts_node_parent(use);
  if (IsNull(parent)) return Shape::kUnknown;
  switch (source.KindOf(parent)) {
    case Kind::kIndex:
      return Same(ObjectOf(parent), use) ? Shape::kCollection : Shape::kNumber;
    case Kind::kForEach:
    case Kind::kGenerator:
      return Same(Field(parent, {"right"}), use) ? Shape::kCollection : Shape::kUnknown;
    case Kind::kUpdate:
      return Shape::kNumber;
    case Kind::kMember: {
      const std::string_view property = source.TextOf(PropertyOf(parent));
      const bool holds = property == "append" || property == "push" || property == "length" ||
                         property == "add" || property == "pop" || property == "size" ||
                         property == "extend" || property == "items" || property == "get";
      return Same(ObjectOf(parent), use) && holds ? Shape::kCollection : Shape::kUnknown;
    }
    case Kind::kArguments: {
      const std::string_view callee = source.TextOf(CalleeOf(ts_node_parent(parent)));
      if (callee == "len" || callee == "sorted" || callee == "enumerate") return Shape::kCollection;
      return callee == "range" || callee == "abs" ? Shape::kNumber : Shape::kUnknown;
    }
    case Kind::kArithmetic:
    case Kind::kComparison: {
      const TSNode left = LeftOf(source, parent);
      const TSNode other = Same(left, use) ? RightOf(source, parent) : left;
      const std::string_view op = source.TextOf(OperatorOf(parent));
      if (op == "in" || op == "not in") {
        return Same(left, use) ? Shape::kUnknown : Shape::kCollection;
      }
      if (IsNull(other)) return Shape::kUnknown;
      return IsNumberLiteral(source.KindOf(other)) ? Shape::kNumber : Shape::kUnknown;
    }
    case Kind::kAssignment:
    case Kind::kDeclarator: {
      if (!Same(LeftOf(source, parent), use)) return Shape::kUnknown;
      const Kind value = source.KindOf(RightOf(source, parent));
      if (IsNumberLiteral(value)) return Shape::kNumber;
      if (value == Kind::kString) return Shape::kText;
      if (value == Kind::kTrue || value == Kind::kFalse) return Shape::kTruth;
      const bool holds = value == Kind::kList || value == Kind::kDictionary ||
                         value == Kind::kComprehension || value == Kind::kTuple;
      return holds ? Shape::kCollection : Shape::kUnknown;
    }
    default:
      return Shape::kUnknown;
  }
}

void GuessShapes(const Source& source, TSNode scope, std::vector<Name>& names) {
  std::map<std::string_view, Name*> by_text;
  for (Name& name : names) by_text[name.text] = &name;
  Walk(scope, [&](TSNode node) {
    if (!source.Is(node, Kind::kIdentifier)) return true;
    const auto known = by_text.find(source.TextOf(node));
    if (known == by_text.end() || known->second->shape != Shape::kUnknown) return true;
    known->second->shape = ShapeOfUse(source, node);
    return true;
  });
}

bool IsScalar(const std::string& type) {
  return type.find('*') == std::string::npos && type.find('[') == std::string::npos &&
         type.find("struct") == std::string::npos;
}

}  // namespace

std::vector<Name> NamesInScope(const Source& source, TSNode node) {
  Gathering gathering(source);
  TSNode outermost = source.root();
  TSNode function = source.Enclosing(node, {Kind::kFunction, Kind::kLambda, Kind::kComprehension});
  for (int depth = 0; !IsNull(function) && depth < kSyntaxDepthLimit; ++depth) {
    gathering.AddScope(function);
    outermost = function;
    function = source.Enclosing(function, {Kind::kFunction, Kind::kLambda});
  }
  gathering.AddScope(source.root());
  std::vector<Name> names = gathering.Take();
  GuessShapes(source, outermost, names);
  return names;
}

bool MayReplace(const Name& one, const Name& other) {
  if (!one.type.empty() && !other.type.empty() && one.type != other.type) {
    return IsScalar(one.type) && IsScalar(other.type);
  }
  return one.shape == Shape::kUnknown || other.shape == Shape::kUnknown || one.shape == other.shape;
}

bool IsVariableUse(const Source& source, TSNode node) {
  if (!source.Is(node, Kind::kIdentifier)) return false;
  const TSNode parent = ts_node_parent(node);
  if (IsNull(parent)) return false;
  switch (source.KindOf(parent)) {
    case Kind::kParameters:
    case Kind::kFunction:
    case Kind::kClass:
    case Kind::kImport:
    case Kind::kType:
      return false;
    case Kind::kCall:
      return !Same(CalleeOf(parent), node);
    case Kind::kMember:
      return !Same(PropertyOf(parent), node);
    case Kind::kKeywordArgument:
    case Kind::kDeclarator:
      return !Same(Field(parent, {"name", "declarator"}), node);
    default:
      return TypeOf(parent).find("declarator") == std::string_view::npos &&
             TypeOf(parent).find("parameter") == std::string_view::npos &&
             TypeOf(parent).find("import") == std::string_view::npos &&
             TypeOf(parent) != "dotted_name" && TypeOf(parent) != "global_statement" &&
             TypeOf(parent) != "nonlocal_statement";
  }
}

}  // namespace inquest::languages::syntax
