#include <algorithm>
#include <string>

#include "runtime/languages/python/edits.h"

// Wrong names: another variable that is in scope, another attribute of the same object.
namespace inquest::languages::python {
namespace {

constexpr std::size_t kNamesLimit = 12;
constexpr std::size_t kAttributesLimit = 8;
constexpr double kVariableRank = 1.7;
constexpr double kAttributeRank = 2.1;

void AddName(std::string_view name, std::vector<std::string>& names) {
  if (names.size() >= kNamesLimit || name == "self" || name == "cls" || name == "_") return;
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

// Identifiers of a target ("a, (b, c)"), not those of what it goes through ("x[i]", "x.y").
void AddTargets(const Source& source, TSNode target, std::vector<std::string>& names) {
  if (ts_node_is_null(target)) return;
  Walk(target, [&](TSNode node) {
    if (IsAny(node, {"subscript", "attribute", "call"})) return false;
    if (Is(node, "identifier")) AddName(source.TextOf(node), names);
    return true;
  });
}

void AddParameters(const Source& source, TSNode parameters, std::vector<std::string>& names) {
  if (ts_node_is_null(parameters)) return;
  for (const TSNode parameter : NamedChildren(parameters)) {
    if (Is(parameter, "identifier")) {
      AddName(source.TextOf(parameter), names);
      continue;
    }
    const TSNode name = Field(parameter, "name");
    if (!ts_node_is_null(name)) {
      AddName(source.TextOf(name), names);
      continue;
    }
    const auto inner = NamedChildren(parameter);
    if (!inner.empty() && Is(inner[0], "identifier")) AddName(source.TextOf(inner[0]), names);
  }
}

void AddAssigned(const Source& source, TSNode scope, std::vector<std::string>& names) {
  Walk(scope, [&](TSNode node) {
    if (ts_node_eq(node, scope)) return true;
    if (IsAny(node, {"function_definition", "class_definition", "lambda"})) return false;
    if (IsAny(node, {"assignment", "augmented_assignment", "for_statement", "for_in_clause"})) {
      AddTargets(source, Field(node, "left"), names);
    }
    return names.size() < kNamesLimit;
  });
}

// What is read as a variable here: no definition, no keyword, no attribute's name, no callee.
bool IsVariableUse(TSNode node) {
  const TSNode parent = ts_node_parent(node);
  if (ts_node_is_null(parent)) return false;
  const auto is_field = [&](std::string_view name) {
    const TSNode field = Field(parent, name);
    return !ts_node_is_null(field) && ts_node_eq(field, node);
  };
  if (IsAny(parent, {"parameters", "lambda_parameters", "default_parameter", "typed_parameter",
                     "typed_default_parameter", "function_definition", "class_definition",
                     "dotted_name", "aliased_import", "import_statement", "global_statement",
                     "nonlocal_statement", "type"})) {
    return false;
  }
  if (Is(parent, "call") && is_field("function")) return false;
  if (Is(parent, "attribute") && is_field("attribute")) return false;
  if (Is(parent, "keyword_argument") && is_field("name")) return false;
  return true;
}

void OfferAttribute(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const std::string_view object = source.TextOf(Field(node, "object"));
  const TSNode name = Field(node, "attribute");
  const TSNode parent = ts_node_parent(node);
  const TSNode function = ts_node_is_null(parent) ? parent : Field(parent, "function");
  const bool called = !ts_node_is_null(parent) && Is(parent, "call") &&
                      !ts_node_is_null(function) && ts_node_eq(function, node);
  if (called || object.size() > 64) return;
  std::vector<std::string> others;
  Walk(source.root(), [&](TSNode other) {
    if (others.size() >= kAttributesLimit) return false;
    if (!Is(other, "attribute") || source.TextOf(Field(other, "object")) != object) return true;
    const TSNode up = ts_node_parent(other);
    if (Is(up, "call") && ts_node_eq(Field(up, "function"), other)) return true;
    const std::string_view found = source.TextOf(Field(other, "attribute"));
    if (found != source.TextOf(name) &&
        std::find(others.begin(), others.end(), found) == others.end()) {
      others.emplace_back(found);
    }
    return true;
  });
  for (const std::string& other : others) {
    offers.Replace(name, other, "wrong-attribute", kAttributeRank);
  }
}

}  // namespace

std::vector<std::string> NamesInScope(const Source& source, TSNode node) {
  std::vector<std::string> names;
  TSNode function = Enclosing(node, {"function_definition", "lambda"});
  if (ts_node_is_null(function)) {
    AddAssigned(source, source.root(), names);
    return names;
  }
  for (int depth = 0; !ts_node_is_null(function) && depth < kSyntaxDepthLimit; ++depth) {
    AddParameters(source, Field(function, "parameters"), names);
    AddAssigned(source, function, names);
    function = Enclosing(function, {"function_definition", "lambda"});
  }
  return names;
}

void OfferNames(TSNode node, Offers& offers) {
  if (Is(node, "attribute")) OfferAttribute(node, offers);
  if (!Is(node, "identifier") || !IsVariableUse(node)) return;
  const std::string_view own = offers.source().TextOf(node);
  const auto names = NamesInScope(offers.source(), node);
  // A name that is no variable of the function (a module, a class) is not mistaken for one.
  if (std::find(names.begin(), names.end(), own) == names.end()) return;
  for (const std::string& name : names) {
    if (name != own) offers.Replace(node, name, "wrong-variable", kVariableRank);
  }
}

}  // namespace inquest::languages::python
