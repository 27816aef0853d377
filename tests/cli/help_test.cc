#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/cli/program.h"

namespace inquest::cli {
namespace {

using nlohmann::json;

std::string Read(const std::filesystem::path& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

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

TEST(Manual, HasAPageOfErrorsAndOneOfSettings) {
  const Home home;
  const std::string pages = home.path() + "/man";
  ASSERT_EQ(home.Run({"manual", pages}).exit_code, 0);

  const std::string errors = Read(pages + "/man7/inquest-errors.7");
  const std::string settings = Read(pages + "/man5/inquest-settings.5");
  const json ids = json::parse(home.Run({"help", "errors", "--json"}).out)["errors"];
  const json keys = json::parse(home.Run({"config", "show", "--json"}).out)["settings"];

  for (const json& page : ids) {
    EXPECT_NE(errors.find(".TP\n\\fB" + page["id"].get<std::string>() + "\\fR\n"),
              std::string::npos);
  }
  for (const json& setting : keys) {
    EXPECT_NE(settings.find(".TP\n\\fB" + setting["key"].get<std::string>() + "\\fR\n"),
              std::string::npos);
  }
  EXPECT_NE(Read(pages + "/man1/inquest.1").find(".BR inquest\\-errors (7)"), std::string::npos);
}

// What groff -ww and mandoc -T lint complain of, as far as these pages could have it.
TEST(Manual, UsesItsMacrosAsTheyAreMeant) {
  const std::set<std::string> known{".TH", ".SH", ".TP", ".IP", ".PP",
                                    ".BR", ".nh", ".ad", ".nf", ".fi"};
  const Home home;
  const std::string pages = home.path() + "/man";
  ASSERT_EQ(home.Run({"manual", pages}).exit_code, 0);

  int looked_at = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(pages)) {
    if (!entry.is_regular_file()) continue;
    ++looked_at;
    std::istringstream lines(Read(entry.path()));
    std::string before;
    for (std::string line; std::getline(lines, line);) {
      const std::string macro = line.substr(0, line.find(' '));
      EXPECT_FALSE(line.empty()) << entry.path();
      EXPECT_TRUE(!line.starts_with('.') || known.contains(macro)) << entry.path() << ": " << line;
      EXPECT_FALSE(macro == ".PP" && (before.starts_with(".SH") || before == ".PP"))
          << entry.path() << ": an empty paragraph after " << before;
      before = line;
    }
  }
  EXPECT_GT(looked_at, 30);
}

}  // namespace
}  // namespace inquest::cli
