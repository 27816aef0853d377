#include "runtime/languages/syntax/flow.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <set>
#include <tuple>
#include <utility>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/syntax/values.h"

namespace inquest::languages::syntax {
namespace {

constexpr int kDepthLimit = 4;
constexpr std::size_t kValuesLimit = 16;
constexpr int kStoresInOtherFunctions = 6;

// The innermost statement that has the line in its head; null: none.
TSNode StatementAt(const Source& source, int line) {
  TSNode found{};
  Walk(source.root(), [&](TSNode node) {
    if (FirstLine(node) > line || LastLine(node) < line) return false;
    const Kind kind = source.KindOf(node);
    const bool candidate = IsSimpleStatement(kind) || IsCompoundStatement(kind);
    if (candidate && HeadEnd(source, node) >= line) found = node;
    return true;
  });
  return found;
}

std::string_view FieldOf(std::string_view name) {
  const std::size_t at = name.find_last_of(".>");
  return at == name.npos ? std::string_view() : name.substr(at + 1);
}

std::string RootOf(const std::string& name) { return name.substr(0, name.find_first_of(".-")); }

// "Account" for "Account.withdraw".
std::string ClassOf(const std::string& function) {
  const std::size_t at = function.rfind('.');
  return at == function.npos ? "" : function.substr(0, at);
}

class Tracing {
 public:
  Tracing(const Source& source, TSNode statement, const LinesRan& ran)
      : source_(source),
        statement_(statement),
        ran_(ran),
        definitions_(ReadDefinitions(source)),
        function_(QualifiedFunction(source, statement)) {
    TSNode scope = source.Enclosing(statement, {Kind::kFunction, Kind::kLambda});
    until_ = LastUseful(scope);
    for (int i = 0; i < kSyntaxDepthLimit && !IsNull(scope); ++i) {
      scopes_.push_back(scope);
      scope = source.Enclosing(scope, {Kind::kFunction, Kind::kLambda});
    }
  }

  LineReading Read() {
    LineReading reading;
    reading.first_line = FirstLine(statement_);
    reading.last_line = HeadEnd(source_, statement_);
    reading.function = function_;
    reading.calls = FunctionsCalled(source_, statement_);
    for (const std::string& value : ValuesUsed(source_, statement_)) Want(value, 0);
    while (!wanted_.empty() && flows_.size() < kFlowsLimit) {
      const auto [name, depth] = wanted_.front();
      wanted_.pop_front();
      Follow(name, depth, reading);
    }
    reading.flows.assign(flows_.begin(), flows_.end());
    std::stable_sort(reading.flows.begin(), reading.flows.end(), [](const Flow& a, const Flow& b) {
      return std::tuple(a.first_line, a.kind) < std::tuple(b.first_line, b.kind);
    });
    if (reading.calls.size() > kCallsLimit) reading.calls.resize(kCallsLimit);
    return reading;
  }

 private:
  // What comes after the statement counts where a loop around it comes by again.
  int LastUseful(TSNode function) const {
    int last = HeadEnd(source_, statement_);
    TSNode loop = statement_;
    for (int i = 0; i < kSyntaxDepthLimit && !IsNull(loop); ++i) {
      if (Same(loop, function)) break;
      if (source_.IsAny(loop, {Kind::kFor, Kind::kForEach, Kind::kWhile, Kind::kDoWhile})) {
        last = LastLine(loop);
      }
      loop = ts_node_parent(loop);
    }
    return last;
  }

  void Want(const std::string& name, int depth) {
    if (depth > kDepthLimit || seen_.size() >= kValuesLimit || !seen_.insert(name).second) return;
    wanted_.emplace_back(name, depth);
    const std::string root = RootOf(name);
    if (root != name) Want(root, depth + 1);
  }

  void Follow(const std::string& name, int depth, LineReading& reading) {
    const std::vector<const Definition*> origins = OriginsOf(name);
    for (const Definition* origin : origins) {
      if (origin->kind == FlowKind::kStore && depth > 0) continue;
      AddFlow({name, origin->kind, origin->first_line, origin->last_line});
      if (origin->kind == FlowKind::kStore) continue;
      for (const std::string& value : origin->from) Want(value, depth + 1);
      for (const std::string& call : origin->calls) {
        const auto& calls = reading.calls;
        if (std::find(calls.begin(), calls.end(), call) == calls.end()) {
          reading.calls.push_back(call);
        }
      }
    }
    const bool known = !origins.empty() || !FieldOf(name).empty();
    if (depth == 0 && known) {
      AddFlow({name, FlowKind::kUse, FirstLine(statement_), HeadEnd(source_, statement_)});
    }
  }

  void AddFlow(Flow flow) {
    const bool known = std::any_of(flows_.begin(), flows_.end(), [&](const Flow& other) {
      return other.name == flow.name && other.kind == flow.kind &&
             other.first_line == flow.first_line;
    });
    if (!known && flows_.size() < kFlowsLimit) flows_.push_back(std::move(flow));
  }

