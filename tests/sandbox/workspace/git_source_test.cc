#include "sandbox/workspace/git_source.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cstdlib>

#include "runtime/base/fd.h"
#include "runtime/store/memory.h"
#include "sandbox/workspace/git_url.h"
#include "tests/sandbox/workspace/folder.h"

// Against real git repositories.

namespace inquest::sandbox {
namespace {

using testing::HasSubstr;

class GitSourceTest : public testing::Test {
 protected:
  GitSourceTest() {
    options_.scratch_directory = folder_.At("scratch");
    CHECK(MakeDirectories(options_.scratch_directory, 0700).ok());
    CHECK(MakeDirectories(folder_.At("repo"), 0755).ok());
    folder_.Write("repo/src/a.py", "print(1)\n");
    folder_.Write("repo/run", "#!/bin/sh\n", 0755);
    folder_.Link("repo/link", "src/a.py");
    folder_.Link("repo/out", "/etc/passwd");
    CHECK(Git("init -q -b main . && git config user.email a@b && git config user.name n && "
              "git add . && git commit -qm one && git tag -am tag v1") == 0);
    folder_.Write("repo/src/a.py", "print(2)\n");
    CHECK(Git("commit -qam two") == 0);
  }

  int Shell(const std::string& command) const {
    const std::string line = "export HOME=" + folder_.path() + " GIT_CONFIG_NOSYSTEM=1 && cd " +
                             folder_.path() + " && (" + command + ") >> log 2>&1";
    return WEXITSTATUS(std::system(line.c_str()));
  }
  int Git(const std::string& arguments) const { return Shell("cd repo && git " + arguments); }
  std::string Output(const std::string& arguments) const {
    CHECK(Git(arguments + " > ../out.txt") == 0);
    std::string text = folder_.Read("out.txt");
    return text.substr(0, text.find('\n'));
  }

  Result<Snapshot> Take(const std::string& url, const std::string& revision) {
    return SnapshotGit(url, revision, store_, options_, {});
  }
  std::string TextOf(const Result<Snapshot>& snapshot) {
    if (!snapshot.ok()) return snapshot.status().ToString();
    const TreeEntry* file = snapshot->tree.Find("src/a.py");
    return file == nullptr ? "(none)" : *store_.ReadAll(file->content.ToHex());
  }

