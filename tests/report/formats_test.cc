#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/report/junit.h"
#include "runtime/report/render.h"
#include "runtime/report/sarif.h"
#include "tests/report/checkers.h"
#include "tests/report/dossier_fixture.h"

namespace inquest::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Formats, OfHostileTextAreValid) {
  const Dossier dossier = HostileDossier();

  EXPECT_EQ(CheckFormats({KeepReport("formats-hostile.html", RenderHtml(dossier)),
                          KeepReport("formats-hostile.sarif", RenderSarif(dossier))}),
            "");
  EXPECT_EQ(CheckJunit(KeepReport("formats-hostile.xml", RenderJunit(dossier))), "");
}

TEST(Formats, OfAnInvestigationThatJustBeganAreValid) {
  Dossier dossier;
  dossier.investigation.set_name("investigations/abcdefghijklmnopqrst");
  dossier.investigation.set_state(v1::STATE_RUNNING);

  EXPECT_EQ(CheckFormats({KeepReport("new.html", RenderHtml(dossier)),
                          KeepReport("new.sarif", RenderSarif(dossier))}),
            "");
  EXPECT_EQ(CheckJunit(KeepReport("new.xml", RenderJunit(dossier))), "");
}

TEST(Formats, ThatAreNotValidAreFound) {
  const Dossier dossier = HostileDossier();
  nlohmann::json log = nlohmann::json::parse(RenderSarif(dossier));
  log["runs"][0]["results"][0]["level"] = "fatal";
  log["runs"][0]["results"][0]["ruleId"] = "other";
  log["runs"][0]["tool"]["driver"].erase("name");
  std::string html = RenderHtml(dossier);
  html.replace(html.find("<h1>"), 4, "<h1 id=\"proof\"><table><p>");
  std::string xml = RenderJunit(dossier);
  xml.replace(xml.find("<testcase "), 10, "<testcase tests=\"many\" ");

  EXPECT_THAT(CheckFormats({KeepReport("planted-formats.html", html),
                            KeepReport("planted-formats.sarif", log.dump())}),
              AllOf(HasSubstr("no-dup-id"), HasSubstr("close-order"),
                    HasSubstr("/runs/0/results/0/level: must be equal to one of"),
                    HasSubstr("there is no rule other"),
                    HasSubstr("driver: must have required property 'name'")));
  EXPECT_THAT(CheckJunit(KeepReport("planted-formats.xml", xml)),
              HasSubstr("The attribute 'tests' is not allowed"));
}

}  // namespace
}  // namespace inquest::report
