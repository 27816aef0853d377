#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/end_to_end/buggy_target.h"

namespace inquest::tests {
namespace {

class RegressionFile : public testing::Test {
 protected:
  RegressionFile() {
    WriteBuggyTarget(runtime_);
    runtime_.Write("main.py",
                   "import sys\nfrom numbers_kit import gcd\n\nfor line in sys.stdin:\n"
                   "    a, b = line.split()\n    print(gcd(int(a), int(b)))\n");
    runtime_.Write("pairs.txt", "12 18\n7 0\n35 14\n");
  }

  nlohmann::json Investigate(const std::string& trigger) {
    const Finished finished = runtime_.Inquest(
        {"investigate", "--source", runtime_.target(), "--test", trigger, "--suite",
         "/usr/bin/python3 -m unittest -q", "--max-wall", "5m", "--output", "json"});
    auto result = nlohmann::json::parse(finished.out, nullptr, false);
    EXPECT_FALSE(result.is_discarded()) << finished.out << finished.err;
    return result;
  }

  int Shell(const std::string& command) {
    const std::string line = "cd " + runtime_.target() + " && " + command + " >/dev/null 2>&1";
    return std::system(line.c_str());  // NOLINT(bugprone-command-processor,cert-env33-c)
  }

  RuntimeUnderTest runtime_;
};

TEST_F(RegressionFile, IsWrittenForATriggerThatIsNoTestAndTellsThePatchedTreeFromBase) {
  const auto result = Investigate("/usr/bin/python3 main.py < pairs.txt");

  ASSERT_TRUE(result["regression_patch"].is_string()) << result.dump(2);
  const std::string added = result["regression_patch"];
  const auto path = added.find("+++ b/tests/");
  ASSERT_NE(path, std::string::npos) << added;
  const std::string test =
      "/usr/bin/python3 " + added.substr(path + 6, added.find('\n', path) - path - 6);
  runtime_.Write("test.patch", added);
  runtime_.Write("fix.patch", result["patch"].get<std::string>());
  ASSERT_EQ(Shell("git apply test.patch"), 0) << added;
  EXPECT_NE(Shell(test), 0);
  ASSERT_EQ(Shell("git apply fix.patch"), 0);
  EXPECT_EQ(Shell(test), 0);
}

TEST_F(RegressionFile, IsNotWrittenWhereTheTriggerRunsATest) {
  const auto result = Investigate("/usr/bin/python3 -m unittest -q");

  EXPECT_TRUE(result["patch"].is_string());
  EXPECT_TRUE(result["regression_patch"].is_null()) << result["regression_patch"];
}

}  // namespace
}  // namespace inquest::tests
