#pragma once

#include <string>
#include <vector>

namespace inquest::tidy {

struct File {
  std::string path;  // relative to the root of the repository
  std::string text;
};

// The text files that people write: sources, scripts, CMake files, protos, Markdown, YAML.
std::vector<File> ReadRepository();

}  // namespace inquest::tidy
