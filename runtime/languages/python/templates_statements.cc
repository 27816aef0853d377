#include <algorithm>
#include <string>

#include "runtime/languages/python/edits.h"
#include "runtime/languages/python/statements.h"

// Wrong statements: superfluous, misplaced by one level of indentation, without their return,
// without a guard, a loop without its condition.
namespace inquest::languages::python {
namespace {

constexpr double kLoopConditionRank = 1.5;
constexpr double kMoveRank = 2.5;
constexpr double kMissingReturnRank = 2.7;
constexpr double kDeleteRank = 3.0;
// Last, whatever else is offered.
constexpr double kGuardRank = 50.0;
constexpr std::size_t kGuardsLimit = 3;

TSNode Sibling(TSNode node, bool next) {
  TSNode sibling = next ? ts_node_next_named_sibling(node) : ts_node_prev_named_sibling(node);
  while (!ts_node_is_null(sibling) && Is(sibling, "comment")) {
    sibling = next ? ts_node_next_named_sibling(sibling) : ts_node_prev_named_sibling(sibling);
  }
  return sibling;
}

// The whole lines of a simple statement that has them for itself.
struct Lines {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool own = false;
};
Lines LinesOf(const Source& source, TSNode node) {
  const std::string& text = source.text();
  Lines lines;
  lines.begin = source.LineStart(ts_node_start_byte(node));
  const std::size_t line_end = text.find('\n', ts_node_end_byte(node));
  lines.end = static_cast<std::uint32_t>(line_end == text.npos ? text.size() : line_end + 1);
  const std::string_view before =
      std::string_view(text).substr(lines.begin, ts_node_start_byte(node) - lines.begin);
  const std::string_view after =
      std::string_view(text).substr(ts_node_end_byte(node), lines.end - ts_node_end_byte(node));
  const auto comment = after.find_first_not_of(" \t\r\n");
  lines.own = before.find_first_not_of(" \t") == before.npos &&
              (comment == after.npos || after[comment] == '#') && text[lines.end - 1] == '\n';
  return lines;
}

// One-line statements only: a longer one's inner indentation would have to move as well.
void OfferMoves(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const Lines lines = LinesOf(source, node);
  if (!lines.own || FirstLine(node) != LastLine(node)) return;
  const std::string indent(source.IndentOf(node));
  const std::string_view content =
      std::string_view(source.text())
          .substr(lines.begin + indent.size(), lines.end - lines.begin - indent.size());
  const auto offer = [&](std::string_view new_indent, const char* description) {
    offers.Add({.begin = lines.begin,
                .end = lines.end,
                .replacement = std::string(new_indent) + std::string(content),
                .origin = "misplaced-statement",
                .rank = kMoveRank,
                .symptom_guard = false,
                .description = description});
  };
  // Last of its block: out of it.
  const TSNode block = ts_node_parent(node);
  const TSNode owner = ts_node_is_null(block) ? block : ts_node_parent(block);
  if (!ts_node_is_null(owner) && Is(block, "block") && ts_node_is_null(Sibling(node, true)) &&
      !IsAny(owner, {"function_definition", "class_definition", "module"}) &&
      !ts_node_is_null(Sibling(node, false))) {
    offer(source.IndentOf(owner), "move the statement out of the block that it ends");
  }
  // Right after a block: into it.
  const TSNode before = Sibling(node, false);
  if (ts_node_is_null(before)) return;
  TSNode last;
  bool found = false;
  Walk(before, [&](TSNode below) {
    if (IsAny(below, {"function_definition", "class_definition"})) return false;
    if (Is(below, "block") && ts_node_end_byte(below) == ts_node_end_byte(before)) {
      last = below;
      found = true;
    }
    return !found;
  });
  if (!found) return;
  const auto inside = NamedChildren(last);
  if (inside.empty() || FirstLine(inside.back()) == FirstLine(before)) return;
  offer(source.IndentOf(inside.back()), "move the statement into the block before it");
}

void OfferDeletion(TSNode node, Offers& offers) {
  if (Is(node, "pass_statement")) return;
  Change change;
  change.begin = ts_node_start_byte(node);
  change.end = ts_node_end_byte(node);
  change.replacement = "pass";
  change.origin = "superfluous-statement";
  change.rank = kDeleteRank;
  change.description = "remove the statement";
  const Lines lines = LinesOf(offers.source(), node);
  const bool alone = ts_node_is_null(Sibling(node, true)) && ts_node_is_null(Sibling(node, false));
  if (lines.own && !alone) {
    change.begin = lines.begin;
    change.end = lines.end;
    change.replacement.clear();
  }
  offers.Add(std::move(change));
}

// `if x is None: return` before the statement, for what it looks into.
void OfferGuards(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  const Lines lines = LinesOf(source, node);
  if (!lines.own || ts_node_is_null(Enclosing(node, {"function_definition"}))) return;
  std::vector<std::string> guarded;
  Walk(node, [&](TSNode below) {
    const TSNode looked_into = Is(below, "attribute")   ? Field(below, "object")
                               : Is(below, "subscript") ? Field(below, "value")
                                                        : TSNode{};
    if (ts_node_is_null(looked_into) || !Is(looked_into, "identifier")) return true;
    const std::string name(source.TextOf(looked_into));
    if (name != "self" && guarded.size() < kGuardsLimit &&
        std::find(guarded.begin(), guarded.end(), name) == guarded.end()) {
      guarded.push_back(name);
    }
    return true;
  });
  const std::string indent(source.IndentOf(node));
  const std::string step = indent.find('\t') == indent.npos ? "    " : "\t";
  for (const std::string& name : guarded) {
    offers.Add(
        {.begin = lines.begin,
         .end = lines.begin,
         .replacement = indent + "if " + name + " is None:\n" + indent + step + "return None\n",
         .origin = "missing-guard",
         .rank = kGuardRank,
         .symptom_guard = true,
         .description = "return before the statement when " + name + " is None"});
  }
}

void OfferLoopCondition(TSNode node, Offers& offers) {
  const TSNode parent = ts_node_parent(node);
  if (ts_node_is_null(parent) || !Is(parent, "while_statement") || !Is(node, "true")) return;
  for (const std::string& name : NamesInScope(offers.source(), node)) {
    offers.Replace(node, name, "loop-condition", kLoopConditionRank);
  }
}

}  // namespace

void OfferStatements(TSNode node, Offers& offers) {
  OfferLoopCondition(node, offers);
  if (!IsSimpleStatement(node) || IsAny(node, {"import_statement", "import_from_statement"}))
    return;
  if (Is(node, "expression_statement")) {
    const auto children = NamedChildren(node);
    if (children.size() == 1 &&
        !IsAny(children[0], {"assignment", "augmented_assignment", "string"}) &&
        !ts_node_is_null(Enclosing(node, {"function_definition"}))) {
      offers.Replace(node, "return " + std::string(offers.source().TextOf(node)), "missing-return",
                     kMissingReturnRank);
    }
  }
  OfferMoves(node, offers);
  OfferDeletion(node, offers);
  OfferGuards(node, offers);
}

}  // namespace inquest::languages::python