  bool Within(const Definition& definition, TSNode scope) const {
    return ts_node_start_byte(scope) <= definition.byte &&
           definition.byte < ts_node_end_byte(scope);
  }

  bool Counts(const Definition& definition) const {
    return !definition.is_code || ran_(definition.first_line, definition.last_line);
  }

  template <typename Test>
  std::vector<const Definition*> Select(Test test) const {
    std::vector<const Definition*> selected;
    for (const Definition& definition : definitions_) {
      if (Counts(definition) && test(definition)) selected.push_back(&definition);
    }
    return selected;
  }

  static bool Gives(const std::vector<const Definition*>& found) {
    return std::any_of(found.begin(), found.end(), [](const Definition* definition) {
      return definition->kind != FlowKind::kStore;
    });
  }

  // From the inside out; the first scope that gives the value is the one that the name means.
  std::vector<const Definition*> OriginsOf(const std::string& name) const {
    for (std::size_t i = 0; i < scopes_.size(); ++i) {
      auto found = Select([&](const Definition& one) {
        return one.name == name && !one.is_weak && Within(one, scopes_[i]) &&
               (i > 0 || one.first_line <= until_);
      });
      AddFillers(name, scopes_[i], found);
      if (Gives(found)) return found;
    }
    auto found = Select([&](const Definition& one) {
      return one.name == name && !one.is_weak && !one.in_function &&
             (!scopes_.empty() || one.first_line <= until_);
    });
    return Gives(found) ? found : FieldOrigins(name);
  }

  // What was only declared was filled by a call that it was handed to.
  void AddFillers(const std::string& name, TSNode scope,
                  std::vector<const Definition*>& found) const {
    const auto bare = [](const Definition* one) { return one->is_bare; };
    const auto gives = [](const Definition* one) {
      return !one->is_bare && one->kind != FlowKind::kStore;
    };
    if (std::none_of(found.begin(), found.end(), bare)) return;
    if (std::any_of(found.begin(), found.end(), gives)) return;
    const auto fillers = Select([&](const Definition& one) {
      return one.name == name && one.is_weak && Within(one, scope) && one.first_line <= until_;
    });
    found.insert(found.end(), fillers.begin(), fillers.end());
  }

  // A field is set by other functions, too: of the class, or of whatever else is called so.
  std::vector<const Definition*> FieldOrigins(const std::string& name) const {
    const std::string_view field = FieldOf(name);
    auto found = Select([&](const Definition& one) {
      if (one.is_weak || one.kind == FlowKind::kStore) return false;
      if (!field.empty()) return FieldOf(one.name) == field;
      return one.name == name && one.in_function && !one.is_local && IsOfTheClass(one);
    });
    if (found.size() > kStoresInOtherFunctions) found.resize(kStoresInOtherFunctions);
    return found;
  }

  // C++ names a member without `this`, also outside of the braces of its class.
  bool IsOfTheClass(const Definition& definition) const {
    if (!source_.dialect().braces() || ClassOf(function_).empty()) return false;
    const TSNode at =
        ts_node_descendant_for_byte_range(source_.root(), definition.byte, definition.byte);
    return ClassOf(QualifiedFunction(source_, at)) == ClassOf(function_);
  }

  const Source& source_;
  const TSNode statement_;
  const LinesRan& ran_;
  const std::vector<Definition> definitions_;
  const std::string function_;
  int until_ = 0;
  std::vector<TSNode> scopes_;  // innermost first
  std::deque<std::pair<std::string, int>> wanted_;
  std::set<std::string> seen_;
  std::vector<Flow> flows_;
};

}  // namespace

LineReading ReadLine(const Source& source, int line, const LinesRan& ran) {
  const TSNode statement = StatementAt(source, line);
  if (!IsNull(statement)) return Tracing(source, statement, ran).Read();
  LineReading reading;
  reading.first_line = line;
  reading.last_line = line;
  return reading;
}

std::vector<FunctionReading> ReadFunctions(const Source& source) {
  std::vector<FunctionReading> functions;
  Walk(source.root(), [&](TSNode node) {
    if (!source.Is(node, Kind::kFunction)) return true;
    const TSNode body = BodyOf(source, node);
    std::string name = NameOfDefinition(source, node);
    name = name.substr(name.rfind('.') + 1);
    if (IsNull(body) || name.empty()) return true;
    FunctionReading function{std::move(name), FirstLine(node), LastLine(node), {}};
    int last = FirstLine(body);
    Walk(body, [&](TSNode below) {
      if (source.IsAny(below, {Kind::kFunction, Kind::kClass})) return false;
      const Kind kind = source.KindOf(below);
      if (kind == Kind::kReturn) function.ends.push_back(FirstLine(below));
      if (IsSimpleStatement(kind)) last = FirstLine(below);
      return true;
    });
    if (function.ends.empty() || function.ends.back() != last) function.ends.push_back(last);
    functions.push_back(std::move(function));
    return true;
  });
  return functions;
}

}  // namespace inquest::languages::syntax
