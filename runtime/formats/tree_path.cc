#include "runtime/formats/tree_path.h"

#include "runtime/formats/text_lines.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kPathBytes = 1024;

}  // namespace

std::optional<std::string> TreePath(std::string_view printed) {
  if (printed.starts_with(kWorkspaceRoot)) printed.remove_prefix(kWorkspaceRoot.size());
  while (printed.starts_with("./")) printed.remove_prefix(2);
  if (printed.empty() || printed.size() > kPathBytes) return std::nullopt;
  if (printed.front() == '/' || printed.front() == '<') return std::nullopt;
  if (printed == ".." || printed.starts_with("../") || printed.find("/../") != printed.npos ||
      printed.ends_with("/..")) {
    return std::nullopt;
  }
  return ValidText(printed, kPathBytes);
}

}  // namespace inquest::formats
