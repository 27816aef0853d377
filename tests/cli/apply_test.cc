// What becomes of a verified patch in a checkout, with the real git.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "tests/cli/verified_fix.h"

namespace inquest::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Apply : public VerifiedFix {
 protected:
  // A shell command in the checkout; its exit code.
  int Shell(const std::string& command) const {
    const std::string line = "cd '" + tree() + "' && " + command;
    const int status = std::system(line.c_str());  // NOLINT(cert-env33-c): our own words
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  void MakeRepository() {
    home_.environment()["GIT_AUTHOR_NAME"] = home_.environment()["GIT_COMMITTER_NAME"] = "A";
    home_.environment()["GIT_AUTHOR_EMAIL"] = home_.environment()["GIT_COMMITTER_EMAIL"] = "a@b.c";
    ASSERT_EQ(Shell("git init -q -b main && git add -A && "
                    "git -c user.name=A -c user.email=a@b.c commit -qm base"),
              0);
  }

  std::string Output(const std::string& command) const {
    EXPECT_EQ(Shell(command + " >'" + home_.path() + "/out'"), 0) << command;
    return ReadWhole(home_.path() + "/out");
  }
};

TEST_F(Apply, ChangesTheTreeAndNothingElse) {
  const Outcome applied = home_.Run({"apply", "@last", "--source", tree()});

  EXPECT_EQ(applied.exit_code, 0) << applied.err;
  EXPECT_EQ(applied.out, "");
  EXPECT_THAT(ReadWhole(tree() + "/ages.py"), HasSubstr("if age >= 18:"));
  EXPECT_EQ(Shell("/usr/bin/python3 -m unittest -q test_ages 2>/dev/null"), 0);
}

TEST_F(Apply, CommitsOnABranchWithoutHooksAndLeavesTheRestStaged) {
  MakeRepository();
  WriteFile(tree() + "/.git/hooks/pre-commit", "#!/bin/sh\ntouch ../hook-ran\n");
  WriteFile(tree() + "/other.py", "x = 1\n");
  ASSERT_EQ(Shell("chmod +x .git/hooks/pre-commit && git add other.py"), 0);

  const Outcome applied =
      home_.Run({"apply", "@last", "--source", tree(), "--branch", "fix/ages", "--commit"});

  EXPECT_EQ(applied.exit_code, 0) << applied.err;
  EXPECT_EQ(Output("git branch --show-current"), "fix/ages\n");
  EXPECT_EQ(Output("git show --format= --name-only"), "ages.py\n");
  EXPECT_THAT(Output("git log -1 --format=%B"),
              HasSubstr("Inquest-Investigation: " + std::string(result()["investigation"])));
  EXPECT_EQ(Output("git diff --cached --name-only"), "other.py\n");
  EXPECT_FALSE(std::filesystem::exists(home_.path() + "/hook-ran"));
}

TEST_F(Apply, ToAnotherTreeChangesNothing) {
  WriteFile(tree() + "/ages.py", "def adult(age):\n    return age > 18\n");

  const Outcome applied = home_.Run({"apply", "@last", "--source", tree()});

  EXPECT_EQ(applied.exit_code, 2);
  EXPECT_THAT(applied.err, HasSubstr("APPLY_FAILED"));
  EXPECT_EQ(ReadWhole(tree() + "/ages.py"), "def adult(age):\n    return age > 18\n");
}

TEST_F(VerifiedFix, IsReportedInTheFormatOfTheFilesName) {
  const std::string file = home_.path() + "/report.html";

  EXPECT_EQ(home_.Run({"report", "@last", "-o", file}).exit_code, 0);

  EXPECT_THAT(ReadWhole(file), HasSubstr("<!DOCTYPE html>"));
  EXPECT_EQ(
      nlohmann::json::parse(home_.Run({"report", "@last", "--format", "sarif"}).out)["version"],
      "2.1.0");
}

TEST_F(VerifiedFix, IsOfferedToShells) {
  const std::string id = result()["investigation"];

  EXPECT_EQ(home_.Run({"complete", "--", "sh"}).out, "show\n");
  EXPECT_EQ(home_.Run({"complete", "--", "report", "--form"}).out, "--format\n");
  EXPECT_EQ(home_.Run({"complete", "--", "show", ""}).out, "@last\n" + id + "\n");
  EXPECT_THAT(home_.Run({"complete", "--", ""}).out, Not(HasSubstr("complete\n")));
  EXPECT_EQ(Home().Run({"complete", "--", "show", ""}).out, "@last\n") << "and starts no daemon";
}

TEST(Completion, IsASyntacticallyRightBashScript) {
  const Home home;
  WriteFile(home.path() + "/script", home.Run({"completion", "bash"}).out);

  const std::string line = "bash -n '" + home.path() + "/script'";
  EXPECT_EQ(std::system(line.c_str()), 0);  // NOLINT(cert-env33-c): our own words
}

TEST(Demo, VerifiesAFixAndLeavesAReport) {
  const Home home;

  const Outcome demo = home.Run({"demo"});

  EXPECT_EQ(demo.exit_code, 0) << demo.err;
  EXPECT_THAT(demo.out, HasSubstr("VERIFIED_FIX"));
  EXPECT_THAT(ReadWhole(home.path() + "/state/inquest/demo.html"), HasSubstr("<!DOCTYPE html>"));
}

}  // namespace
}  // namespace inquest::cli
