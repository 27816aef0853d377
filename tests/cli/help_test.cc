#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace inquest::cli {
namespace {

using nlohmann::json;

TEST(Help, ExplainsAnIdInWhateverCase) {
  const Home home;

  const Outcome outcome = home.Run({"help", "TARGET_NOT_FOUND"});

  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_TRUE(outcome.out.starts_with("TARGET_NOT_FOUND\n\nmeaning:\n"));
  EXPECT_NE(
      outcome.out.find("what to do:\n  Give the root of the source tree with --source DIR.\n"),
      std::string::npos);
  EXPECT_NE(outcome.out.find("exit code:\n  2\n"), std::string::npos);
  EXPECT_EQ(home.Run({"help", "Target_not_found"}).out, outcome.out);
}

TEST(Help, ExplainsTheIdThatAnErrorShows) {
  const Home home;
  const std::string shown = home.Run({"show", "!"}).err;
  std::string id = shown.substr(shown.rfind("id: ") + 4);
  id.pop_back();

  const Outcome outcome = home.Run({"help", id});

  EXPECT_EQ(outcome.exit_code, 0) << shown;
  EXPECT_TRUE(outcome.out.starts_with(id + "\n")) << outcome.out;
}

TEST(Help, OfAnIdIsDataWhenJsonIsAskedFor) {
  const Outcome outcome = Home().Run({"help", "BUDGET_EXHAUSTED", "--json"});

  const json page = json::parse(outcome.out);
  EXPECT_EQ(page["id"], "BUDGET_EXHAUSTED");
  EXPECT_EQ(page["exit_code"], 5);
  EXPECT_EQ(page["related"], json({"INVESTIGATION_ENDED"}));
}

TEST(Help, ListsAllIdsAsTextAndAsData) {
  const Home home;

  const std::string text = home.Run({"help", "errors"}).out;
  const json list = json::parse(home.Run({"--output", "json", "help", "errors"}).out)["errors"];

  EXPECT_GT(list.size(), 200U);
  for (const json& page : list) {
    EXPECT_NE(text.find(page["id"].get<std::string>()), std::string::npos) << page["id"];
  }
}

TEST(Help, AnswersASlipWithWhatWasMeant) {
  const Home home;

  const Outcome id = home.Run({"help", "target_notfound"});
  const Outcome verb = home.Run({"help", "investgate"});

  EXPECT_EQ(id.exit_code, 2);
  EXPECT_NE(id.err.find("did you mean: inquest help TARGET_NOT_FOUND\n"), std::string::npos);
  EXPECT_NE(verb.err.find("did you mean: inquest help investigate\n"), std::string::npos);
  EXPECT_EQ(home.Run({"help", "zzzzzzzz"}).err.find("did you mean"), std::string::npos);
}

// A bad setting is when its page is needed.
TEST(Help, OfASettingIsThereWhenASettingIsBad) {
  Home home;
  home.environment()["INQUEST_COLOR"] = "mauve";

  EXPECT_NE(home.Run({"list"}).err.find("id: BAD_SETTING"), std::string::npos);
  EXPECT_EQ(home.Run({"help", "BAD_SETTING"}).exit_code, 0);
}

TEST(Help, CompletionOffersIdsOnceTheWordIsBegun) {
  const Home home;

  EXPECT_EQ(home.Run({"complete", "--", "help", "TARGET_NOT_F"}).out, "TARGET_NOT_FOUND\n");
  EXPECT_EQ(home.Run({"complete", "--", "help", "err"}).out, "errors\n");
  EXPECT_EQ(home.Run({"complete", "--", "help", ""}).out.find("TARGET"), std::string::npos);
}

}  // namespace
}  // namespace inquest::cli
