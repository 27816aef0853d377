#include "tests/cli/program.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace inquest::cli {
namespace {

using nlohmann::json;

TEST(Program, WithoutAVerbShowsTheHelpAndIsAUsageError) {
  const Outcome outcome = Home().Run({});

  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("investigate"), std::string::npos);
}

TEST(Program, HelpGoesToStdoutAndNamesTheExitCodes) {
  const Outcome outcome = Home().Run({"--help"});

  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_NE(outcome.out.find("exit codes:"), std::string::npos);
}

TEST(Program, EveryVerbHasHelpThatBeginsWithExamples) {
  const Home home;
  for (const char* verb :
       {"investigate", "list", "show", "watch", "evidence", "hypotheses", "patch", "resume",
        "pause", "cancel", "fork", "steer", "doctor", "version", "help"}) {
    const Outcome outcome = home.Run({"help", verb});

    EXPECT_EQ(outcome.exit_code, 0) << verb;
    EXPECT_TRUE(outcome.out.starts_with(std::string("examples:\n  inquest ") + verb)) << verb;
    EXPECT_EQ(home.Run({verb, "--help"}).out, outcome.out) << verb;
  }
}

TEST(Program, ASlipOfTheFingerIsAnsweredWithTheVerbThatWasMeant) {
  const Outcome outcome = Home().Run({"investgate", "--source", "."});

  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("did you mean: inquest investigate"), std::string::npos);
}

TEST(Program, WrongUsageSaysWhatIsWrong) {
  const Home home;

  EXPECT_EQ(home.Run({"investigate", "--source", "."}).exit_code, 2);
  EXPECT_EQ(home.Run({"investigate", "--test", "false"}).exit_code, 2);
  EXPECT_EQ(home.Run({"watch"}).exit_code, 2);
  EXPECT_EQ(home.Run({"list", "--limit", "-1"}).exit_code, 2);
  EXPECT_EQ(home.Run({"list", "--no-such-option"}).exit_code, 2);
  EXPECT_NE(home.Run({"investigate", "--source", ".", "--test", "false", "--max-wall", "10"})
                .err.find("is not a duration"),
            std::string::npos);
}

TEST(Program, ADirectoryThatIsNotThereIsNamed) {
  const Outcome outcome =
      Home().Run({"investigate", "--source", "/nonexistent", "--test", "false"});

  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("there is no directory '/nonexistent'"), std::string::npos);
  EXPECT_NE(outcome.err.find("id: TARGET_NOT_FOUND"), std::string::npos);
}

TEST(Program, AnErrorIsAnObjectWhenJsonIsAskedFor) {
  const Outcome outcome =
      Home().Run({"investigate", "--source", "/nonexistent", "--test", "false", "--json"});

  EXPECT_EQ(json::parse(outcome.out)["error"]["id"], "TARGET_NOT_FOUND");
}

TEST(Program, TellsItsVersionToScripts) {
  const json object = json::parse(Home().Run({"version", "--json"}).out);

  for (const char* key : {"version", "commit", "build", "proto", "schema"}) {
    EXPECT_TRUE(object.contains(key)) << key;
  }
}

TEST(Program, DataIsFreeOfColoursUnlessTheyAreForced) {
  Home home;

  const Outcome outcome = home.Run({"show", "!"});

  EXPECT_EQ(outcome.err.find('\x1b'), std::string::npos);
  EXPECT_NE(home.Run({"--color", "always", "show", "!"}).err.find("\x1b[31m"), std::string::npos);
  home.environment()["CLICOLOR_FORCE"] = "1";
  EXPECT_NE(home.Run({"show", "!"}).err.find("\x1b[31m"), std::string::npos);
  EXPECT_EQ(home.Run({"--color", "never", "show", "!"}).err.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace inquest::cli