  Folder folder_;
  store::MemoryStore store_;
  GitOptions options_;
};

TEST_F(GitSourceTest, TakesACommitATagABranchOrHeadOfALocalRepository) {
  const std::string url = "file://" + folder_.At("repo");
  const std::string first = Output("rev-parse v1^{commit}");

  EXPECT_EQ(TextOf(Take(url, "main")), "print(2)\n");
  EXPECT_EQ(TextOf(Take(url, "")), "print(2)\n");
  EXPECT_EQ(TextOf(Take(folder_.At("repo"), "v1")), "print(1)\n");
  EXPECT_EQ(TextOf(Take(url, first)), "print(1)\n");
  EXPECT_EQ(TextOf(Take(url, first.substr(0, 8))), "print(1)\n");
  EXPECT_EQ(Take(url, "v1")->commit, first);
  EXPECT_TRUE(std::filesystem::is_empty(options_.scratch_directory));
}

TEST_F(GitSourceTest, KeepsExecutablesAndLinksAndListsTheRest) {
  ASSERT_EQ(Git("update-index --add --cacheinfo 160000," + Output("rev-parse HEAD") +
                ",module && git commit -qm module && git gc -q"),
            0);
  const auto snapshot = Take(folder_.At("repo"), "main");

  ASSERT_TRUE(snapshot.ok()) << snapshot.status().message();
  EXPECT_EQ(snapshot->tree.Find("run")->kind, TreeEntry::Kind::kExecutable);
  EXPECT_EQ(snapshot->tree.Find("link")->kind, TreeEntry::Kind::kSymlink);
  EXPECT_THAT(snapshot->left_out,
              testing::ElementsAre("module: a submodule", HasSubstr("out: a symbolic link")));
}

TEST_F(GitSourceTest, RunsNothingThatIsPlantedInTheRepository) {
  const std::string plant = "touch " + folder_.At("planted");
  for (const std::string hook :
       {"post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc", "update",
        "post-merge", "pre-upload", "fsmonitor-watchman", "post-update", "pre-receive"}) {
    folder_.Write("repo/.git/hooks/" + hook, "#!/bin/sh\n" + plant + "\n", 0755);
  }
  folder_.Write("evil", "#!/bin/sh\n" + plant + "\ncat\n", 0755);
  folder_.Write("repo/.gitattributes", "* filter=evil diff=evil text=auto\n");
  folder_.Write("repo/.git/info/attributes", "* filter=evil\n");
  ASSERT_EQ(Git("add .gitattributes && git commit -qm attributes"), 0);
  const std::string evil = folder_.At("evil");
  for (const std::string key :
       {"core.fsmonitor", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
        "diff.evil.textconv", "diff.external", "core.sshCommand", "core.gitProxy", "core.askPass",
        "core.alternateRefsCommand", "uploadpack.packObjectsHook", "credential.helper",
        "core.editor", "core.pager", "gpg.program", "remote.origin.uploadpack"}) {
    ASSERT_EQ(Git("config " + key + " " + evil), 0);
  }
  folder_.Write("included", "[core]\n\tfsmonitor = " + evil +
                                "\n\thooksPath = " + folder_.At("repo") + "/.git/hooks\n");
  ASSERT_EQ(Git("config include.path " + folder_.At("included")), 0);
  ASSERT_EQ(Git("config remote.origin.url ext::" + evil +
                " && git config remote.origin.promisor true"
                " && git config extensions.partialClone origin"),
            0);
  std::filesystem::remove(folder_.At("planted"));

  const auto local = Take(folder_.At("repo"), "main");

  EXPECT_TRUE(local.ok()) << local.status().message();
  EXPECT_FALSE(folder_.Has("planted"));
  // The plant works: git itself, run there, runs it.
  (void)Git("status");
  EXPECT_TRUE(folder_.Has("planted"));
}

TEST_F(GitSourceTest, FetchesNothingLazilyForAPartialClone) {
  const std::string plant = "#!/bin/sh\ntouch " + folder_.At("planted") + "\n";
  folder_.Write("evil", plant, 0755);
  ASSERT_EQ(Git("config remote.origin.url " + folder_.At("repo") +
                " && git config remote.origin.uploadpack " + folder_.At("evil") +
                " && git config remote.origin.promisor true"
                " && git config extensions.partialClone origin"),
            0);
  const std::string blob = Output("rev-parse main:src/a.py");
  std::filesystem::remove(
      folder_.At("repo/.git/objects/" + blob.substr(0, 2) + "/" + blob.substr(2)));

  const auto snapshot = Take(folder_.At("repo"), "main");

  EXPECT_EQ(snapshot.status().reason(), "GIT_FETCH_FAILED");
  EXPECT_FALSE(folder_.Has("planted"));
  (void)Git("cat-file -p " + blob);
  EXPECT_TRUE(folder_.Has("planted"));
}

TEST_F(GitSourceTest, ReadsNoConfigurationOfTheUserAndNoGitEnvironment) {
  const std::string evil = folder_.At("evil");
  folder_.Write("evil", "#!/bin/sh\ntouch " + folder_.At("planted") + "\n", 0755);
  folder_.Write(".gitconfig", "[core]\n\tfsmonitor = " + evil + "\n\tsshCommand = " + evil +
                                  "\n[url \"ext::" + evil + " \"]\n\tinsteadOf = /\n");
  for (const char* name :
       {"GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND"}) {
    ::setenv(name, evil.c_str(), 1);
  }
  ::setenv("GIT_DIR", "/nonexistent", 1);
  ::setenv("GIT_OBJECT_DIRECTORY", "/nonexistent", 1);
  ::setenv("HOME", folder_.path().c_str(), 1);

  const auto snapshot = Take(folder_.At("repo"), "main");
  const auto ssh = Take("ssh://127.0.0.1:1/x", "main");

  for (const char* name : {"GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EXTERNAL_DIFF",
                           "GIT_PROXY_COMMAND", "GIT_DIR", "GIT_OBJECT_DIRECTORY"}) {
    ::unsetenv(name);
  }
  EXPECT_EQ(TextOf(snapshot), "print(2)\n");
  EXPECT_EQ(ssh.status().reason(), "GIT_FETCH_FAILED");
  EXPECT_FALSE(folder_.Has("planted"));
}

TEST_F(GitSourceTest, FollowsNoAlternatesAndNoLinksOfTheRepository) {
  ASSERT_EQ(Shell("git clone -q --bare --shared repo shared.git"), 0);
  EXPECT_EQ(Take(folder_.At("shared.git"), "main").status().reason(), "GIT_REVISION_NOT_FOUND");

  ASSERT_EQ(Shell("git clone -q --bare repo linked.git && mv linked.git/objects elsewhere && "
                  "ln -s ../elsewhere linked.git/objects"),
            0);
  EXPECT_FALSE(Take(folder_.At("linked.git"), "main").ok());
}

TEST_F(GitSourceTest, SaysWhatIsWrong) {
  folder_.Write("plain/file", "");
  ASSERT_EQ(Git("worktree add -q ../linked v1"), 0);

  EXPECT_EQ(Take(folder_.At("none"), "main").status().reason(), "TARGET_NOT_FOUND");
  EXPECT_THAT(Take(folder_.At("plain"), "main").status().message(), HasSubstr("no git repository"));
  EXPECT_THAT(Take(folder_.At("linked"), "main").status().message(), HasSubstr("linked worktree"));
  EXPECT_THAT(Take(folder_.At("repo"), "nothing").status().message(),
              HasSubstr("there is no commit, tag or branch nothing"));
}

TEST_F(GitSourceTest, KeepsItsLimits) {
  options_.limits.files = 2;
  EXPECT_EQ(Take(folder_.At("repo"), "main").status().reason(), "TARGET_TOO_LARGE");
  options_.limits = {};
  options_.limits.file_bytes = 5;
  EXPECT_EQ(Take(folder_.At("repo"), "main").status().reason(), "TARGET_TOO_LARGE");
  options_.limits = {};
  options_.repository_bytes = 100;
  EXPECT_EQ(Take(folder_.At("repo"), "main").status().reason(), "TARGET_TOO_LARGE");
  options_.repository_bytes = GitOptions().repository_bytes;
  options_.time_limit = std::chrono::milliseconds(0);
  EXPECT_EQ(Take(folder_.At("repo"), "main").status().reason(), "GIT_TIMED_OUT");
  EXPECT_TRUE(std::filesystem::is_empty(options_.scratch_directory));
}

// A listening socket on loopback; its port.
std::pair<Fd, int> Listen() {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  CHECK(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::listen(socket.get(), 8) == 0);
  CHECK(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return {std::move(socket), ntohs(address.sin_port)};
}

// `git daemon` for the folder, one process a connection; dies with this.
class GitServer {
 public:
  explicit GitServer(const std::string& base) {
    auto [socket, port] = Listen();
    port_ = port;
    pid_ = ::fork();
    CHECK(pid_ >= 0);
    if (pid_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (true) {
      const int connection = ::accept(socket.get(), nullptr, nullptr);
      if (connection < 0) ::_exit(1);
      if (::fork() == 0) {
        ::dup2(connection, 0);
        ::dup2(connection, 1);
        ::execlp("git", "git", "daemon", "--inetd", "--export-all", ("--base-path=" + base).c_str(),
                 nullptr);
        ::_exit(1);
      }
      ::close(connection);
    }
  }
  ~GitServer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  GitServer(const GitServer&) = delete;
  GitServer& operator=(const GitServer&) = delete;

  std::string Url(const std::string& path) const {
    return "git://127.0.0.1:" + std::to_string(port_) + '/' + path;
  }

 private:
  int port_ = 0;
  pid_t pid_ = -1;
};

TEST_F(GitSourceTest, FetchesFromAServer) {
  const std::string first = Output("rev-parse v1^{commit}");
  const GitServer server(folder_.path());
  const std::string url = server.Url("repo/.git");

  EXPECT_EQ(TextOf(Take(url, "main")), "print(2)\n");
  EXPECT_EQ(TextOf(Take(url, "v1")), "print(1)\n");
  EXPECT_EQ(TextOf(Take(url, first)), "print(1)\n");
  EXPECT_EQ(TextOf(Take(url, first.substr(0, 10))), "print(1)\n");
  EXPECT_EQ(Take(url, "nothing").status().reason(), "GIT_FETCH_FAILED");
  EXPECT_TRUE(std::filesystem::is_empty(options_.scratch_directory));
}

TEST_F(GitSourceTest, EndsAFetchFromAServerThatNeverAnswers) {
  const auto [socket, port] = Listen();
  const std::string url = "git://127.0.0.1:" + std::to_string(port) + "/x";
  options_.time_limit = std::chrono::milliseconds(300);
  EXPECT_EQ(Take(url, "main").status().reason(), "GIT_TIMED_OUT");

  options_.time_limit = std::chrono::minutes(1);
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(SnapshotGit(url, "main", store_, options_, source.get_token()).status().code(),
            Code::kCancelled);
}

TEST_F(GitSourceTest, LimitsWhatAServerMaySend) {
  ASSERT_EQ(Shell("head -c 3000000 /dev/urandom > repo/big"), 0);
  ASSERT_EQ(Git("add big && git commit -qm big"), 0);
  const GitServer server(folder_.path());
  options_.repository_bytes = 1'000'000;

  EXPECT_EQ(Take(server.Url("repo/.git"), "main").status().reason(), "TARGET_TOO_LARGE");
}

TEST(GitUrl, TakesListedTransportsOnly) {
  for (const std::string url :
       {"https://host/x", "ssh://git@host:22/x.git", "git://host/x", "file:///srv/x", "/srv/x"}) {
    EXPECT_TRUE(ParseGitUrl(url).ok()) << url;
  }
  for (const std::string url :
       {"ext::sh -c touch% x", "fd::3", "--upload-pack=touch x", "-x", "http://host/x", "host:x",
        "ssh://-oProxyCommand=x/y", "ssh://-oProxyCommand=x@host/y", "https://user:secret@host/x",
        "https://token@host/x", "https://host", "https:///x", "file://host/x", "https://h/\nx", "",
        "./x", "ssh://git@-x/y"}) {
    EXPECT_EQ(ParseGitUrl(url).status().reason(), "BAD_GIT_URL") << url;
  }
}

TEST(GitRevision, IsANameAndNeverAnOption) {
  for (const std::string good : {"main", "v1.0", "feature/x", "0123abc", "HEAD", "d\xc3\xa9v"}) {
    EXPECT_TRUE(CheckGitRevision(good).ok()) << good;
  }
  for (const std::string bad : {"-x", "--upload-pack=x", "a b", "a:b", "main^{tree}", "HEAD~1",
                                "a..b", "x@{1}", "/x", "*", "a\nb", ""}) {
    EXPECT_EQ(CheckGitRevision(bad).reason(), "BAD_GIT_REVISION") << bad;
  }
}

}  // namespace
}  // namespace inquest::sandbox
