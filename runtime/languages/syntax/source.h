#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/languages/syntax/dialect.h"

namespace inquest::languages::syntax {

// Deeper trees are not walked below this.
inline constexpr int kSyntaxDepthLimit = 400;

struct TreeDeleter {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};
using TreePtr = std::unique_ptr<TSTree, TreeDeleter>;

// A file and its syntax tree. Nodes borrow from it. A syntax error leaves error nodes in the tree;
// the rest of it stands. One thread at a time.
class Source {
 public:
  // INVALID_ARGUMENT (SOURCE_TOO_LARGE, SOURCE_NOT_TEXT).
  static Result<Source> Parse(std::string_view text, const Dialect& dialect);
  // The file after bytes [begin, end) became `replacement`.
  Result<Source> With(std::uint32_t begin, std::uint32_t end, std::string_view replacement) const;

  const Dialect& dialect() const { return *dialect_; }
  const Words& words() const { return dialect_->words(); }
  const std::string& text() const { return *text_; }
  TSNode root() const { return ts_tree_root_node(tree_.get()); }
  bool HasErrors() const { return ts_node_has_error(root()); }

  Kind KindOf(TSNode node) const;
  bool Is(TSNode node, Kind kind) const { return KindOf(node) == kind; }
  bool IsAny(TSNode node, std::initializer_list<Kind> kinds) const;
  std::string_view TextOf(TSNode node) const;
  std::string_view Between(std::uint32_t begin, std::uint32_t end) const {
    return std::string_view(*text_).substr(begin, end - begin);
  }

  // The outermost part of the file that the byte is in; the root where it is between them.
  TSNode PartAt(std::uint32_t byte) const;
  // Of that part, and of how many parts there are: equal for texts that differ there in blanks,
  // comments and parentheses around nothing compound only.
  std::uint64_t Fingerprint(std::uint32_t near) const;
  // The blanks that the node's line starts with, and where that line starts.
  std::string_view IndentOf(TSNode node) const;
  std::uint32_t LineStart(std::uint32_t byte) const;
  // One level of indentation, as the file has it.
  std::string IndentStep() const;

  // The nearest ancestor of one of the kinds; null when there is none.
  TSNode Enclosing(TSNode node, std::initializer_list<Kind> kinds) const;
  // Without comments.
  std::vector<TSNode> NamedChildren(TSNode node) const;

 private:
  bool NeedsNoParentheses(TSNode parenthesized) const;

  Source(std::unique_ptr<std::string> text, TreePtr tree, const Dialect& dialect)
      : dialect_(&dialect), text_(std::move(text)), tree_(std::move(tree)) {}

  const Dialect* dialect_;
  std::unique_ptr<std::string> text_;
  TreePtr tree_;
};

inline bool IsNull(TSNode node) { return ts_node_is_null(node); }
inline bool Same(TSNode a, TSNode b) { return !IsNull(a) && !IsNull(b) && ts_node_eq(a, b); }
std::string_view TypeOf(TSNode node);
// The first of the fields that the node has; null when it has none of them.
TSNode Field(TSNode node, std::initializer_list<std::string_view> names);
// 1-based.
int FirstLine(TSNode node);
int LastLine(TSNode node);

// Calls `visit` for the node and everything below it, in the order of the text; false from `visit`:
// not below this one.
void Walk(TSNode node, const std::function<bool(TSNode)>& visit);

}  // namespace inquest::languages::syntax
