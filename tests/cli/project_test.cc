#include "runtime/cli/project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/cli/temporary_folder.h"

namespace inquest::cli {
namespace {

class Project : public testing::Test {
 protected:
  void SetUp() override { tree_.Write(".inquest/project.yaml", "test: ./repro.sh\n"); }

  ProjectFiles Read() const {
    auto project = ReadProject(tree_.path());
    EXPECT_TRUE(project.ok() && project->has_value()) << project.status().message();
    return project.ok() && project->has_value() ? **std::move(project) : ProjectFiles();
  }
  bool Trusted() const { return *IsTrusted(paths_, Read()); }

  const TemporaryFolder tree_;
  const TemporaryFolder config_;
  const Paths paths_{.data = "", .config = config_.path(), .state = "", .socket = "", .log = ""};
};

TEST_F(Project, IsTrustedAsItWasShownAndNotAfterAnyChange) {
  EXPECT_FALSE(Trusted());
  ASSERT_TRUE(Trust(paths_, Read()).ok());
  EXPECT_TRUE(Trusted());

  tree_.Write(".inquest/project.yaml", "test: ./repro.sh \n");
  EXPECT_FALSE(Trusted());
  tree_.Write(".inquest/project.yaml", "test: ./repro.sh\n");
  EXPECT_TRUE(Trusted());
  tree_.Write(".inquest/more.yaml", "");
  EXPECT_FALSE(Trusted());
  std::filesystem::rename(tree_.path() + "/.inquest/more.yaml",
                          tree_.path() + "/.inquest/certificates");
  EXPECT_TRUE(Trusted()) << "certificates are believed nothing";
}

TEST_F(Project, BytesCannotMoveBetweenNamesAndFiles) {
  tree_.Write(".inquest/a", "bc");
  const Digest one = Read().digest;
  std::filesystem::remove(tree_.path() + "/.inquest/a");
  tree_.Write(".inquest/ab", "c");

  EXPECT_NE(Read().digest, one);
}

TEST_F(Project, AnotherTreeWithTheSameBytesIsAnotherTree) {
  ASSERT_TRUE(Trust(paths_, Read()).ok());
  const TemporaryFolder other;
  other.Write(".inquest/project.yaml", "test: ./repro.sh\n");

  EXPECT_FALSE(*IsTrusted(paths_, **ReadProject(other.path())));
}

TEST_F(Project, TrustIsTakenBack) {
  ASSERT_TRUE(Trust(paths_, Read()).ok());
  const TemporaryFolder other;
  other.Write(".inquest/project.yaml", "");
  ASSERT_TRUE(Trust(paths_, **ReadProject(other.path())).ok());

  EXPECT_TRUE(*Distrust(paths_, tree_.path()));
  EXPECT_FALSE(*Distrust(paths_, tree_.path()));

  EXPECT_FALSE(Trusted());
  EXPECT_TRUE(*IsTrusted(paths_, **ReadProject(other.path())));
}

TEST_F(Project, LinksAndOtherThingsAreRefusedWithoutWaiting) {
  const std::string folder = tree_.path() + "/.inquest/";
  std::filesystem::create_symlink("/etc/passwd", folder + "link");
  EXPECT_EQ(ReadProject(tree_.path()).status().reason(), "BAD_PROJECT");
  std::filesystem::remove(folder + "link");
  ASSERT_EQ(::mkfifo((folder + "pipe").c_str(), 0600), 0);
  EXPECT_EQ(ReadProject(tree_.path()).status().reason(), "BAD_PROJECT");
  std::filesystem::remove(folder + "pipe");
  tree_.Write(".inquest/large", std::string((64 << 10) + 1, 'x'));
  EXPECT_EQ(ReadProject(tree_.path()).status().reason(), "BAD_PROJECT");
  std::filesystem::remove(folder + "large");
  EXPECT_TRUE(ReadProject(tree_.path()).ok());

  const TemporaryFolder linked;
  std::filesystem::create_symlink(tree_.path() + "/.inquest", linked.path() + "/.inquest");
  EXPECT_EQ(ReadProject(linked.path()).status().reason(), "BAD_PROJECT");
}

TEST_F(Project, CannotSayWhichDaemonIsAsked) {
  tree_.Write(".inquest/project.yaml", "socket: /tmp/mine\n");

  EXPECT_EQ(SettingsOf(Read()).status().reason(), "BAD_SETTING");
}

TEST_F(Project, ATreeWithoutOneHasNone) {
  const TemporaryFolder plain;
  plain.Write(".inquest/certificates/a.inquest", "bundle");

  const auto project = ReadProject(plain.path());

  ASSERT_TRUE(project.ok());
  EXPECT_FALSE(project->has_value());
}

}  // namespace
}  // namespace inquest::cli
