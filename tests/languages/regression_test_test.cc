#include "runtime/languages/regression_test.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "runtime/base/file.h"
#include "runtime/languages/language.h"

// The written files are run for real, over a tree that fails as long as it holds a file `broken`.
namespace inquest::languages {
namespace {

namespace fs = std::filesystem;

class WrittenRegressionTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "regression.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    Write("broken", "");
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  void WriteTest(const RecordedFailure& failure) {
    test_ = FindLanguage(GetParam())->WriteRegressionTest(failure);
    Write(test_.path, test_.text);
  }

  // Its exit status, and whether it said that the bug shows.
  std::pair<int, bool> Run() const {
    const std::string line =
        "cd '" + root_.string() + "' && { " + test_.command + "; } > output 2>&1";
    const int status =
        std::system(line.c_str());  // NOLINT(bugprone-command-processor,cert-env33-c)
    const std::string output = *ReadFile((root_ / "output").string(), 1 << 20);
    return {WEXITSTATUS(status), output.find(kBugShowsAgain) != std::string::npos};
  }

  fs::path root_;
  RegressionTest test_;
};

const RecordedFailure kFails = {
    .name = "ab12",
    .trigger = "if [ -e broken ]; then echo 'it'\"'\"'s \"bro\\ken\"'; exit 3; fi",
    .build = "",
    .text = "it's \"bro\\ken\"",
    .expected = ""};

TEST_P(WrittenRegressionTest, FailsWithTheBugAndPassesWithout) {
  WriteTest(kFails);

  const auto with = Run();
  fs::remove(root_ / "broken");
  const auto without = Run();

  EXPECT_NE(with.first, 0);
  EXPECT_TRUE(with.second);
  EXPECT_EQ(without, std::pair(0, false));
}

TEST_P(WrittenRegressionTest, FailsWhenTheTextIsPrintedThoughTheTriggerPasses) {
  WriteTest(kFails);
  fs::remove(root_ / "broken");
  RecordedFailure printed = kFails;
  printed.trigger = "printf '%s\\n' \"it's \\\"bro\\\\ken\\\"\"";
  WriteTest(printed);

  const auto result = Run();

  EXPECT_NE(result.first, 0);
  EXPECT_TRUE(result.second);
}

TEST_P(WrittenRegressionTest, ComparesTheOutputButNotItsTrailingBlanks) {
  RecordedFailure compares = kFails;
  compares.trigger = "if [ -e broken ]; then echo 41; else printf 'a\\t\\n42  \\n\\n'; fi";
  compares.text = "";
  compares.compares_output = true;
  compares.expected = "a\n42\n";
  WriteTest(compares);

  const auto with = Run();
  fs::remove(root_ / "broken");
  const auto without = Run();

  EXPECT_NE(with.first, 0);
  EXPECT_TRUE(with.second);
  EXPECT_EQ(without, std::pair(0, false));
}

TEST_P(WrittenRegressionTest, EndsATriggerThatHangs) {
  RecordedFailure hangs = kFails;
  hangs.trigger = "while [ -e broken ]; do sleep 0.1; done";
  hangs.text = "";
  hangs.limit_seconds = 1;
  WriteTest(hangs);

  const auto with = Run();
  fs::remove(root_ / "broken");
  const auto without = Run();

  EXPECT_NE(with.first, 0);
  EXPECT_TRUE(with.second);
  EXPECT_EQ(without, std::pair(0, false));
}

INSTANTIATE_TEST_SUITE_P(Languages, WrittenRegressionTest,
                         testing::Values("python", "javascript", "c", "cpp"),
                         [](const auto& language) { return std::string(language.param); });

TEST(RegressionTestOfC, BuildsAsTheTargetIsBuilt) {
  const RegressionTest test = FindLanguage("c")->WriteRegressionTest(
      {.name = "ab12", .trigger = "./app", .build = "make app", .text = "", .expected = ""});

  EXPECT_EQ(test.path, "tests/regression_ab12.sh");
  EXPECT_NE(test.text.find("sh -c 'make app'"), std::string::npos);
}

TEST(InterpreterOf, IsTheOneThatTheTriggerNames) {
  EXPECT_EQ(InterpreterOf("cd x && /usr/bin/python3.11 main.py < in", "python3"),
            "/usr/bin/python3.11");
  EXPECT_EQ(InterpreterOf("./run.sh python3-config", "python3"), "python3");
  EXPECT_EQ(InterpreterOf("echo node_modules/.bin/x", "node"), "node");
}

}  // namespace
}  // namespace inquest::languages
