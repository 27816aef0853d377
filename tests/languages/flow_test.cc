#include "runtime/languages/flow.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "runtime/languages/language.h"

namespace inquest::languages {
namespace {

const LinesRan kAllRan = [](int, int) { return true; };

// "transformation total 4", in the order of the lines.
std::vector<std::string> Shown(const std::vector<Flow>& flows) {
  constexpr const char* kWords[] = {"source", "transformation", "store", "use"};
  std::vector<std::string> shown;
  for (const Flow& flow : flows) {
    shown.push_back(std::string(kWords[static_cast<int>(flow.kind)]) + " " + flow.name + " " +
                    std::to_string(flow.first_line));
  }
  return shown;
}

LineReading Read(const char* language, const std::string& text, int line,
                 const LinesRan& ran = kAllRan) {
  auto reading = FindLanguage(language)->ReadLine(text, line, ran);
  EXPECT_TRUE(reading.ok()) << reading.status().ToString();
  return reading.ok() ? *reading : LineReading{};
}

using Lines = std::vector<std::string>;

TEST(ReadLine, OfPythonFollowsValuesToParametersConstantsAndCalls) {
  const LineReading reading = Read("python",
                                   "RATE = 19\n"                          // 1
                                   "class Invoice:\n"                     // 2
                                   "    def total(self, order):\n"        // 3
                                   "        net = sum_of(order)\n"        // 4
                                   "        self.cache[order] = net\n"    // 5
                                   "        net += 5\n"                   // 6
                                   "        unused = net\n"               // 7
                                   "        return net * RATE // 100\n",  // 8
                                   8);

  EXPECT_EQ(reading.function, "Invoice.total");
  EXPECT_EQ(Shown(reading.flows),
            (Lines{"source RATE 1", "source order 3", "transformation net 4", "store net 5",
                   "transformation net 6", "use net 8", "use RATE 8"}));
  EXPECT_EQ(reading.calls, (Lines{"sum_of"}));
}

TEST(ReadLine, OfPythonFindsWhoElseSetsAField) {
  const LineReading reading = Read("python",
                                   "class Cart:\n"                      // 1
                                   "    def __init__(self):\n"          // 2
                                   "        self.items = []\n"          // 3
                                   "    def add(self, item):\n"         // 4
                                   "        self.items.append(item)\n"  // 5
                                   "    def first(self):\n"             // 6
                                   "        return self.items[0]\n",    // 7
                                   7);

  EXPECT_EQ(Shown(reading.flows), (Lines{"source self.items 3", "transformation self.items 5",
                                         "source self 6", "use self.items 7"}));
}

TEST(ReadLine, LeavesOutCodeThatDidNotRun) {
  const std::string text =
      "def f(a):\n"      // 1
      "    b = a\n"      // 2
      "    if a:\n"      // 3
      "        b = 0\n"  // 4
      "    return 1 / b\n";
  const LineReading reading =
      Read("python", text, 5, [](int first, int last) { return first > 4 || last < 4; });

  EXPECT_EQ(Shown(reading.flows), (Lines{"source a 1", "transformation b 2", "use b 5"}));
}

TEST(ReadLine, OfALoopTakesWhatFollowsIntoAccount) {
  const LineReading reading = Read("python",
                                   "def f(rows):\n"          // 1
                                   "    last = None\n"       // 2
                                   "    for row in rows:\n"  // 3
                                   "        g(last.size)\n"  // 4
                                   "        last = row\n",   // 5
                                   4);

  EXPECT_EQ(Shown(reading.flows), (Lines{"source rows 1", "source last 2", "transformation row 3",
                                         "use last.size 4", "transformation last 5"}));
}

TEST(ReadLine, OfJavascriptFollowsDeclarationsAndClosures) {
  const LineReading reading = Read("javascript",
                                   "const LIMIT = 3;\n"                       // 1
                                   "function first(query, seen) {\n"          // 2
                                   "  const parts = query.split('&');\n"      // 3
                                   "  const pairs = parts.map((part) => {\n"  // 4
                                   "    const pair = part.split('=');\n"      // 5
                                   "    return pair[LIMIT].trim();\n"         // 6
                                   "  });\n"
                                   "  return pairs;\n"
                                   "}\n",
                                   6);

  EXPECT_EQ(Shown(reading.flows), (Lines{"source LIMIT 1", "source part 4", "transformation pair 5",
                                         "use pair 6", "use LIMIT 6"}));
  EXPECT_EQ(reading.calls, (Lines{"trim", "split"}));
}

TEST(ReadLine, OfCFollowsPointersOutParametersAndBuffers) {
  const LineReading reading = Read("c",
                                   "int width(struct box *box, FILE *in) {\n"  // 1
                                   "  char line[80];\n"                        // 2
                                   "  int n;\n"                                // 3
                                   "  fgets(line, sizeof line, in);\n"         // 4
                                   "  read_number(line, &n);\n"                // 5
                                   "  box->width = n;\n"                       // 6
                                   "  return line[n] / box->width;\n"          // 7
                                   "}\n",
                                   7);

  EXPECT_EQ(reading.function, "width");
  EXPECT_EQ(Shown(reading.flows),
            (Lines{"source box 1", "source in 1", "source line 2", "source n 3",
                   "transformation line 4", "store line 4", "transformation line 5",
                   "transformation n 5", "store line 5", "store n 5", "transformation box->width 6",
                   "store n 6", "use line 7", "use n 7", "use box->width 7"}));
}

TEST(ReadLine, OfCppFindsWhatOtherMethodsDoToAMember) {
  const LineReading reading = Read("cpp",
                                   "void Stack::Push(int value) {\n"      // 1
                                   "  values_.push_back(value);\n"        // 2
                                   "}\n"                                  // 3
                                   "int Stack::Top() const {\n"           // 4
                                   "  const int at = this->size_ - 1;\n"  // 5
                                   "  return values_.at(at);\n"           // 6
                                   "}\n",
                                   6);

  EXPECT_EQ(reading.function, "Stack.Top");
  EXPECT_EQ(Shown(reading.flows), (Lines{"transformation values_ 2", "transformation at 5",
                                         "use values_ 6", "use at 6"}));
  EXPECT_EQ(reading.calls, (Lines{"at", "push_back"}));
}

TEST(ReadLine, OfALineWithoutAStatementIsThatLine) {
  const LineReading reading = Read("python", "def f():\n    pass\n\n\n", 4);

  EXPECT_EQ(reading.first_line, 4);
  EXPECT_TRUE(reading.flows.empty());
}

TEST(ReadFunctions, NamesWhereEachMayEnd) {
  const auto functions = FindLanguage("javascript")
                             ->ReadFunctions(
                                 "class A {\n"
                                 "  get(x) {\n"
                                 "    if (x) return 1;\n"
                                 "    log(x);\n"
                                 "  }\n"
                                 "}\n"
                                 "const twice = (x) => 2 * x;\n");

  ASSERT_TRUE(functions.ok());
  ASSERT_EQ(functions->size(), 2U);
  EXPECT_EQ((*functions)[0].name, "get");
  EXPECT_EQ((*functions)[0].ends, (std::vector{3, 4}));
  EXPECT_EQ((*functions)[1].name, "twice");
  EXPECT_EQ((*functions)[1].ends, (std::vector{7}));
}

}  // namespace
}  // namespace inquest::languages
