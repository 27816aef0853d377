#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/languages/language.h"

namespace inquest::languages {
namespace {

// Texts with one new condition made constant each, in the order in which they are offered.
std::vector<std::string> Made(const std::string& language, const std::string& before,
                              const std::string& after) {
  const auto conditions = FindLanguage(language)->ConstantConditions(before, after);
  EXPECT_TRUE(conditions.ok()) << conditions.status().ToString();
  std::vector<std::string> texts;
  if (!conditions.ok()) return texts;
  for (const ConstantCondition& one : *conditions) texts.push_back(Apply(after, one.edit));
  return texts;
}

TEST(ConstantConditions, AreTheChangedIfHeldTrueAndHeldFalse) {
  const auto made = Made("javascript", "if (a > 1) { f() }\nif (b) { g() }\n",
                         "if (a < 1) { f() }\nif (b) { g() }\n");

  EXPECT_EQ(made, (std::vector<std::string>{"if ((a < 1) || null[0]) { f() }\nif (b) { g() }\n",
                                            "if ((a < 1) && null[0]) { f() }\nif (b) { g() }\n"}));
}

TEST(ConstantConditions, OfALoopAreOnlyHeldFalse) {
  const auto made = Made("c", "void f(int n) { while (n >= 0) n--; }\n",
                         "void f(int n) { while (n > 0) n--; }\n");

  EXPECT_EQ(made, (std::vector<std::string>{
                      "void f(int n) { while ((n > 0) && (__builtin_trap(), 1)) n--; }\n"}));
}

TEST(ConstantConditions, AreThoseOfAnInsertedIfAndOfAConditionalExpression) {
  EXPECT_EQ(Made("python", "def f(x):\n    return x\n",
                 "def f(x):\n    if x is None:\n        return 0\n    return x\n"),
            (std::vector<std::string>{
                "def f(x):\n    if (x is None) or 1 / 0:\n        return 0\n    return x\n",
                "def f(x):\n    if (x is None) and 1 / 0:\n        return 0\n    return x\n"}));
  EXPECT_EQ(Made("python", "y = 1 if a else 2\n", "y = 1 if not a else 2\n").size(), 2U);
}

TEST(ConstantConditions, AreNoneWhereAConditionOnlyMoved) {
  EXPECT_TRUE(Made("python", "if a:\n    f()\ng()\n", "g()\nif a:\n    f()\n").empty());
}

TEST(ConstantConditions, AreNoneWhereTheConditionDeclaresAName) {
  EXPECT_TRUE(Made("cpp", "void f() { if (auto a = g()) h(a); }\n",
                   "void f() { if (auto a = k()) h(a); }\n")
                  .empty());
}

TEST(ConstantConditions, AreNoneWhereOnlyAValueChanged) {
  EXPECT_TRUE(Made("cpp", "int f(int a) { if (a) return 1; return 0; }\n",
                   "int f(int a) { if (a) return 2; return 0; }\n")
                  .empty());
}

}  // namespace
}  // namespace inquest::languages
