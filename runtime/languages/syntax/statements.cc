#include "runtime/languages/syntax/statements.h"

#include <algorithm>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/syntax/values.h"

namespace inquest::languages::syntax {
namespace {

std::string_view WordFor(Kind kind) {
  switch (kind) {
    case Kind::kDeclaration:
      return "the declaration";
    case Kind::kReturn:
      return "the return";
    case Kind::kRaise:
      return "the raise";
    case Kind::kAssert:
      return "the assertion";
    case Kind::kDelete:
      return "the deletion";
    case Kind::kBreak:
      return "the break";
    case Kind::kContinue:
      return "the continue";
    case Kind::kImport:
      return "the import";
    case Kind::kIf:
    case Kind::kElif:
      return "the condition";
    case Kind::kWhile:
    case Kind::kDoWhile:
      return "the loop's condition";
    case Kind::kFor:
    case Kind::kForEach:
      return "the loop";
    case Kind::kCatch:
      return "the exception handler";
    case Kind::kSwitch:
    case Kind::kCase:
      return "the case";
    default:
      return "the statement";
  }
}

std::string SubjectOf(const Source& source, TSNode node) {
  if (!source.Is(node, Kind::kExpressionStatement)) {
    return std::string(WordFor(source.KindOf(node)));
  }
  const auto children = source.NamedChildren(node);
  if (children.empty()) return "the statement";
  if (source.IsAny(children[0], {Kind::kAssignment, Kind::kAugmented})) return "the assignment";
  return source.Is(children[0], Kind::kCall) ? "the call" : "the expression";
}

// The text of a docstring, or 'use strict', is no statement that could be wrong.
bool IsText(const Source& source, TSNode node) {
  if (!source.Is(node, Kind::kExpressionStatement)) return false;
  const auto children = source.NamedChildren(node);
  return children.size() == 1 && source.Is(children[0], Kind::kString);
}

// A simple statement may hold a function with statements of its own.
bool HoldsFunction(const Source& source, TSNode node) {
  bool found = false;
  Walk(node, [&](TSNode below) {
    if (source.Is(below, Kind::kFunction) && !IsNull(BodyOf(source, below)) &&
        source.Is(BodyOf(source, below), Kind::kBlock)) {
      found = true;
    }
    return !found;
  });
  return found;
}

}  // namespace

std::vector<Statement> ReadStatements(const Source& source) {
  std::vector<Statement> statements;
  Walk(source.root(), [&](TSNode node) {
    const Kind kind = source.KindOf(node);
    const bool simple = IsSimpleStatement(kind);
    if (!simple && !IsCompoundStatement(kind)) return true;
    // The parts of a for's head are no statements of their own.
    const TSNode parent = ts_node_parent(node);
    if (simple && !IsNull(parent) && source.Is(parent, Kind::kFor) &&
        !Same(BodyOf(source, parent), node)) {
      return false;
    }
    if (simple && IsText(source, node)) return false;
    const bool holds = simple && HoldsFunction(source, node);
    Statement statement;
    statement.first_line = FirstLine(node);
    statement.last_line = holds ? FirstLine(node) : HeadEnd(source, node);
    // Two on one line are one place.
    if (!statements.empty() && statements.back().last_line >= statement.first_line) {
      statements.back().last_line = std::max(statements.back().last_line, statement.last_line);
      return !simple || holds;
    }
    statement.function = QualifiedFunction(source, node);
    statement.subject = SubjectOf(source, node);
    statements.push_back(std::move(statement));
    return !simple || holds;
  });
  std::stable_sort(
      statements.begin(), statements.end(),
      [](const Statement& a, const Statement& b) { return a.first_line < b.first_line; });
  return statements;
}

}  // namespace inquest::languages::syntax
