// What a person carries away of a proof, with the real programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "runtime/base/digest.h"
#include "tests/cli/bundle_tools.h"
#include "tests/cli/verified_fix.h"

namespace inquest::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Puts other bytes in the place of an artifact, everywhere: whatever names the old digest names the
// new one then, and so on for what that changes.
void Swap(Files& files, const std::string& digest, const std::string& bytes) {
  std::map<std::string, std::string> renamed = {{digest, Sha256(bytes).ToHex()}};
  for (auto& [path, content] : files) {
    if (path == "artifacts/" + digest) content = bytes;
  }
  while (!renamed.empty()) {
    const auto [from, to] = *renamed.begin();
    renamed.erase(renamed.begin());
    for (auto& [path, content] : files) {
      if (path == "artifacts/" + from) {
        path = "artifacts/" + to;
        continue;
      }
      const std::string before = content;
      Replace(content, from, to);
      if (content != before && path.starts_with("artifacts/")) {
        renamed[path.substr(10)] = Sha256(content).ToHex();
      }
    }
  }
  MakeChain(files);
}

class Certify : public VerifiedFix {
 protected:
  void SetUp() override {
    VerifiedFix::SetUp();
    ASSERT_EQ(home_.Run({"export", "@last", "-o", Bundle()}).exit_code, 0);
  }

  std::string Bundle() const { return home_.path() + "/proof.inquest"; }
};

TEST_F(Certify, HoldsInAnotherPlaceWithoutItsStore) {
  const Home elsewhere;

  const Outcome certified = elsewhere.Run({"certify", Bundle()});

  EXPECT_EQ(certified.exit_code, 0) << certified.err;
  EXPECT_THAT(certified.out, HasSubstr("CERTIFIED"));
  EXPECT_THAT(certified.out, HasSubstr(result()["certificate"]["fix"]["patch_digest"]));
  EXPECT_EQ(elsewhere.Daemon(), 0) << "the daemon of the proof is gone";
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere.path() + "/data")) << "and so is its store";
}

TEST_F(Certify, FailsForAPatchThatDoesNothingHoweverWellItIsHashed) {
  Files files = Unpack(ReadWhole(Bundle()));
  Swap(files, result()["certificate"]["fix"]["patch_digest"],
       "--- a/ages.py\n+++ b/ages.py\n@@ -1,4 +1,5 @@\n def adult(age):\n+    # fixed\n"
       "     if age > 18:\n         return True\n     return False\n");
  WriteFile(Bundle(), Pack(files));
  ASSERT_EQ(Home().Run({"import", Bundle()}).exit_code, 0) << "its hashes are all right";

  const Outcome certified = Home().Run({"certify", Bundle()});

  EXPECT_EQ(certified.exit_code, 1) << certified.out;
  EXPECT_THAT(certified.err, HasSubstr("PROOF_FAILED"));
}

TEST_F(Certify, CountsWithheldOutputsAndNeverCallsThemVerified) {
  ASSERT_EQ(home_.Run({"export", "@last", "--withhold-outputs", "-o", Bundle()}).exit_code, 0);
  const Home elsewhere;

  const Outcome certified = elsewhere.Run({"certify", Bundle()});

  EXPECT_EQ(certified.exit_code, 0) << certified.err;
  EXPECT_THAT(certified.out, HasSubstr("what they hold is not verified"));
}

TEST_F(Certify, RemovesWhatAKilledOneHasLeft) {
  const Home elsewhere;
  const std::string left = elsewhere.path() + "/data/inquest-private-killed";
  WriteFile(left + "/data/trees/a", "of a proof that was killed");

  EXPECT_EQ(elsewhere.Run({"certify", Bundle()}).exit_code, 0);

  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(Certify, RefusesWhatClaimsNoFixAndWhatIsNoBundle) {
  WriteFile(home_.path() + "/junk", "junk");

  EXPECT_THAT(home_.Run({"certify", home_.path() + "/junk"}).err, HasSubstr("BAD_BUNDLE"));
  EXPECT_EQ(home_.Run({"certify", "/nowhere"}).exit_code, 2);
}

TEST_F(Certify, ABundleIsTakenInElsewhereAndShown) {
  const Home elsewhere;

  const Outcome imported = elsewhere.Run({"import", Bundle()});

  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  const std::string id = result()["investigation"];
  EXPECT_EQ(imported.out, id + "\n");
  EXPECT_EQ(elsewhere.Run({"patch", id}).out, result()["patch"]);
  EXPECT_THAT(elsewhere.Run({"report", id}).out, HasSubstr("**VERIFIED_FIX, imported**"));
  EXPECT_THAT(elsewhere.Run({"import", Bundle()}).err, HasSubstr("it was here already"));
}

}  // namespace
}  // namespace inquest::cli
