#include "runtime/report/render.h"

#include <expat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/report/claims.h"
#include "tests/report/dossier_fixture.h"

namespace inquest::report {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

bool IsHarmless(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\x1b' || c == '\x7f' || c == '\r'; }) &&
         text.find("\u202e") == std::string::npos;
}

TEST(RenderHtml, HoldsNoMarkupOfOthersAndNothingThatIsFetchedOrRun) {
  const std::string html = RenderHtml(HostileDossier());

  EXPECT_TRUE(IsHarmless(html));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, Not(HasSubstr("https://")));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)"));
}

TEST(RenderHtml, LinksEveryClaimToRunsThatAreThere) {
  const std::string html = RenderHtml(HostileDossier());

  std::size_t links = 0;
  for (std::size_t at = html.find("href=\"#"); at != std::string::npos;
       at = html.find("href=\"#", at + 1)) {
    const std::size_t begin = at + 7;
    const std::string id = html.substr(begin, html.find('"', begin) - begin);
    EXPECT_THAT(html, HasSubstr("id=\"" + id + "\"")) << id;
    ++links;
  }
  EXPECT_GE(links, 12U) << "six runs of the proof, for two claims at least";
}

TEST(RenderHtml, MarksTheFaultyLine) {
  EXPECT_THAT(RenderHtml(HostileDossier()), HasSubstr("class=\"hit\">    3 &gt;     return 1"));
}

TEST(RenderHtml, OfAnOpenInvestigationSaysThatItGoesOn) {
  Dossier dossier;
  dossier.investigation.set_state(v1::STATE_RUNNING);
  dossier.investigation.mutable_target()->set_test_command("make check");

  EXPECT_THAT(RenderHtml(dossier), HasSubstr("The investigation goes on."));
  dossier.investigation.set_state(v1::STATE_PAUSED);
  EXPECT_THAT(RenderHtml(dossier), HasSubstr("The investigation is paused."));
}

TEST(RenderMarkdown, MentionsNobodyAndClosesNoFence) {
  const std::string markdown = RenderMarkdown(HostileDossier());

  EXPECT_TRUE(IsHarmless(markdown));
  EXPECT_THAT(markdown.substr(0, markdown.find("## The proof")), Not(HasSubstr("@someone")))
      << "in code it tells nobody";
  EXPECT_THAT(markdown, Not(HasSubstr("\n<script")));
  EXPECT_THAT(markdown, HasSubstr("````diff\n")) << "the patch holds three backquotes";
}

TEST(RenderJson, HasTheDocumentedKeys) {
  const json report = json::parse(RenderJson(HostileDossier()));

  EXPECT_EQ(report["schema_version"], 1);
  EXPECT_EQ(report["outcome"], "VERIFIED_FIX");
  EXPECT_EQ(report["summary"].size(), 2U);
  EXPECT_EQ(report["proof"][0]["effect_ids"], json({10, 13, 11, 14, 12, 15}));
  EXPECT_EQ(report["journal"]["chain"], std::string(64, 'c'));
}

TEST(RenderSarif, SaysWhereTheCauseIsAndHowItIsFixed) {
  const json log = json::parse(RenderSarif(HostileDossier()));

  EXPECT_EQ(log["version"], "2.1.0");
  const json result = log["runs"][0]["results"][0];
  EXPECT_EQ(result["ruleId"], log["runs"][0]["tool"]["driver"]["rules"][0]["id"]);
  const json place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "shop/price%20list.py");
  EXPECT_EQ(place["region"]["startLine"], 3);
  EXPECT_EQ(place["region"]["endLine"], 4);
  EXPECT_EQ(place["region"]["snippet"]["text"], "    return 1\n    pass\n");
  EXPECT_EQ(place["contextRegion"]["startLine"], 2);
  EXPECT_EQ(place["contextRegion"]["endLine"], 4);
  const json replacement = result["fixes"][0]["artifactChanges"][0]["replacements"][0];
  EXPECT_EQ(replacement["deletedRegion"]["startLine"], 3);
  EXPECT_EQ(replacement["deletedRegion"]["endLine"], 4);
  EXPECT_EQ(replacement["insertedContent"]["text"], "    return 2\n    # ```<b>\n");
  EXPECT_EQ(result["codeFlows"][0]["threadFlows"][0]["locations"].size(), 1U);
}

TEST(RenderJunit, IsWellFormedAndFailsOnlyWithoutAVerifiedFix) {
  Dossier dossier = HostileDossier();
  const auto failures = [&] {
    const std::string xml = RenderJunit(dossier);
    XML_Parser parser = XML_ParserCreate(nullptr);
    EXPECT_EQ(XML_Parse(parser, xml.data(), static_cast<int>(xml.size()), 1), XML_STATUS_OK);
    XML_ParserFree(parser);
    const std::size_t at = xml.find("failures=\"") + 10;
    return xml.substr(at, 1);
  };

  EXPECT_EQ(failures(), "0");
  dossier.investigation.set_outcome(v1::OUTCOME_REPRODUCED);
  EXPECT_EQ(failures(), "1");
}

TEST(Summary, OfAVerifiedFixCountsItsRuns) {
  Dossier dossier = HostileDossier();
  dossier.hypotheses[0].set_mechanism(
      "the condition at a.py:3 is wrong (ValueError: no): it ran in all failing tests");
  dossier.hypotheses[0].mutable_location()->set_path("a.py");
  dossier.investigation.mutable_fix()->set_description("replace 1 by 2");

  EXPECT_THAT(Summary(dossier),
              ElementsAre("The condition at a.py:3 is wrong (ValueError: no).",
                          "Fixed: replace 1 by 2; without it 2 of 2 runs failed, with it 0 of 2, "
                          "and 2 of 2 again when it was taken back."));
}

TEST(ProofClaims, SayHowLikelyLuckWas) {
  const std::vector<Claim> claims = ProofClaims(HostileDossier());

  // 0.1 squared.
  EXPECT_THAT(claims[0].text, HasSubstr("with probability 1.0 % at most"));
  EXPECT_THAT(claims[0].effect_ids, ElementsAre(10, 13, 11, 14, 12, 15));
}

}  // namespace
}  // namespace inquest::report
