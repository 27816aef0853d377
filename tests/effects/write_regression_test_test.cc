#include "runtime/effects/write_regression_test.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/formats/unified_diff.h"
#include "runtime/store/memory.h"
#include "sandbox/workspace/tree.h"

namespace inquest::effects {
namespace {

class WriteRegressionTestEffect : public testing::Test {
 protected:
  WriteRegressionTestEffect() {
    work_.set_language("python");
    work_.mutable_recipe()->set_shell_command("/usr/bin/python3 main.py < data/in.txt");
    work_.mutable_recipe()->mutable_oracle()->set_any_failure(true);
    work_.mutable_recipe()->mutable_oracle()->set_output_contains("KeyError: 'x'");
    AddFile("main.py");
  }

  void AddFile(const std::string& path) {
    const auto put = artifacts_.Put("print()\n", "text/plain");
    tree_.entries.push_back({.path = path,
                             .kind = sandbox::TreeEntry::Kind::kFile,
                             .content = Sha256("print()\n"),
                             .size_bytes = put->size_bytes()});
    work_.set_tree_digest(artifacts_.Put(sandbox::EncodeTree(tree_), "text/plain")->digest());
  }

  v1::RegressionTest Write() {
    auto written = WriteRegressionTest(work_, artifacts_);
    EXPECT_TRUE(written.ok()) << written.status().ToString();
    return written.ok() ? *written : v1::RegressionTest();
  }

  store::MemoryStore artifacts_;
  sandbox::Tree tree_;
  v1::WriteRegressionTest work_;
};

TEST_F(WriteRegressionTestEffect, AddsAFileThatRunsTheTriggerAndNamesTheFailure) {
  const v1::RegressionTest written = Write();

  ASSERT_FALSE(written.patch_digest().empty());
  const auto patch = formats::ParsePatch(*artifacts_.ReadAll(written.patch_digest()));
  ASSERT_TRUE(patch.ok()) << patch.status().ToString();
  ASSERT_EQ(patch->files.size(), 1U);
  EXPECT_EQ(patch->files[0].old_path, "");
  EXPECT_TRUE(patch->files[0].new_path.starts_with("tests/test_regression_"));
  EXPECT_EQ(written.command(), "/usr/bin/python3 " + patch->files[0].new_path);
  EXPECT_NE(artifacts_.ReadAll(written.patch_digest())->find("KeyError: 'x'"), std::string::npos);
}

TEST_F(WriteRegressionTestEffect, WritesNoneWhereTheTriggerRunsATestOfTheTree) {
  AddFile("test_main.py");
  work_.mutable_recipe()->set_shell_command("python3 ./test_main.py");

  EXPECT_EQ(Write().patch_digest(), "");
}

TEST_F(WriteRegressionTestEffect, WritesNoneForAnOracleThatATestCannotAsk) {
  work_.mutable_recipe()->mutable_oracle()->set_script("./judge");

  EXPECT_EQ(Write().patch_digest(), "");
}

TEST_F(WriteRegressionTestEffect, NeverTakesTheNameOfAFileOfTheTree) {
  const auto patch = formats::ParsePatch(*artifacts_.ReadAll(Write().patch_digest()));
  AddFile(patch->files[0].new_path);

  EXPECT_EQ(Write().patch_digest(), "");
}

}  // namespace
}  // namespace inquest::effects
