#include "runtime/languages/python/syntax.h"

#include <algorithm>
#include <initializer_list>

#include "runtime/languages/language.h"

extern "C" const TSLanguage* tree_sitter_python(void);

namespace inquest::languages::python {
namespace {

constexpr std::uint64_t kParseMicroseconds = 5'000'000;

struct ParserDeleter {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

Result<TreePtr> ParseText(const std::string& text, const TSTree* old) {
  const std::unique_ptr<TSParser, ParserDeleter> parser(ts_parser_new());
  if (!ts_parser_set_language(parser.get(), tree_sitter_python())) {
    return Status(Code::kInternal, "GRAMMAR_VERSION", "the Python grammar does not fit the parser");
  }
  ts_parser_set_timeout_micros(parser.get(), kParseMicroseconds);
  TreePtr tree(ts_parser_parse_string(parser.get(), old, text.data(),
                                      static_cast<std::uint32_t>(text.size())));
  if (tree == nullptr) {
    return Status(Code::kDeadlineExceeded, "SOURCE_TOO_LARGE", "parsing the source took too long");
  }
  return tree;
}

TSPoint PointAt(std::string_view text, std::uint32_t byte) {
  const std::string_view before = text.substr(0, byte);
  const auto row = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line = before.rfind('\n');
  const std::size_t start = line == before.npos ? 0 : line + 1;
  return {row, static_cast<std::uint32_t>(byte - start)};
}

class Fnv {  // FNV-1a, 64 bits
 public:
  void Add(std::string_view bytes) {
    for (const char c : bytes) Add(c);
    Add('\0');
  }
  void Add(char c) { value_ = (value_ ^ static_cast<unsigned char>(c)) * 1099511628211ULL; }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037ULL;
};

}  // namespace

Result<Source> Source::Parse(std::string_view text) {
  if (text.size() > kSourceLimitBytes) {
    return Status(Code::kInvalidArgument, "SOURCE_TOO_LARGE", "the source has more than 1 MiB");
  }
  if (text.find('\0') != text.npos) {
    return Status(Code::kInvalidArgument, "SOURCE_NOT_TEXT", "the source has a zero byte");
  }
  auto own = std::make_unique<std::string>(text);
  TRY_ASSIGN(TreePtr tree, ParseText(*own, nullptr));
  return Source(std::move(own), std::move(tree));
}

Result<Source> Source::With(std::uint32_t begin, std::uint32_t end,
                            std::string_view replacement) const {
  auto changed = std::make_unique<std::string>(*text_);
  changed->replace(begin, end - begin, replacement);
  const auto new_end = static_cast<std::uint32_t>(begin + replacement.size());
  const TSInputEdit edit{begin,
                         end,
                         new_end,
                         PointAt(*text_, begin),
                         PointAt(*text_, end),
                         PointAt(*changed, new_end)};
  const TreePtr old(ts_tree_copy(tree_.get()));
  ts_tree_edit(old.get(), &edit);
  TRY_ASSIGN(TreePtr tree, ParseText(*changed, old.get()));
  return Source(std::move(changed), std::move(tree));
}

std::string_view Source::TextOf(TSNode node) const {
  const std::uint32_t begin = ts_node_start_byte(node);
  return std::string_view(*text_).substr(begin, ts_node_end_byte(node) - begin);
}

std::uint64_t Source::Fingerprint() const {
  Fnv hash;
  std::vector<std::uint32_t> open_blocks;  // ends of the blocks that the walk is in
  Walk(root(), [&](TSNode node) {
    while (!open_blocks.empty() && ts_node_start_byte(node) >= open_blocks.back()) {
      hash.Add('}');
      open_blocks.pop_back();
    }
    if (Is(node, "comment")) return false;
    if (Is(node, "block")) {
      hash.Add('{');
      open_blocks.push_back(ts_node_end_byte(node));
    }
    if (ts_node_child_count(node) > 0 && !Is(node, "string")) return true;
    hash.Add(TextOf(node));
    return false;
  });
  return hash.value();
}

std::uint32_t Source::LineStart(std::uint32_t byte) const {
  const std::size_t before = byte == 0 ? std::string::npos : text_->rfind('\n', byte - 1);
  return before == std::string::npos ? 0 : static_cast<std::uint32_t>(before + 1);
}

std::string_view Source::IndentOf(TSNode node) const {
  const std::uint32_t start = LineStart(ts_node_start_byte(node));
  const std::size_t text_begin = text_->find_first_not_of(" \t", start);
  const std::size_t end = text_begin == std::string::npos ? text_->size() : text_begin;
  return std::string_view(*text_).substr(start, end - start);
}

std::string_view TypeOf(TSNode node) { return ts_node_type(node); }

bool Is(TSNode node, std::string_view type) { return TypeOf(node) == type; }

bool IsAny(TSNode node, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), TypeOf(node)) != types.end();
}

TSNode Field(TSNode node, std::string_view name) {
  return ts_node_child_by_field_name(node, name.data(), static_cast<std::uint32_t>(name.size()));
}

std::vector<TSNode> NamedChildren(TSNode node) {
  std::vector<TSNode> children;
  Walk(node, [&](TSNode below) {
    if (ts_node_eq(below, node)) return true;
    if (ts_node_is_named(below) && !Is(below, "comment")) children.push_back(below);
    return false;
  });
  return children;
}

int FirstLine(TSNode node) { return static_cast<int>(ts_node_start_point(node).row) + 1; }

int LastLine(TSNode node) {
  const TSPoint end = ts_node_end_point(node);
  // A block's end may be the start of the line after it.
  return static_cast<int>(end.row) +
         (end.column == 0 && end.row > ts_node_start_point(node).row ? 0 : 1);
}

TSNode Enclosing(TSNode node, std::initializer_list<std::string_view> types) {
  TSNode up = ts_node_parent(node);
  for (int depth = 0; !ts_node_is_null(up) && depth < kSyntaxDepthLimit; ++depth) {
    if (IsAny(up, types)) return up;
    up = ts_node_parent(up);
  }
  return TSNode{};
}

void Walk(TSNode node, const std::function<bool(TSNode)>& visit) {
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  int depth = 0;
  bool down = visit(node);
  while (true) {
    if (down && depth < kSyntaxDepthLimit && ts_tree_cursor_goto_first_child(&cursor)) {
      ++depth;
    } else {
      while (depth > 0 && !ts_tree_cursor_goto_next_sibling(&cursor)) {
        ts_tree_cursor_goto_parent(&cursor);
        --depth;
      }
      if (depth == 0) break;
    }
    down = visit(ts_tree_cursor_current_node(&cursor));
  }
  ts_tree_cursor_delete(&cursor);
}

}  // namespace inquest::languages::python
