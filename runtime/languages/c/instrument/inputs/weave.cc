// weave SOURCE OUT: run by the stand-in compilers of c-inputs before they compile a file. Of a test
// it writes a copy whose literals ask what they are and whose calls and comparisons are noted
// (literals.h), for replay.cc to vary. Exit: 0: written; 1: no test, or nothing in it to vary.
//
// A test is a file that is named so, or a main that asserts and reads nothing. Only the insides of
// functions are touched, and no literal that must be a constant.
#include <tree_sitter/api.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/languages/c/test_names.h"

extern "C" const TSLanguage* tree_sitter_cpp(void);

namespace {

constexpr std::size_t kSourceBytes = std::size_t{1} << 20U;
constexpr std::size_t kLiteralsLimit = 2000;
constexpr std::size_t kTextLimit = 400;
constexpr std::size_t kShownAround = 90;
constexpr int kDepthLimit = 400;

std::string_view TypeOf(TSNode node) { return ts_node_type(node); }

bool IsAny(std::string_view text, std::initializer_list<std::string_view> of) {
  return std::find(of.begin(), of.end(), text) != of.end();
}

TSNode Field(TSNode node, std::string_view name) {
  return ts_node_child_by_field_name(node, name.data(), static_cast<std::uint32_t>(name.size()));
}

// Blanks and line ends become one blank each.
std::string Collapsed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

// As a C string with quotes; in ASCII, and without trigraphs.
std::string CString(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '?') {
      out += std::string("\\") + c;
    } else {
      out += (c < ' ' || c > '~') ? '.' : c;
    }
  }
  return out + "\"";
}

// What holds for a node, from those above it.
struct Place {
  bool inside = false;   // of a function that is woven
  bool frozen = false;   // literals must stay constants, or nothing is to be learned from them
  bool shrinks = false;  // the size of what stands beside it, perhaps
  TSNode statement{};
};

class Weaver {
 public:
  explicit Weaver(std::string_view text, bool is_test) : text_(text), is_test_(is_test) {}

  // The whole file, and before it its literals. Empty: there is nothing to vary.
  std::string Weave(TSNode root, const std::string& path, const std::string& header) {
    if (is_test_) FindHelpers(root, 0);
    const std::string body = Write(root, {}, 0);
    if (labels_.empty()) return "";
    std::string out = "#include " + CString(header) + "\n";
    out += "static const struct inquest_literal inquest_literals[] = {\n";
    for (const Label& label : labels_) {
      out += "{" + CString(label.before) + "," + CString(label.after) + ",'" + label.kind + "'},\n";
    }
    out += "};\n#line 1 " + CString(path) + "\n";
    out += text_.substr(0, ts_node_start_byte(root));
    return out + body + std::string(text_.substr(ts_node_end_byte(root)));
  }

 private:
  struct Label {
    std::string before;
    std::string after;
    char kind;
  };

  std::string_view Text(TSNode node) const {
    return text_.substr(ts_node_start_byte(node),
                        ts_node_end_byte(node) - ts_node_start_byte(node));
  }

  std::string Write(TSNode node, Place place, int depth) {
    const std::string_view type = TypeOf(node);
    if (depth > kDepthLimit || (type.rfind("preproc", 0) == 0 && !HoldsCode(type))) {
      return std::string(Text(node));
    }
    if (type == "function_definition" || type == "lambda_expression") {
      place.inside = place.inside || is_test_ || Asserts(node);
      place.frozen = false;
    }
    Narrow(node, place);
    if (place.inside && !place.frozen) {
      if (std::string literal = Literal(node, place); !literal.empty()) return literal;
    }
    const bool noted = place.inside && !place.frozen && IsNoted(node);
    std::string out = noted ? "INQUEST_NOTE(" : "";
    std::uint32_t at = ts_node_start_byte(node);
    const std::uint32_t count = ts_node_child_count(node);
    for (std::uint32_t i = 0; i < count; ++i) {
      const TSNode child = ts_node_child(node, i);
      out += text_.substr(at, ts_node_start_byte(child) - at);
      out += Write(child, Under(node, child, i, place), depth + 1);
      at = ts_node_end_byte(child);
    }
    out += text_.substr(at, ts_node_end_byte(node) - at);
    if (noted) out += ")";
    return out;
  }

  static bool HoldsCode(std::string_view type) {
    return IsAny(type, {"preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif"});
  }

  // The main of a file without a test's name is a test by what it calls.
  bool Asserts(TSNode function) const {
    const std::string_view text = Text(function);
    return TypeOf(function) == "function_definition" && text.find("assert(") != text.npos &&
           text.find("scanf") == text.npos && text.find("cin") == text.npos &&
           Text(Field(function, "declarator")).find("main") != std::string_view::npos;
  }

