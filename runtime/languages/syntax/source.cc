#include "runtime/languages/syntax/source.h"

#include <algorithm>

#include "runtime/languages/language.h"
#include "runtime/languages/syntax/parts.h"

namespace inquest::languages::syntax {
namespace {

constexpr std::uint64_t kParseMicroseconds = 5'000'000;

struct ParserDeleter {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

Result<TreePtr> ParseText(const std::string& text, const TSTree* old, const Dialect& dialect) {
  // One for each thread: thousands of small changes are parsed in a row.
  static thread_local const std::unique_ptr<TSParser, ParserDeleter> parser(ts_parser_new());
  ts_parser_reset(parser.get());
  if (!ts_parser_set_language(parser.get(), dialect.language())) {
    return Status(Code::kInternal, "GRAMMAR_VERSION", "the grammar does not fit the parser");
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

Result<Source> Source::Parse(std::string_view text, const Dialect& dialect) {
  if (text.size() > kSourceLimitBytes) {
    return Status(Code::kInvalidArgument, "SOURCE_TOO_LARGE", "the source has more than 1 MiB");
  }
  if (text.find('\0') != text.npos) {
    return Status(Code::kInvalidArgument, "SOURCE_NOT_TEXT", "the source has a zero byte");
  }
  auto own = std::make_unique<std::string>(text);
  TRY_ASSIGN(TreePtr tree, ParseText(*own, nullptr, dialect));
  return Source(std::move(own), std::move(tree), dialect);
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
  TRY_ASSIGN(TreePtr tree, ParseText(*changed, old.get(), *dialect_));
  return Source(std::move(changed), std::move(tree), *dialect_);
}

Kind Source::KindOf(TSNode node) const {
  if (IsNull(node) || !ts_node_is_named(node)) return Kind::kOther;
  const Kind kind = dialect_->KindOfSymbol(ts_node_symbol(node));
  switch (kind) {
    case Kind::kBinary:
      return KindOfOperator(TextOf(OperatorOf(node)));
    case Kind::kUnary: {
      const std::string_view op = TextOf(OperatorOf(node));
      return op == "!" || op == "not" ? Kind::kNot : op == "-" ? Kind::kMinus : Kind::kOther;
    }
    case Kind::kAssignment: {
      const TSNode op = OperatorOf(node);
      return IsNull(op) || TextOf(op) == "=" ? Kind::kAssignment : Kind::kAugmented;
    }
    case Kind::kInteger:  // grammars with one kind of number
      return TextOf(node).find_first_of(".eE") != std::string_view::npos &&
                     !TextOf(node).starts_with("0x")
                 ? Kind::kFloat
                 : Kind::kInteger;
    default:
      return kind;
  }
}

bool Source::IsAny(TSNode node, std::initializer_list<Kind> kinds) const {
  return std::find(kinds.begin(), kinds.end(), KindOf(node)) != kinds.end();
}

std::string_view Source::TextOf(TSNode node) const {
  if (IsNull(node)) return {};
  const std::uint32_t begin = ts_node_start_byte(node);
  return Between(begin, ts_node_end_byte(node));
}

bool Source::NeedsNoParentheses(TSNode parenthesized) const {
  const auto inside = NamedChildren(parenthesized);
  return inside.size() == 1 &&
         IsAny(inside[0], {Kind::kCall, Kind::kIdentifier, Kind::kMember, Kind::kIndex,
                           Kind::kInteger, Kind::kString, Kind::kParenthesized});
}

// By a cursor: ts_node_child counts its way from the first child on each time.
TSNode Source::PartAt(std::uint32_t byte) const {
  TSNode part = root();
  TSTreeCursor cursor = ts_tree_cursor_new(root());
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more;
       more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    const TSNode child = ts_tree_cursor_current_node(&cursor);
    if (ts_node_start_byte(child) <= byte && byte < ts_node_end_byte(child)) part = child;
  }
  ts_tree_cursor_delete(&cursor);
  return part;
}

std::uint64_t Source::Fingerprint(std::uint32_t near) const {
  Fnv hash;
  std::vector<std::uint32_t> unneeded;     // bytes of parentheses that change nothing
  std::vector<std::uint32_t> open_blocks;  // ends of the blocks that the walk is in
  const std::uint32_t parts = ts_node_child_count(root());
  const TSNode part = PartAt(near);
  // A part that was split or joined is told by the count.
  for (std::uint32_t left = parts; left > 0; left >>= 8U) hash.Add(static_cast<char>(left & 255U));
  Walk(part, [&](TSNode node) {
    while (!open_blocks.empty() && ts_node_start_byte(node) >= open_blocks.back()) {
      hash.Add('}');
      open_blocks.pop_back();
    }
    const Kind kind = KindOf(node);
    if (kind == Kind::kComment) return false;
    if (kind == Kind::kBlock) {
      hash.Add('{');
      open_blocks.push_back(ts_node_end_byte(node));
    }
    if (kind == Kind::kParenthesized && NeedsNoParentheses(node)) {
      unneeded.push_back(ts_node_start_byte(node));
      unneeded.push_back(ts_node_end_byte(node) - 1);
    }
    if (ts_node_child_count(node) > 0 && kind != Kind::kString) return true;
    if (std::find(unneeded.begin(), unneeded.end(), ts_node_start_byte(node)) == unneeded.end()) {
      hash.Add(TextOf(node));
    }
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

std::string Source::IndentStep() const {
  std::size_t fewest = 0;
  for (std::size_t at = 0; at != std::string::npos && at < text_->size();
       at = text_->find('\n', at), at += at != std::string::npos ? 1 : 0) {
    if ((*text_)[at] == '\t') return "\t";
    const std::size_t end = text_->find_first_not_of(' ', at);
    if (end == std::string::npos) break;
    const std::size_t blanks = end - at;
    const bool real = blanks >= 2 && (*text_)[end] != '\n' && (*text_)[end] != '*';
    if (real && (fewest == 0 || blanks < fewest)) fewest = blanks;
  }
  return std::string(fewest == 0 || fewest > 8 ? 4 : fewest, ' ');
}

TSNode Source::Enclosing(TSNode node, std::initializer_list<Kind> kinds) const {
  TSNode up = ts_node_parent(node);
  for (int depth = 0; !IsNull(up) && depth < kSyntaxDepthLimit; ++depth) {
    if (IsAny(up, kinds)) return up;
    up = ts_node_parent(up);
  }
  return TSNode{};
}

std::vector<TSNode> Source::NamedChildren(TSNode node) const {
  std::vector<TSNode> children;
  if (IsNull(node)) return children;
  Walk(node, [&](TSNode below) {
    if (ts_node_eq(below, node)) return true;
    if (ts_node_is_named(below) && !Is(below, Kind::kComment)) children.push_back(below);
    return false;
  });
  return children;
}

std::string_view TypeOf(TSNode node) { return ts_node_type(node); }

TSNode Field(TSNode node, std::initializer_list<std::string_view> names) {
  if (IsNull(node)) return node;
  for (const std::string_view name : names) {
    const TSNode field =
        ts_node_child_by_field_name(node, name.data(), static_cast<std::uint32_t>(name.size()));
    if (!IsNull(field)) return field;
  }
  return TSNode{};
}

int FirstLine(TSNode node) { return static_cast<int>(ts_node_start_point(node).row) + 1; }

int LastLine(TSNode node) {
  const TSPoint end = ts_node_end_point(node);
  // A block's end may be the start of the line after it.
  return static_cast<int>(end.row) +
         (end.column == 0 && end.row > ts_node_start_point(node).row ? 0 : 1);
}

void Walk(TSNode node, const std::function<bool(TSNode)>& visit) {
  if (IsNull(node)) return;
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

}  // namespace inquest::languages::syntax
