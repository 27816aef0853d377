#include "runtime/formats/test_names.h"

#include <algorithm>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"
#include "runtime/formats/tree_path.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kDepthLimit = 32;

}  // namespace

void SuiteNames::Set(std::size_t depth, std::string_view name) {
  if (depth >= kDepthLimit) return;
  names_.resize(depth + 1);
  names_[depth] = ValidText(name, kNameBytes);
}

std::string SuiteNames::Of(std::size_t depth, std::string_view name) const {
  std::string id;
  for (std::size_t i = 0; i < std::min(depth, names_.size()); ++i) {
    if (!names_[i].empty()) id += names_[i] + " > ";
  }
  return ValidText(id + std::string(name), kNameBytes);
}

std::string_view WithoutDuration(std::string_view name) {
  name = Trim(name);
  if (!name.ends_with("s)")) return name;
  const std::size_t open = name.rfind(" (");
  if (open == std::string_view::npos) return name;
  const std::string_view inside = name.substr(open + 2, name.size() - open - 3);
  if (inside.empty() || inside[0] < '0' || inside[0] > '9') return name;
  if (inside.find_first_not_of("0123456789. ms") != inside.npos) return name;
  return Trim(name.substr(0, open));
}

std::size_t Indentation(std::string_view text) {
  return std::min(text.find_first_not_of(' '), text.size());
}

std::string_view AfterMark(std::string_view text, std::string_view mark) {
  text.remove_prefix(Indentation(text));
  return text.starts_with(mark) ? text.substr(mark.size()) : std::string_view{};
}

std::string_view WithoutRoot(std::string_view name) {
  if (name.starts_with(kWorkspaceRoot)) name.remove_prefix(kWorkspaceRoot.size());
  return name;
}

}  // namespace inquest::formats
