#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "runtime/base/id.h"
#include "sandbox/environment/tool_check.h"
#include "sandbox/environment/toolchains.h"
#include "sandbox/process/doctor.h"

namespace inquest::sandbox {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// A home directory with things to find, and things that must stay hidden.
class ToolchainsTest : public testing::Test {
 protected:
  ToolchainsTest() : home_("/var/tmp/inquest-home-" + NewId()) {
    sources_.home = home_;
    sources_.tree_file = [this](const std::string& path) -> std::optional<std::string> {
      const auto found = tree_.find(path);
      return found == tree_.end() ? std::nullopt : std::optional(found->second);
    };
    sources_.tree_has_folder = [](const std::string&) { return false; };
    Make(".pyenv/shims/python3");
    Make(".pyenv/version", "3.11.7\n");
    for (const char* version : {"3.11.7", "3.12.1", "3.12.10"}) {
      const std::string root = std::string(".pyenv/versions/") + version;
      Make(root + "/bin/python3");
      Make(root + "/include/Python.h");
      Make(root + "/lib/os.py");
    }
  }
  ~ToolchainsTest() override { std::filesystem::remove_all(home_); }

  void Make(const std::string& path, const std::string& text = "") {
    const std::filesystem::path file = home_ + "/" + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::string Pyenv(const std::string& version) { return home_ + "/.pyenv/versions/" + version; }

  const std::string home_;
  ToolSources sources_;
  std::map<std::string, std::string> tree_;
};

TEST_F(ToolchainsTest, AShimBecomesTheGlobalVersion) {
  sources_.path = home_ + "/.pyenv/shims:/usr/bin";

  const Toolchains found = FindToolchains(sources_);

  EXPECT_EQ(found.path.at(0), Pyenv("3.11.7") + "/bin");
  EXPECT_EQ(found.path.at(1), "/usr/bin");
  EXPECT_THAT(found.bound, ElementsAre(Pyenv("3.11.7")));
}

TEST_F(ToolchainsTest, TheTreesOwnVersionWinsAndItsPrefixIsTheNewestInstalled) {
  sources_.path = home_ + "/.pyenv/shims";
  tree_[".python-version"] = "3.12\n";
  EXPECT_THAT(FindToolchains(sources_).bound, ElementsAre(Pyenv("3.12.10")));

  sources_.environment["PYENV_VERSION"] = "3.12.1";
  EXPECT_THAT(FindToolchains(sources_).bound, ElementsAre(Pyenv("3.12.1")));
}

TEST_F(ToolchainsTest, AVersionThatClimbsOutIsNotFollowed) {
  sources_.path = home_ + "/.pyenv/shims";
  tree_[".python-version"] = "../../.ssh\n";
  Make(".ssh/bin/python3");

  EXPECT_THAT(FindToolchains(sources_).bound, ElementsAre(Pyenv("3.11.7")));
}

TEST_F(ToolchainsTest, HomesAndFoldersThatHoldMoreThanToolsStayHidden) {
  Make(".local/bin/tool");
  Make(".local/lib/secret");
  Make("bin/tool");
  Make("lib/secret");
  sources_.path = home_ + "/.local/bin:" + home_ + "/bin:" + home_;
  sources_.tool_paths = {"/", home_, "/etc", "/root"};

  const Toolchains found = FindToolchains(sources_);

  EXPECT_THAT(found.bound, ElementsAre(home_ + "/.local/bin", home_ + "/bin"));
}

TEST_F(ToolchainsTest, AVirtualEnvironmentBringsThePythonThatItIsMadeOf) {
  Make("project/.venv/pyvenv.cfg", "home = " + Pyenv("3.12.1") + "/bin\n");
  Make("project/.venv/bin/pytest");
  sources_.path = home_ + "/project/.venv/bin";

  EXPECT_THAT(FindToolchains(sources_).bound,
              ElementsAre(home_ + "/project/.venv", Pyenv("3.12.1")));
}

TEST_F(ToolchainsTest, ATreesConfigurationCannotShowAFolderThatIsNoPython) {
  Make("project/bin/tool");
  Make("project/lib/secret");
  tree_["venv/pyvenv.cfg"] = "home = " + home_ + "/project/bin\n";

  const Toolchains found = FindToolchains(sources_);

  EXPECT_THAT(found.bound, IsEmpty());
  EXPECT_THAT(found.path, Contains("/workspace/venv/bin"));
}

TEST(PlainTool, IsTheFirstPlainWordOfACommand) {
  EXPECT_EQ(PlainTool("pytest -q"), "pytest");
  EXPECT_EQ(PlainTool("  A=1 B=x python3.11 -m x; other"), "python3.11");
  for (const char* unknown :
       {"", "cd x && y", "$TOOL", "./run", "\"my tool\"", "f() { x; }", "(x)", "A=\"b c\" x"}) {
    EXPECT_EQ(PlainTool(unknown), std::nullopt) << unknown;
  }
}

TEST(Doctor, NamesEveryLayerAndWhatToDoWhenOneIsMissing) {
  const auto checks = CheckHost("/nonexistent/inquest-run");

  std::vector<std::string> ids;
  for (const HostCheck& check : checks) {
    ids.push_back(check.id);
    EXPECT_EQ(check.remediation.empty(), check.result == CheckResult::kOk) << check.id;
  }
  EXPECT_THAT(ids, ElementsAre("inquest-run", "bwrap", "userns", "seccomp", "cgroups", "landlock",
                               "overlay"));
  EXPECT_EQ(checks[0].result, CheckResult::kFail);
}

}  // namespace
}  // namespace inquest::sandbox
