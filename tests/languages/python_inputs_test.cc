#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

// Runs the inputs instrument as it ships, under the machine's own python3, outside of the sandbox.
namespace inquest::languages {
namespace {

constexpr const char* kTest =
    "import unittest\nfrom kit import *\nclass T(unittest.TestCase):\n    def test_it(self):\n";

class PythonInputs : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "inputs.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = std::filesystem::canonical(name);
    std::filesystem::create_directories(root_ / "out");
    std::filesystem::create_directories(root_ / "tree");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  // Runs `kit` under a test whose body is given; the exit code.
  int Run(const std::string& kit, const std::string& body) {
    std::ofstream(root_ / "tree/kit.py") << kit;
    std::ofstream(root_ / "tree/test_kit.py") << kTest + body;
    const std::string instrument =
        std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/python-inputs";
    const std::string line = "cd '" + (root_ / "tree").string() + "' && PYTHONPATH='" + instrument +
                             "' INQUEST_OUT='" + (root_ / "out").string() +
                             "' INQUEST_WORKSPACE='" + (root_ / "tree").string() +
                             "' INQUEST_INSTRUMENT=inquest_inputs PYTHONDONTWRITEBYTECODE=1 " +
                             "python3 -m unittest -q > ../log 2>&1";
    const int status = std::system(line.c_str());  // NOLINT(cert-env33-c): our own words
    std::ifstream in(root_ / "out/answers.jsonl");
    for (std::string record; std::getline(in, record);) {
      const auto read = nlohmann::json::parse(record);
      if (read.contains("input")) answers_[read.at("input")] = read;
      if (read.contains("function")) functions_[read.at("function")] = read.at("code");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string Answer(const std::string& input) const {
    const auto it = answers_.find(input);
    return it == answers_.end() ? "(not asked)" : it->second.at("answer").get<std::string>();
  }

  std::filesystem::path root_;
  std::map<std::string, nlohmann::json> answers_;
  std::map<std::string, std::string> functions_;
};

TEST_F(PythonInputs, AsksTheTestsOwnInputsAndMutationsOfThem) {
  EXPECT_EQ(Run("def half(n):\n    if n == 100:\n        return 'century'\n    return n // 2\n",
                "        self.assertEqual(half(8), 4)\n"),
            0);

  EXPECT_EQ(Answer("kit:half(8)"), "4");
  EXPECT_TRUE(answers_["kit:half(8)"].at("own"));
  EXPECT_EQ(answers_["kit:half(8)"].at("ran"), nlohmann::json({"kit.py:half"}));
  EXPECT_EQ(Answer("kit:half(9)"), "4");
  EXPECT_EQ(Answer("kit:half(16)"), "8");
  EXPECT_EQ(Answer("kit:half(-8)"), "(not asked)") << "the tests give no negative number";
  EXPECT_EQ(Answer("kit:half(100)"), "'century'") << "a constant of the code";
  EXPECT_FALSE(answers_["kit:half(9)"].at("own"));
}

TEST_F(PythonInputs, AsksWhereTheTestsEnterOnlyAndMethodsWithTheirObject) {
  EXPECT_EQ(Run("def inner(n):\n    return n\n\ndef outer(n):\n    return inner(n)\n\n"
                "class Box:\n    def __init__(self, n):\n        self.n = n\n"
                "    def add(self, n):\n        self.n += n\n        return self.n\n",
                "        outer(3)\n        Box(1).add(2)\n"),
            0);

  EXPECT_EQ(Answer("kit:outer(3)"), "3");
  EXPECT_EQ(answers_["kit:outer(3)"].at("ran"), nlohmann::json({"kit.py:inner", "kit.py:outer"}));
  EXPECT_EQ(Answer("kit:inner(3)"), "(not asked)");
  EXPECT_EQ(Answer("kit:Box.add(Box(n=1), 2)"), "3; leaves Box(n=3), 2");
}

TEST_F(PythonInputs, VariesTheFieldsOfObjectsAndKeepsWhatTheirClassesAskFor) {
  EXPECT_EQ(
      Run("from dataclasses import dataclass\nfrom decimal import Decimal\nfrom enum import Enum\n"
          "LIMIT = Decimal(50)\n"
          "class Plan(Enum):\n    BASIC = 1\n    PLUS = 2\n"
          "@dataclass(frozen=True)\nclass Item:\n    price: Decimal\n    count: int\n"
          "    def __post_init__(self):\n        if not self.count:\n"
          "            raise ValueError('none')\n"
          "@dataclass\nclass Order:\n    items: list\n    plan: Plan = Plan.BASIC\n"
          "def fee(order):\n"
          "    total = sum(item.price * item.count for item in order.items)\n"
          "    return 0 if total > LIMIT or order.plan is Plan.PLUS else 5\n",
          "        self.assertEqual(fee(Order([Item(Decimal(10), 2)])), 5)\n"),
      0);

  const auto fee = [&](const std::string& items, const std::string& plan) {
    return Answer("kit:fee(Order(items=[" + items + "], plan=Plan." + plan + "))");
  };
  EXPECT_EQ(fee("Item(count=2, price=Decimal('10'))", "BASIC"), "5");
  EXPECT_EQ(fee("Item(count=2, price=Decimal('10'))", "PLUS"), "0");
  EXPECT_EQ(fee("", "BASIC"), "5");
  EXPECT_EQ(fee("Item(count=2, price=Decimal('50'))", "BASIC"), "0") << "a constant of the module";
  EXPECT_EQ(fee("Item(count=3, price=Decimal('10'))", "BASIC"), "5");
  EXPECT_EQ(fee("Item(count=0, price=Decimal('10'))", "BASIC"), "(not asked)") << "no such item";
  EXPECT_EQ(fee("Item(count=-2, price=Decimal('10'))", "BASIC"), "(not asked)");
}

TEST_F(PythonInputs, LeavesOutWhatDoesNotAnswerAsItDidToTheTest) {
  EXPECT_EQ(Run("open_ = []\n"
                "def register(name):\n    open_.append(name)\n    return len(open_)\n"
                "def known(name):\n    return name in open_\n"
                "def plain(n):\n    return n + 1\n",
                "        open_.append('a')\n        self.assertTrue(known('a'))\n"
                "        open_.clear()\n        self.assertEqual(plain(1), 2)\n"),
            0);

  EXPECT_EQ(Answer("kit:known('a')"), "(not asked)");
  EXPECT_EQ(Answer("kit:known('')"), "(not asked)");
  EXPECT_EQ(Answer("kit:plain(2)"), "3");
}

TEST_F(PythonInputs, AsksGeneratorsForWhatTheyYield) {
  EXPECT_EQ(Run("def down(n):\n    while n > 0:\n        yield n\n        n -= 1\n",
                "        self.assertEqual(list(down(3)), [3, 2, 1])\n"),
            0);

  EXPECT_EQ(Answer("kit:down(3)"), "iterator[3, 2, 1]");
  EXPECT_EQ(Answer("kit:down(2)"), "iterator[2, 1]");
  EXPECT_EQ(Answer("kit:down(1)"), "iterator[1]");
}

TEST_F(PythonInputs, TellsWhatIsRaisedPrintedAndEndlessAndNeverChangesTheExit) {
  EXPECT_EQ(Run("import random, sys\n"
                "def strict(n):\n    if n > 1:\n        raise ValueError(n)\n    return n\n"
                "def loud(n):\n    print('n is', n)\n"
                "def endless(n):\n    while n == 0:\n        pass\n    return n\n"
                "def luck(n):\n    return random.random()\n"
                "def leave(n):\n    sys.exit(n)\n",
                "        strict(1), loud(1), endless(1), luck(1)\n"
                "        with self.assertRaises(SystemExit):\n            leave(3)\n"
                "        self.fail('as it should')\n"),
            1);

  EXPECT_EQ(Answer("kit:strict(2)"), "raises ValueError");
  EXPECT_EQ(Answer("kit:loud(1)"), "None; prints 'n is 1\\n'");
  EXPECT_EQ(Answer("kit:endless(2)"), "2");
  EXPECT_EQ(Answer("kit:endless(0)"), "(not asked)");
  EXPECT_EQ(Answer("kit:luck(1)"), "(not asked)");
  EXPECT_EQ(Answer("kit:leave(3)"), "raises SystemExit");
}

TEST_F(PythonInputs, NamesTheFunctionsThatRanAlsoBehindManyOfALibrary) {
  Run("LIBRARY = '\\n'.join('def f%d(): pass\\nf%d()' % (i, i) for i in range(300))\n"
      "def many(n):\n    exec(LIBRARY)\n    return inner(n)\n"
      "def inner(n):\n    return n\n",
      "        many(3)\n");

  EXPECT_EQ(answers_["kit:many(3)"].at("ran"), nlohmann::json({"kit.py:inner", "kit.py:many"}));
}

TEST_F(PythonInputs, GivesAFunctionTheSameDigestWhereverItStands) {
  Run("def same(n):\n    return n + 1\n\ndef changed(n):\n    return n\n", "        same(1)\n");
  const auto before = functions_;
  std::filesystem::remove(root_ / "out/answers.jsonl");
  Run("# A line more.\n\ndef same(n):\n    return n + 1\n\ndef changed(n):\n    return -n\n",
      "        same(1)\n");

  EXPECT_EQ(functions_.at("kit.py:same"), before.at("kit.py:same"));
  EXPECT_NE(functions_.at("kit.py:changed"), before.at("kit.py:changed"));
}

}  // namespace
}  // namespace inquest::languages
