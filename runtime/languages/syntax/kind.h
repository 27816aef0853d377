#pragma once

#include <cstdint>

namespace inquest::languages::syntax {

// What a node of a syntax tree is, whatever its grammar calls it: the words in which templates and
// analyses are written once for all languages. A language's table says which of its node types is
// which (dialect.h).
enum class Kind : std::uint8_t {
  kOther,
  kComment,
  // Expressions.
  kIdentifier,
  kProperty,  // the name after the dot
  kInteger,
  kFloat,
  kString,
  kTrue,
  kFalse,
  kNull,
  kSelf,
  kList,
  kTuple,
  kDictionary,
  kSlice,
  kBinary,  // only in tables: its operator makes it one of the next three
  kComparison,
  kArithmetic,
  kLogical,
  kUnary,  // only in tables: its operator makes it kNot, kMinus or kOther
  kNot,
  kMinus,
  kUpdate,  // i++
  kCall,
  kMember,
  kIndex,
  kAssignment,  // its operator may make it kAugmented
  kAugmented,
  kConditional,  // a ? b : c
  kParenthesized,
  kCast,
  kLambda,
  kComprehension,
  kFilter,     // the condition in a comprehension
  kGenerator,  // the loop in a comprehension
  kSpread,
  kKeywordArgument,
  kArguments,
  kParameters,
  kType,
  // Statements without a body.
  kExpressionStatement,
  kDeclaration,
  kDeclarator,
  kReturn,
  kRaise,
  kAssert,
  kBreak,
  kContinue,
  kPass,
  kDelete,
  kImport,
  kSimple,  // any other statement without a body
  // What has a body.
  kIf,
  kElif,
  kElse,
  kWhile,
  kDoWhile,
  kFor,  // with initialisation, condition and step
  kForEach,
  kWith,
  kTry,
  kCatch,
  kSwitch,
  kCase,
  kBlock,
  kFunction,
  kClass,
};

}  // namespace inquest::languages::syntax
