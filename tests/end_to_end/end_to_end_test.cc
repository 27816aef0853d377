#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "runtime/base/digest.h"
#include "runtime/base/file.h"
#include "tests/end_to_end/buggy_target.h"

namespace inquest::tests {
namespace {

TEST(Investigation, OfABuggyPythonTreeEndsWithAFixThatGitApplies) {
  RuntimeUnderTest runtime;
  WriteBuggyTarget(runtime);
  const auto before = ReadFile(runtime.target() + "/numbers_kit.py", 1 << 20);

  const Finished finished = runtime.Inquest(InvestigateArguments(runtime));

  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_NE(finished.out.find("\"outcome\": \"VERIFIED_FIX\""), std::string::npos);
  const auto after = ReadFile(runtime.target() + "/numbers_kit.py", 1 << 20);
  EXPECT_EQ(*before, *after) << "the user's checkout was written";

  // The patch, judged from outside: git applies it, the test passes.
  const Finished patch = runtime.Inquest({"patch", "@last"});
  ASSERT_EQ(patch.exit_code, 0) << patch.err;
  runtime.Write("fix.patch", patch.out);
  const std::string check =
      "cd " + runtime.target() +
      " && git apply fix.patch && /usr/bin/python3 -m unittest -q 2>/dev/null";
  EXPECT_EQ(std::system(check.c_str()), 0);  // NOLINT(bugprone-command-processor,cert-env33-c)
}

// `total * 2` and `total + 2`, among others, make the only failing test pass: the runtime asks.
TEST(Investigation, WhereTwoPatchesDoAndDifferEndsWithAQuestionAndNoVerifiedFix) {
  RuntimeUnderTest runtime;
  runtime.Write("fee.py", "def fee(total):\n    return total - 2\n");
  runtime.Write("test_fee.py",
                "import unittest\nfrom fee import fee\n\n\nclass FeeTest(unittest.TestCase):\n"
                "    def test_two(self):\n        self.assertEqual(fee(2), 4)\n");

  const Finished finished = runtime.Inquest(InvestigateArguments(runtime));

  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  EXPECT_NE(finished.out.find("\"outcome\": \"ROOT_CAUSE_SUPPORTED\""), std::string::npos);
  EXPECT_NE(finished.out.find("\"ended_reason\": \"FIX_AMBIGUOUS\""), std::string::npos);
  EXPECT_NE(finished.out.find("What should fee:fee("), std::string::npos) << finished.out;
  EXPECT_EQ(finished.out.find("\"patch\": null"), std::string::npos) << "the patch is given";
}

struct BadInput {
  const char* name;
  std::vector<std::string> arguments;
  int exit_code;
  const char* says;
};

class Refused : public testing::TestWithParam<BadInput> {};

TEST_P(Refused, WithTheRightExitCodeAndAMessage) {
  RuntimeUnderTest runtime;
  WriteBuggyTarget(runtime);
  std::vector<std::string> arguments = {"investigate", "--output", "json"};
  for (const std::string& word : GetParam().arguments) {
    arguments.push_back(word == "TARGET" ? runtime.target() : word);
  }

  const Finished finished = runtime.Inquest(arguments);

  EXPECT_EQ(finished.exit_code, GetParam().exit_code) << finished.err;
  EXPECT_NE((finished.out + finished.err).find(GetParam().says), std::string::npos)
      << finished.out << finished.err;
  EXPECT_EQ(finished.out.find("VERIFIED_FIX"), std::string::npos);
}

// What a hostile or broken tree may hold: it is examined as it is, nothing outside of it is read.
class HostileTree : public testing::Test {
 protected:
  HostileTree() { WriteBuggyTarget(runtime_); }

  void Shell(const std::string& command) {
    const std::string line = "cd " + runtime_.target() + " && " + command;
    ASSERT_EQ(std::system(line.c_str()), 0);  // NOLINT(bugprone-command-processor,cert-env33-c)
  }

  RuntimeUnderTest runtime_;
};

TEST_F(HostileTree, WithBinarySourcesIsStillInvestigated) {
  Shell("head -c 300000 /dev/urandom > noise.py && printf '\\000\\377' > nul.py");

  const Finished finished = runtime_.Inquest(InvestigateArguments(runtime_));

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_NE(finished.out.find("numbers_kit.py"), std::string::npos);
}

TEST_F(HostileTree, WhoseOnlySourceIsBinaryIsNeverFixed) {
  Shell("rm *.py && head -c 5000 /dev/urandom > main.py");

  const Finished finished =
      runtime_.Inquest({"investigate", "--source", runtime_.target(), "--test",
                        "/usr/bin/python3 main.py", "--output", "json"});

  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  EXPECT_EQ(finished.out.find("VERIFIED_FIX"), std::string::npos);
}

TEST_F(HostileTree, WithLinksThatLeadOutSeesNothingBehindThem) {
  Shell(
      "printf inside > plain && printf outside > ../secret && ln -s ../secret up && "
      "ln -s / root && mkfifo pipe");
  const auto read = [&](const std::string& path) {
    runtime_.Inquest({"investigate", "--source", runtime_.target(), "--test",
                      "cat " + path + "; false", "--output", "json"});
    return runtime_.Inquest({"evidence", "@last", "--output", "json"}).out;
  };

  // What a run printed is evidence under its digest: the whole of what `cat` could read.
  EXPECT_NE(read("plain").find(Sha256("inside").ToHex()), std::string::npos);
  EXPECT_EQ(read("up").find(Sha256("outside").ToHex()), std::string::npos);
  EXPECT_EQ(read("root" + runtime_.target() + "/../secret").find(Sha256("outside").ToHex()),
            std::string::npos);
}

TEST_F(HostileTree, WhoseTestHangsEndsWithinItsBudget) {
  const Finished finished =
      runtime_.Inquest({"investigate", "--source", runtime_.target(), "--test", "sleep 1000",
                        "--max-wall", "3s", "--output", "json"});

  EXPECT_EQ(finished.exit_code, 5) << finished.err;
  EXPECT_NE(finished.out.find("BUDGET_EXHAUSTED"), std::string::npos) << finished.out;
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, Refused,
    testing::Values(
        BadInput{
            "NoDirectory", {"--source", "/no/such/place", "--test", "true"}, 2, "TARGET_NOT_FOUND"},
        BadInput{
            "TestPasses", {"--source", "TARGET", "--test", "true"}, 1, "TRIGGER_DOES_NOT_FAIL"},
        BadInput{"CannotStart",
                 {"--source", "TARGET", "--test", "no-such-program-here"},
                 2,
                 "TRIGGER_CANNOT_START"},
        BadInput{"BuildFails",
                 {"--source", "TARGET", "--test", "false", "--build", "exit 3"},
                 2,
                 "BUILD_FAILED"},
        BadInput{"FloodsOutput",
                 {"--source", "TARGET", "--test", "head -c 1000000000 /dev/zero; exit 1",
                  "--max-runs", "6"},
                 5,
                 "BUDGET_EXHAUSTED"}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace inquest::tests