  static void Narrow(TSNode node, Place& place) {
    const std::string_view type = TypeOf(node);
    if (IsAny(type, {"expression_statement", "declaration", "return_statement", "if_statement",
                     "while_statement", "throw_statement"})) {
      place.statement = node;
    }
    if (IsAny(type, {"template_argument_list", "static_assert_declaration", "enumerator_list",
                     "sizeof_expression", "decltype", "alignas_specifier", "attribute_specifier",
                     "attribute_declaration", "gnu_asm_expression", "subscript_argument_list",
                     "optional_parameter_declaration", "bitfield_clause", "concatenated_string",
                     "user_defined_literal", "raw_string_literal", "new_declarator",
                     "class_specifier", "struct_specifier"})) {
      place.frozen = true;
    }
  }

  // What holds for a child beyond what holds for its parent.
  Place Under(TSNode node, TSNode child, std::uint32_t index, Place place) const {
    const std::string_view type = TypeOf(node);
    const char* field = ts_node_field_name_for_child(node, index);
    const std::string_view name = field == nullptr ? "" : field;
    if ((type == "array_declarator" && name == "size") ||
        (type == "case_statement" && name == "value") || type == "for_statement" ||
        (type == "subscript_expression" && name != "argument")) {
      place.frozen = place.frozen || TypeOf(child) != "compound_statement";
      if (type == "for_statement" && name == "body") place.frozen = false;
    }
    if (type == "argument_list") place.shrinks = HasName(node);
    if (type == "initializer_list") place.shrinks = false;
    if (type == "declaration" && Has(node, {"static", "constexpr", "constinit", "extern"})) {
      place.frozen = true;
    }
    if (type == "init_declarator" && name == "value") {
      // char text[] = "...": no pointer can stand there. const int size = 5: maybe an array's.
      const TSNode declarator = Field(node, "declarator");
      place.frozen = place.frozen ||
                     (TypeOf(declarator) == "array_declarator" && HoldsTexts(child)) ||
                     (TypeOf(child) == "number_literal" && Has(ts_node_parent(node), {"const"}));
    }
    return place;
  }

  // Arrays of characters, and of arrays of them.
  bool HoldsTexts(TSNode value) const {
    const TSNode declaration = ts_node_parent(ts_node_parent(value));
    const std::string_view type = Text(Field(declaration, "type"));
    const TSNode declarator = Field(ts_node_parent(value), "declarator");
    return type.find("char") != type.npos && Text(declarator).find('*') == std::string_view::npos;
  }

  static bool HasName(TSNode arguments) {
    for (std::uint32_t i = 0; i < ts_node_named_child_count(arguments); ++i) {
      if (IsAny(TypeOf(ts_node_named_child(arguments, i)), {"identifier", "pointer_expression"})) {
        return true;
      }
    }
    return false;
  }

  bool Has(TSNode declaration, std::initializer_list<std::string_view> words) const {
    for (std::uint32_t i = 0; i < ts_node_child_count(declaration); ++i) {
      const TSNode child = ts_node_child(declaration, i);
      if (IsAny(TypeOf(child), {"storage_class_specifier", "type_qualifier"}) &&
          IsAny(Text(child), words)) {
        return true;
      }
    }
    return false;
  }

  // Empty: it is none.
  std::string Literal(TSNode node, const Place& place) {
    const std::string_view type = TypeOf(node);
    const std::string_view text = Text(node);
    if (text.size() > kTextLimit || labels_.size() >= kLiteralsLimit) return "";
    // What is expected or returned says nothing of what is asked.
    const TSNode parent = ts_node_parent(node);
    if (TypeOf(parent) == "return_statement" ||
        (TypeOf(parent) == "binary_expression" &&
         IsAny(Text(Field(parent, "operator")), {"==", "!=", "<", ">", "<=", ">="}))) {
      return "";
    }
    char kind = 0;
    if (type == "number_literal") {
      const bool hexadecimal = text.rfind("0x", 0) == 0 || text.rfind("0X", 0) == 0;
      const bool real = !hexadecimal && text.find_first_of(".eE") != text.npos;
      kind = real ? 'r' : place.shrinks ? 's' : 'i';
    } else if (IsAny(type, {"true", "false"})) {
      kind = 'b';
    } else if (type == "char_literal" && text[0] == '\'') {
      kind = 'c';
    } else if (type == "string_literal" && text[0] == '"' && text.find('%') == text.npos) {
      kind = 't';
    }
    if (kind == 0) return "";
    const std::string number = std::to_string(labels_.size());
    labels_.push_back(LabelOf(node, place, kind));
    const char* macro = kind == 't' ? "TEXT" : kind == 'r' ? "REAL" : "INTEGER";
    return std::string("INQUEST_") + macro + "(" + number + ", " + std::string(text) + ")";
  }

