#include "tests/tidy/repository.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace inquest::tidy {
namespace {

constexpr std::array<std::string_view, 12> kFolders{"bench",    "cmake", "docs",    "examples",
                                                    "policies", "proto", "runtime", "sandbox",
                                                    "scripts",  "steps", "tests",   ".ci"};
constexpr std::array<std::string_view, 2> kTopFiles{"CMakeLists.txt", "README.md"};
constexpr std::array<std::string_view, 11> kExtensions{
    ".cc", ".h", ".in", ".proto", ".cmake", ".md", ".txt", ".yaml", ".sh", ".py", ".mjs"};

bool IsText(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  // Scripts have no extension.
  return extension.empty() ||
         std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::string Read(const std::filesystem::path& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::vector<File> ReadRepository() {
  const std::filesystem::path root = INQUEST_SOURCE_DIR;
  std::vector<File> files;
  const auto add = [&](const std::filesystem::path& path) {
    if (!std::filesystem::is_regular_file(path) || !IsText(path)) return;
    files.push_back({path.lexically_relative(root).generic_string(), Read(path)});
  };
  for (const std::string_view name : kTopFiles) add(root / name);
  for (const std::string_view folder : kFolders) {
    const std::filesystem::path path = root / folder;
    if (!std::filesystem::exists(path)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) add(entry.path());
  }
  return files;
}

}  // namespace inquest::tidy
