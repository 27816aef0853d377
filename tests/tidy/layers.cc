#include "tests/tidy/layers.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>
#include <string>

namespace inquest::tidy {
namespace {

struct Layer {
  std::string_view prefix;
  int height;
};

// As in design.md section 9. Folders of one height do not see each other, but the exceptions below.
constexpr std::array kLayers{
    Layer{"runtime/base/", 0},
    Layer{"inquest/v1/", 1},
    Layer{"runtime/statistics/", 2},
    Layer{"steps/", 3},
    Layer{"policies/", 4},
    Layer{"runtime/store/", 5},
    Layer{"runtime/formats/", 6},
    Layer{"runtime/languages/", 7},
    Layer{"runtime/analysis/", 8},
    Layer{"sandbox/", 9},
    Layer{"runtime/connectors/", 10},
    Layer{"runtime/models/", 10},
    Layer{"runtime/machine/", 11},
    Layer{"runtime/engine/", 12},
    Layer{"runtime/investigators/", 13},
    Layer{"runtime/effects/", 14},
    Layer{"runtime/report/", 15},
    Layer{"runtime/doors/", 16},
    Layer{"runtime/cli/", 17},
    Layer{"runtime/daemon/", 18},
};

constexpr std::array<std::string_view, 3> kPureFolders{"steps/", "policies/", "runtime/machine/"};
constexpr std::array<std::string_view, 9> kImpure{
    "thread", "fstream",    "mutex",   "condition_variable", "sqlite3", "curl/",
    "grpc",   "sys/socket", "unistd.h"};

const Layer* Find(std::string_view path) {
  const auto* found = std::find_if(kLayers.begin(), kLayers.end(), [&](const Layer& layer) {
    return path.starts_with(layer.prefix);
  });
  return found == kLayers.end() ? nullptr : found;
}

// What stands between <> or "" of an #include line, else empty.
std::string_view IncludeOf(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || !line.substr(begin).starts_with("#include")) return {};
  const std::size_t open = line.find_first_of("<\"", begin);
  if (open == std::string_view::npos) return {};
  const std::size_t close = line.find_first_of(">\"", open + 1);
  if (close == std::string_view::npos) return {};
  return line.substr(open + 1, close - open - 1);
}

// What comes after the mark; empty where it is not there.
std::string_view After(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + mark.size());
}

std::string_view Between(std::string_view text, std::string_view open, std::string_view close) {
  const std::string_view rest = After(text, open);
  return rest.substr(0, rest.find(close));
}

bool IsPure(std::string_view path) {
  return std::any_of(kPureFolders.begin(), kPureFolders.end(),
                     [&](std::string_view folder) { return path.starts_with(folder); });
}

bool MayUseGrpc(std::string_view path) {
  return path.starts_with("runtime/doors/") || path == "runtime/cli/client.cc";
}

bool IsGrpc(std::string_view include) {
  return include.starts_with("grpc") || include.ends_with(".grpc.pb.h");
}

void CheckInclude(std::string_view path, std::string_view include, int line,
                  std::vector<Finding>& findings) {
  const auto add = [&](const std::string& what) {
    findings.push_back({line, "includes " + std::string(include) + ": " + what});
  };
  const Layer* from = Find(path);
  const Layer* to = Find(include);
  if (from != nullptr && to != nullptr && to->prefix != from->prefix &&
      to->height >= from->height) {
    add("a layer sees only those below it");
  }
  if (from == nullptr) return;
  if (include.starts_with("tests/")) add("the product does not know its tests");
  if (IsGrpc(include) && !MayUseGrpc(path)) add("gRPC belongs to the doors and the CLI's client");
  const bool impure = std::any_of(kImpure.begin(), kImpure.end(), [&](std::string_view prefix) {
    return include.starts_with(prefix);
  });
  if (IsPure(path) && impure) add("this folder is pure");
}

}  // namespace

std::optional<int> LayerOf(std::string_view path) {
  const Layer* layer = Find(path);
  return layer == nullptr ? std::nullopt : std::optional<int>(layer->height);
}

std::vector<std::string> LayersOfTable(const std::function<bool(const std::string&)>& exists) {
  std::vector<std::string> layers;
  for (const Layer& layer : kLayers) {
    std::string folder(layer.prefix.substr(0, layer.prefix.size() - 1));
    if (folder == "inquest/v1") folder = "proto";  // as sources include what is generated from it
    if (exists(folder)) layers.push_back(std::move(folder));
  }
  return layers;
}

std::vector<std::string> LayersOfReadme(std::string_view text) {
  const std::string_view block = Between(After(text, "\n## The layers\n"), "```text\n", "```");
  std::istringstream words{std::string(block)};
  return {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

std::vector<std::string> LayersOfArchitecture(std::string_view text) {
  std::string_view rest = Between(After(text, "\n## The layers\n"), "\n|---|", "\n\n");
  std::vector<std::string> layers;
  for (; !rest.empty(); rest = After(rest, "\n| `")) {
    const std::string_view row = After(rest, "\n| `");
    if (!row.empty()) layers.emplace_back(row.substr(0, row.find('`')));
  }
  return layers;
}

std::vector<std::string> LayersOfBuild(std::string_view text) {
  constexpr std::string_view kAdd = "\nadd_subdirectory(";  // those of tests and bench are indented
  constexpr std::string_view kNoLayer = "packaging";
  std::vector<std::string> layers;
  for (std::string_view rest = After(text, kAdd); !rest.empty(); rest = After(rest, kAdd)) {
    const std::string_view folder = rest.substr(0, rest.find(')'));
    if (folder != kNoLayer) layers.emplace_back(folder);
  }
  return layers;
}

std::vector<Finding> CheckLayers(std::string_view path, std::string_view text) {
  std::vector<Finding> findings;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view include = IncludeOf(text.substr(0, end));
    if (!include.empty()) CheckInclude(path, include, number, findings);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return findings;
}

}  // namespace inquest::tidy
