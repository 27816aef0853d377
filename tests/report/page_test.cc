#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/report/render.h"
#include "tests/report/checkers.h"
#include "tests/report/dossier_fixture.h"
#include "tests/report/large_dossier.h"

namespace inquest::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t kPageBytesMax = 2 << 20;
constexpr std::size_t kPastedMax = 1 << 17;

std::string With(std::string page, const std::string& what, const std::string& instead) {
  const std::size_t at = page.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? page : page.replace(at, what.size(), instead);
}

TEST(Page, OfHostileTextIsAsGoodAsAny) {
  EXPECT_EQ(CheckPage(KeepReport("hostile.html", RenderHtml(HostileDossier()))), "");
}

// What is planted here, and found, is what the other tests of pages say is not there.
TEST(Page, IsFoundFaultyWhereItIs) {
  std::string page = RenderHtml(HostileDossier());
  page = With(page, "--soft: #57606a", "--soft: #b0b0b0");
  page = With(page, "<main>",
              "<main><img src=\"http://inquest.invalid/x.png\"><script>alert(1)</script>"
              "<a href=\"#nowhere\">there</a><p onclick=\"x()\" style=\"width:3000px\">wide</p>");

  EXPECT_THAT(
      CheckPage(KeepReport("planted.html", page)),
      AllOf(HasSubstr("light phone contrast: "), HasSubstr("axe serious color-contrast"),
            HasSubstr("axe critical image-alt"), HasSubstr("console error: "),
            HasSubstr("request: http://inquest.invalid/x.png"), HasSubstr("script: <script>"),
            HasSubstr("script: P has onclick"), HasSubstr("link: nothing is at #nowhere"),
            HasSubstr("light phone overflow: "), HasSubstr("dark desktop overflow: ")));
}

TEST(Markdown, OfTheLargestInvestigationCanBePasted) {
  const std::string markdown = RenderMarkdown(LargeDossier());

  EXPECT_LT(markdown.size(), kPastedMax);
  EXPECT_THAT(markdown, AllOf(HasSubstr("more that were tried are not shown here"),
                              HasSubstr("earlier ones"), HasSubstr("more steps are not shown")));
}

TEST(Page, OfTheLargestInvestigationIsBoundedAndSaysWhatIsLeftOut) {
  const std::string page = RenderHtml(LargeDossier());

  EXPECT_LT(page.size(), kPageBytesMax);
  EXPECT_THAT(
      page,
      AllOf(HasSubstr("more hypotheses are not shown here"),
            HasSubstr("more ideas are not shown here"),
            HasSubstr("more moments are not shown here"), HasSubstr("more runs are not shown here"),
            HasSubstr("more lines are not shown here"),
            HasSubstr("more steps of the path are not shown here"), HasSubstr("more bytes)")));
  EXPECT_EQ(CheckPage(KeepReport("large.html", page)), "");
}

}  // namespace
}  // namespace inquest::report
