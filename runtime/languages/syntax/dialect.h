#pragma once

#include <tree_sitter/api.h>

#include <span>
#include <string_view>
#include <vector>

#include "runtime/languages/syntax/kind.h"

namespace inquest::languages::syntax {

struct TypeKind {
  std::string_view type;  // as the grammar names it
  Kind kind;
};

// How the language spells what templates write.
struct Words {
  std::string_view and_word;
  std::string_view or_word;
  std::string_view not_word;  // with the blank that it needs: "not ", "!"
  std::string_view true_word;
  std::string_view false_word;
  std::string_view null_word;
  std::string_view equal;
  std::string_view not_equal;
  std::string_view empty_statement;  // "pass", ";"
  std::string_view statement_end;    // "", ";"
  std::string_view absolute;         // "abs", "Math.abs"
  std::string_view largest;          // "max", "Math.max"; empty: there is no such function
  std::string_view smallest;
  std::string_view append_method;  // of a list: "append", "push"; empty: none
  std::string_view add_method;     // of a set
  std::string_view failure = {};  // an expression that ends the program when it is evaluated
  // What a condition names that asks whether the file is the program itself; empty: nothing does.
  std::string_view program_name = {};
  bool slices = false;             // x[1:]
  bool slice_method = false;       // x.slice(1)
  bool substring_method = false;   // x.substr(1), of a name whose type says that it is a string
};

// A grammar and its spelling. One for each language, for good; immutable.
class Dialect {
 public:
  Dialect(const TSLanguage* language, std::span<const TypeKind> types, Words words, bool braces);

  const TSLanguage* language() const { return language_; }
  const Words& words() const { return words_; }
  // Blocks are put in braces and statements end with a mark; otherwise indentation makes blocks.
  bool braces() const { return braces_; }
  Kind KindOfSymbol(TSSymbol symbol) const {
    return symbol < kinds_.size() ? kinds_[symbol] : Kind::kOther;
  }

 private:
  const TSLanguage* language_;
  Words words_;
  bool braces_;
  std::vector<Kind> kinds_;  // by symbol
};

}  // namespace inquest::languages::syntax
