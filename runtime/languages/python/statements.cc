#include "runtime/languages/python/statements.h"

#include <algorithm>

namespace inquest::languages::python {
namespace {

struct Word {
  std::string_view type;
  std::string_view subject;
};
constexpr Word kSubjects[] = {
    {"return_statement", "the return"},
    {"raise_statement", "the raise"},
    {"assert_statement", "the assertion"},
    {"delete_statement", "the deletion"},
    {"break_statement", "the break"},
    {"continue_statement", "the continue"},
    {"pass_statement", "the empty statement"},
    {"import_statement", "the import"},
    {"import_from_statement", "the import"},
    {"if_statement", "the condition"},
    {"elif_clause", "the condition"},
    {"while_statement", "the loop's condition"},
    {"for_statement", "the loop"},
    {"with_statement", "the with"},
    {"except_clause", "the exception handler"},
    {"match_statement", "the match"},
    {"case_clause", "the case"},
};

std::string SubjectOf(TSNode node) {
  if (Is(node, "expression_statement")) {
    const auto children = NamedChildren(node);
    if (children.empty()) return "the statement";
    if (IsAny(children[0], {"assignment", "augmented_assignment"})) return "the assignment";
    return Is(children[0], "call") ? "the call" : "the expression";
  }
  for (const Word& word : kSubjects) {
    if (Is(node, word.type)) return std::string(word.subject);
  }
  return "the statement";
}

// The end of a compound statement's head: the last line before its body.
int HeadEnd(TSNode node) {
  TSNode body = Field(node, "body");
  if (ts_node_is_null(body)) body = Field(node, "consequence");
  if (ts_node_is_null(body)) {
    const auto children = NamedChildren(node);
    for (const TSNode child : children) {
      if (Is(child, "block")) body = child;
    }
  }
  if (ts_node_is_null(body)) return FirstLine(node);
  int end = FirstLine(node);
  Walk(node, [&](TSNode below) {
    if (ts_node_eq(below, node)) return true;
    if (ts_node_start_byte(below) >= ts_node_start_byte(body)) return false;
    if (Is(below, "comment")) return false;
    end = std::max(end, LastLine(below));
    return false;
  });
  return end;
}

// The text of a docstring is no statement that could be wrong.
bool IsDocstring(TSNode node) {
  if (!Is(node, "expression_statement")) return false;
  const auto children = NamedChildren(node);
  return children.size() == 1 && IsAny(children[0], {"string", "concatenated_string"});
}

}  // namespace

bool IsSimpleStatement(TSNode node) {
  const std::string_view type = TypeOf(node);
  return IsAny(node,
               {"expression_statement", "return_statement", "raise_statement", "assert_statement",
                "delete_statement", "break_statement", "continue_statement", "pass_statement"}) ||
         type == "import_statement" || type == "import_from_statement";
}

bool IsCompoundStatement(TSNode node) {
  return IsAny(node, {"if_statement", "elif_clause", "while_statement", "for_statement",
                      "with_statement", "except_clause", "match_statement", "case_clause"});
}

std::string QualifiedFunction(const Source& source, TSNode node) {
  std::string name;
  bool in_function = false;
  TSNode up = Enclosing(node, {"function_definition", "class_definition"});
  for (int depth = 0; !ts_node_is_null(up) && depth < kSyntaxDepthLimit; ++depth) {
    in_function = in_function || Is(up, "function_definition");
    const std::string_view own = source.TextOf(Field(up, "name"));
    name = name.empty() ? std::string(own) : std::string(own) + "." + name;
    up = Enclosing(up, {"function_definition", "class_definition"});
  }
  return in_function ? name : "";
}

std::vector<Statement> ReadStatements(const Source& source) {
  std::vector<Statement> statements;
  Walk(source.root(), [&](TSNode node) {
    const bool simple = IsSimpleStatement(node);
    if (!simple && !IsCompoundStatement(node)) return true;
    if (simple && IsDocstring(node)) return false;
    Statement statement;
    statement.first_line = FirstLine(node);
    statement.last_line = simple ? LastLine(node) : HeadEnd(node);
    // Two on one line are one place.
    if (!statements.empty() && statements.back().last_line >= statement.first_line) {
      statements.back().last_line = std::max(statements.back().last_line, statement.last_line);
      return !simple;
    }
    statement.function = QualifiedFunction(source, node);
    statement.subject = SubjectOf(node);
    statements.push_back(std::move(statement));
    return !simple;
  });
  std::stable_sort(
      statements.begin(), statements.end(),
      [](const Statement& a, const Statement& b) { return a.first_line < b.first_line; });
  return statements;
}

}  // namespace inquest::languages::python