  Label LabelOf(TSNode node, const Place& place, char kind) {
    const TSNode around = ts_node_is_null(place.statement) ? node : place.statement;
    const std::uint32_t begin = ts_node_start_byte(around);
    std::string before = Collapsed(text_.substr(begin, ts_node_start_byte(node) - begin));
    std::string after = Collapsed(
        text_.substr(ts_node_end_byte(node), ts_node_end_byte(around) - ts_node_end_byte(node)));
    if (before.size() > kShownAround) before = "..." + before.substr(before.size() - kShownAround);
    if (after.size() > kShownAround) after = after.substr(0, kShownAround) + "...";
    // The same place of the same statement.
    const int again = ++seen_[before + '\n' + std::string(Text(node)) + '\n' + after];
    if (again > 1) after += " (" + std::to_string(again) + ")";
    return {before, after, kind};
  }

  // A value that the test looks at: what a call inside of an expression returns, what is compared
  // with a literal. What helpers of the test say is left out, as it tells of the test.
  bool IsNoted(TSNode node) const {
    const TSNode parent = ts_node_parent(node);
    if (ts_node_is_null(parent)) return false;
    const std::string_view type = TypeOf(node);
    const bool compared = TypeOf(parent) == "binary_expression" &&
                          IsAny(Text(Field(parent, "operator")), {"==", "!="});
    const bool with_literal =
        compared && (IsLiteral(Field(parent, "left")) || IsLiteral(Field(parent, "right")));
    if (type == "call_expression") {
      const TSNode callee = Field(node, "function");
      return !IsAny(TypeOf(parent),
                    {"expression_statement", "call_expression", "field_expression"}) &&
             (!compared || with_literal || TypeOf(callee) != "field_expression") &&
             IsAsked(Text(callee));
    }
    return with_literal &&
           IsAny(type, {"identifier", "field_expression", "subscript_expression",
                        "pointer_expression"}) &&
           HasSmallLetter(Text(node));
  }

  static bool IsLiteral(TSNode node) {
    return IsAny(TypeOf(node),
                 {"number_literal", "string_literal", "char_literal", "true", "false"});
  }

  static bool HasSmallLetter(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  }

  // No macro, and nothing that only makes a value of its arguments.
  bool IsAsked(std::string_view callee) const {
    if (callee.rfind("std::", 0) == 0) return false;
    const std::size_t dot = callee.find_last_of(".>");
    if (dot != callee.npos && IsAny(callee.substr(dot + 1), {"c_str", "data", "str"})) return false;
    callee = callee.substr(0, callee.find('<'));
    if (IsAny(callee, {"assert", "string", "vector", "pair", "map", "set", "make_pair", "to_string",
                       "int", "long", "double", "float", "char", "bool", "unsigned", "sizeof"})) {
      return false;
    }
    return HasSmallLetter(callee) && helpers_.count(std::string(callee)) == 0;
  }

  // The functions that the file has itself.
  void FindHelpers(TSNode node, int depth) {
    if (TypeOf(node) == "function_declarator") {
      helpers_.emplace(Text(Field(node, "declarator")));
    }
    const std::uint32_t count = depth > kDepthLimit ? 0 : ts_node_named_child_count(node);
    for (std::uint32_t i = 0; i < count; ++i) {
      FindHelpers(ts_node_named_child(node, i), depth + 1);
    }
  }

  std::string_view text_;
  bool is_test_;
  std::vector<Label> labels_;
  std::map<std::string, int> seen_;
  std::set<std::string> helpers_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const std::string path = words[1];
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  const bool is_test = inquest::languages::c::IsTestName(path);
  const std::string self = words[0];
  const std::string header = self.substr(0, self.rfind('/') + 1) + "literals.h";
  if (!in || text.size() > kSourceBytes || (!is_test && text.find("assert(") == text.npos))
    return 1;
  TSParser* parser = ts_parser_new();
  ts_parser_set_language(parser, tree_sitter_cpp());
  TSTree* tree =
      ts_parser_parse_string(parser, nullptr, text.data(), static_cast<std::uint32_t>(text.size()));
  const std::string woven = Weaver(text, is_test).Weave(ts_tree_root_node(tree), path, header);
  ts_tree_delete(tree);
  ts_parser_delete(parser);
  if (woven.empty()) return 1;
  std::ofstream out(words[2], std::ios::binary);
  out << woven;
  return out.flush() ? 0 : 1;
}
