#include "tests/tidy/layers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inquest::tidy {
namespace {

std::size_t Findings(std::string_view path, std::string_view text) {
  return CheckLayers(path, text).size();
}

TEST(CheckLayers, LetsALayerSeeThoseBelow) {
  EXPECT_EQ(Findings("runtime/engine/engine.cc",
                     "#include \"runtime/engine/engine.h\"\n#include <vector>\n"
                     "#include \"runtime/store/store.h\"\n#include \"inquest/v1/event.pb.h\"\n"),
            0U);
}

TEST(CheckLayers, FindsAnIncludeThatLooksUp) {
  const std::vector<Finding> findings =
      CheckLayers("runtime/store/sqlite.cc", "// text\n#include \"runtime/engine/engine.h\"\n");

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].line, 2);
  EXPECT_EQ(Findings("runtime/base/log.cc", "#include \"inquest/v1/event.pb.h\"\n"), 1U);
  EXPECT_EQ(Findings("runtime/cli/show.cc", "#include \"runtime/daemon/daemon.h\"\n"), 1U);
}

TEST(CheckLayers, FindsGrpcOutsideOfItsPlaces) {
  EXPECT_EQ(Findings("runtime/engine/engine.cc", "#include <grpcpp/grpcpp.h>\n"), 1U);
  EXPECT_EQ(Findings("runtime/cli/show.cc", "#include \"inquest/v1/x_service.grpc.pb.h\"\n"), 1U);
  EXPECT_EQ(Findings("runtime/cli/client.cc", "#include <grpcpp/grpcpp.h>\n"), 0U);
  EXPECT_EQ(Findings("runtime/doors/grpc/server.cc", "#include <grpcpp/grpcpp.h>\n"), 0U);
}

TEST(CheckLayers, FindsWhatPureFoldersMustNotUse) {
  for (const char* include : {"thread", "fstream", "sqlite3.h", "curl/curl.h", "mutex"}) {
    const std::string line = std::string("#include <") + include + ">\n";
    EXPECT_EQ(Findings("steps/fix/step.cc", line), 1U) << include;
    EXPECT_EQ(Findings("policies/evaluate.cc", line), 1U) << include;
    EXPECT_EQ(Findings("runtime/machine/fold.cc", line), 1U) << include;
    EXPECT_EQ(Findings("runtime/effects/run.cc", line), 0U) << include;
  }
}

TEST(CheckLayers, FindsTestsInTheProduct) {
  EXPECT_EQ(Findings("runtime/base/log.cc", "#include \"tests/fakes/clock.h\"\n"), 1U);
}

TEST(LayerOf, KnowsTheProductAndNothingElse) {
  EXPECT_LT(*LayerOf("runtime/base/fd.h"), *LayerOf("runtime/daemon/main.cc"));
  EXPECT_FALSE(LayerOf("tests/base/base_test.cc").has_value());
}

using Folders = std::vector<std::string>;

TEST(LayersOf, ReadsEachList) {
  EXPECT_EQ(LayersOfReadme("# A\n\n## The layers\n\n```text\na/b  c\nd\n```\n\n```text\ne\n```\n"),
            (Folders{"a/b", "c", "d"}));
  EXPECT_EQ(LayersOfArchitecture("# A\n| `x` | |\n## The layers\n\n| folder | what |\n|---|---|\n"
                                 "| `a/b` | `not this` |\n| `c` | x |\n\n| `d` | |\n"),
            (Folders{"a/b", "c"}));
  EXPECT_EQ(LayersOfBuild("project(x)\nadd_subdirectory(a/b)\nadd_subdirectory(c)\nif(T)\n"
                          "  add_subdirectory(tests)\nendif()\n"),
            (Folders{"a/b", "c"}));
  EXPECT_EQ(LayersOfTable([](const std::string& folder) { return folder.size() <= 5; }),
            (Folders{"proto", "steps"}));
}

TEST(LayersOf, SeesALayerThatIsMissingOrMoved) {
  const std::string readme = "\n## The layers\n\n```text\nproto  steps\n```\n";
  for (const char* build :
       {"\nadd_subdirectory(proto)\n", "\nadd_subdirectory(steps)\nadd_subdirectory(proto)\n"}) {
    EXPECT_NE(LayersOfReadme(readme), LayersOfBuild(build)) << build;
  }
  EXPECT_TRUE(LayersOfReadme("# No such part\n").empty());
  EXPECT_TRUE(LayersOfArchitecture("# No such part\n").empty());
}

}  // namespace
}  // namespace inquest::tidy
