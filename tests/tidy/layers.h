#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::tidy {

// Rule functions look at one file's text and say what is wrong, in words that name the line.
struct Finding {
  int line = 0;
  std::string message;
};

// The layer that a file belongs to, by its path: its place in the list of design.md section 9
// (lower numbers are seen by higher ones). Empty: not part of the product (tests, bench).
std::optional<int> LayerOf(std::string_view path);

// Includes that look upwards, gRPC outside of the doors and the client, and what the pure layers
// must not use.
std::vector<Finding> CheckLayers(std::string_view path, std::string_view text);

// The folders of the layers, lowest first: by the table that CheckLayers goes by, without those
// that `exists` does not know (a layer to come), and as documents and the build list them.
std::vector<std::string> LayersOfTable(const std::function<bool(const std::string&)>& exists);
// README.md: the fenced block after "## The layers".
std::vector<std::string> LayersOfReadme(std::string_view text);
// docs/architecture.md: the first column of the table after "## The layers".
std::vector<std::string> LayersOfArchitecture(std::string_view text);
// CMakeLists.txt: add_subdirectory, without tests, bench and packaging.
std::vector<std::string> LayersOfBuild(std::string_view text);

}  // namespace inquest::tidy
