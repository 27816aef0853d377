#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/languages/syntax/source.h"

// The parts of nodes, by what they are and not by what a grammar calls them. Where there is no such
// part the answer is a null node.
namespace inquest::languages::syntax {

// kComparison, kLogical or kArithmetic.
Kind KindOfOperator(std::string_view text);

// Of binary expressions, assignments and unary ones.
TSNode OperatorOf(TSNode node);
TSNode LeftOf(const Source& source, TSNode node);
TSNode RightOf(const Source& source, TSNode node);
TSNode OperandOf(TSNode node);

TSNode CalleeOf(TSNode call);
TSNode ArgumentsOf(TSNode call);
TSNode ObjectOf(TSNode member_or_index);
TSNode PropertyOf(TSNode member);
// The expressions between the brackets.
std::vector<TSNode> IndicesOf(const Source& source, TSNode index);

// Of an if, elif, while, for or conditional expression, or a filter; without parentheses around it.
TSNode ConditionOf(const Source& source, TSNode node);
TSNode BodyOf(const Source& source, TSNode node);

// "Account.withdraw" for a node inside of that method; empty outside of any function.
std::string QualifiedFunction(const Source& source, TSNode node);
// What a function takes: the declaration, its name (or the pattern that takes it apart), and its
// type, where one is declared as in C (null: none).
struct Parameter {
  TSNode declaration;
  TSNode name;
  TSNode type;
};
std::vector<Parameter> ParametersOf(const Source& source, TSNode function);

// Of a function or class; empty: it has none.
std::string NameOfDefinition(const Source& source, TSNode definition);

bool IsSimpleStatement(Kind kind);
bool IsCompoundStatement(Kind kind);
bool IsExpression(Kind kind);
// The statement that the node is part of (itself, if it is one); null: none.
TSNode StatementOf(const Source& source, TSNode node);

// The next or previous statement of the same block, over comments.
TSNode Sibling(const Source& source, TSNode node, bool next);

}  // namespace inquest::languages::syntax
