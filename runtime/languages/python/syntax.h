#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"

namespace inquest::languages::python {

// Deeper trees are not walked below this.
inline constexpr int kSyntaxDepthLimit = 400;

struct TreeDeleter {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};
using TreePtr = std::unique_ptr<TSTree, TreeDeleter>;

// A file and its syntax tree. Nodes borrow from it. A syntax error leaves error nodes in the tree;
// the rest of it stands.
class Source {
 public:
  static Result<Source> Parse(std::string_view text);
  // The file after bytes [begin, end) became `replacement`; cheap, most of the tree is kept.
  Result<Source> With(std::uint32_t begin, std::uint32_t end, std::string_view replacement) const;

  const std::string& text() const { return *text_; }
  TSNode root() const { return ts_tree_root_node(tree_.get()); }
  bool HasErrors() const { return ts_node_has_error(root()); }
  std::string_view TextOf(TSNode node) const;
  // Equal for texts that differ in blanks and comments only.
  std::uint64_t Fingerprint() const;
  // The blanks that the node's line starts with, and where that line starts.
  std::string_view IndentOf(TSNode node) const;
  std::uint32_t LineStart(std::uint32_t byte) const;

 private:
  Source(std::unique_ptr<std::string> text, TreePtr tree)
      : text_(std::move(text)), tree_(std::move(tree)) {}

  std::unique_ptr<std::string> text_;
  TreePtr tree_;
};

std::string_view TypeOf(TSNode node);
bool Is(TSNode node, std::string_view type);
bool IsAny(TSNode node, std::initializer_list<std::string_view> types);
// Null when there is none: ts_node_is_null.
TSNode Field(TSNode node, std::string_view name);
std::vector<TSNode> NamedChildren(TSNode node);
// 1-based.
int FirstLine(TSNode node);
int LastLine(TSNode node);
// The nearest ancestor of one of the types; null when there is none.
TSNode Enclosing(TSNode node, std::initializer_list<std::string_view> types);

// Calls `visit` for the node and everything below it, in the order of the text; false from `visit`:
// not below this one.
void Walk(TSNode node, const std::function<bool(TSNode)>& visit);

}  // namespace inquest::languages::python
