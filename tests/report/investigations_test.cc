#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/verified_fix.h"
#include "tests/report/checkers.h"

namespace inquest::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Investigated : public testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) const {
    cli::WriteFile(home_.path() + "/target/" + path, text);
  }

  void Investigate(const std::string& test, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"investigate", "--source", home_.path() + "/target",
                                       "--test", test};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const cli::Outcome outcome = home_.Run(arguments);
    EXPECT_THAT(outcome.exit_code, testing::AnyOf(0, 1)) << outcome.out << outcome.err;
  }

  // Reports it in all formats that something can check, and gives the page.
  std::string Check(const std::string& name) const {
    std::string page;
    std::vector<std::string> files;
    for (const std::string ending : {"html", "sarif", "xml"}) {
      files.push_back(KeepReport(name + "." + ending, ""));
      EXPECT_EQ(home_.Run({"report", "@last", "-o", files.back()}).exit_code, 0);
      page = ending == "html" ? cli::ReadWhole(files.back()) : page;
    }
    EXPECT_EQ(CheckPage(files[0]), "");
    EXPECT_EQ(CheckFormats({files[0], files[1]}), "");
    EXPECT_EQ(CheckJunit(files[2]), "");
    return page;
  }

  const cli::Home home_;
};

TEST_F(Investigated, ToAVerifiedFixIsReportedWell) {
  Write("ages.py", "def adult(age):\n    if age > 18:\n        return True\n    return False\n");
  Write("test_ages.py",
        "import unittest\nfrom ages import adult\n\n\nclass Ages(unittest.TestCase):\n"
        "    def test_child(self):\n        self.assertFalse(adult(17))\n\n"
        "    def test_old(self):\n        self.assertTrue(adult(60))\n\n"
        "    def test_edge(self):\n        self.assertTrue(adult(18))\n");
  Investigate("/usr/bin/python3 -m unittest -q test_ages");

  EXPECT_THAT(Check("verified"),
              AllOf(HasSubstr("Verified fix</p>"), HasSubstr("class=\"hit\""),
                    HasSubstr("with probability"), HasSubstr("patch taken back"),
                    HasSubstr("How execution got to the failure"), HasSubstr("tried 1st"),
                    HasSubstr("href=\"#bytes-"), HasSubstr("<mark id=\"bytes-")));
}

TEST_F(Investigated, ToAQuestionIsReportedWell) {
  Write("fee.py", "def fee(total):\n    return total - 2\n");
  Write("test_fee.py",
        "import unittest\nfrom fee import fee\n\n\nclass FeeTest(unittest.TestCase):\n"
        "    def test_two(self):\n        self.assertEqual(fee(2), 4)\n");
  Investigate("/usr/bin/python3 -m unittest -q test_fee");

  EXPECT_THAT(Check("question"), AllOf(HasSubstr("A question for a person"),
                                       HasSubstr("This patch is not verified here.")));
}

// No small change helps, and all that the target says is hostile.
TEST_F(Investigated, InVainAndHostileIsReportedWell) {
  Write("greet.py",
        "def greet(name):\n    title = '<b onclick=alert(1)>'\n    return title + name\n");
  Write("test_greet.py",
        "import unittest\nfrom greet import greet\n\n\nclass Greet(unittest.TestCase):\n"
        "    def test_title(self):\n"
        "        print('<script>alert(1)</script> \\x1b[31m \\u202e' + 'x' * 1000000)\n"
        "        self.assertEqual(greet('<img src=x onerror=alert(1)>'), '</pre><script>')\n");
  Investigate("/usr/bin/python3 -m unittest -q test_greet",
              {"--title", "</title><script>alert(1)</script> `<img src=http://a.invalid/>`"});

  EXPECT_THAT(Check("in-vain"), AllOf(HasSubstr("class=\"refuted\""), HasSubstr("tried 2nd"),
                                      Not(HasSubstr("<script"))));
}

}  // namespace
}  // namespace inquest::report
