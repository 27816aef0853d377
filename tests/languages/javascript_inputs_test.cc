#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "runtime/base/file.h"

// Runs the inputs instrument as it ships, under the machine's own node, outside of the sandbox.
namespace inquest::languages {
namespace {

class JavascriptInputs : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "inputs.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = std::filesystem::canonical(name);
    std::filesystem::create_directories(root_ / "out");
    std::filesystem::create_directories(root_ / "tree");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / "tree" / name) << text;
  }

  // The exit code; what was printed goes to the file log.
  int Run(const std::string& command) {
    const std::string instrument =
        std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/javascript-inputs";
    const std::string line = "cd '" + (root_ / "tree").string() + "' && NODE_OPTIONS='--require " +
                             instrument + "/inquest_inputs.cjs' INQUEST_OUT='" +
                             (root_ / "out").string() + "' INQUEST_WORKSPACE='" +
                             (root_ / "tree").string() + "' " + command + " > ../log 2>&1";
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

  std::string Log() const { return *ReadFile((root_ / "log").string(), 1 << 20); }

  std::filesystem::path root_;
  std::map<std::string, nlohmann::json> answers_;
  std::map<std::string, std::string> functions_;
};

TEST_F(JavascriptInputs, AsksTheInputsOfNodeTestAndMutationsOfThem) {
  Write("kit.js",
        "function half(n) {\n  if (n === 100) return 'century';\n  return Math.floor(n / 2);\n}\n"
        "module.exports = { half };\n");
  Write("kit.test.js",
        "const { half } = require('./kit.js');\n"
        "require('node:test')('half', () => require('assert').strictEqual(half(8), 4));\n");

  EXPECT_EQ(Run("node --test"), 0) << Log();

  EXPECT_EQ(Answer("kit.js:half(8)"), "4");
  EXPECT_TRUE(answers_["kit.js:half(8)"].at("own"));
  EXPECT_EQ(answers_["kit.js:half(8)"].at("ran"), nlohmann::json({"kit.js:half"}));
  EXPECT_EQ(Answer("kit.js:half(9)"), "4");
  EXPECT_EQ(Answer("kit.js:half(100)"), "\"century\"") << "a constant of the code";
  EXPECT_FALSE(answers_["kit.js:half(9)"].at("own"));
}

TEST_F(JavascriptInputs, AsksMethodsWithTheirObjectAndSaysWhatTheyLeave) {
  Write("kit.js",
        "class Box {\n  constructor(n) { this.n = n; }\n"
        "  add(n) { this.n += n; return this.n; }\n}\nmodule.exports = Box;\n");
  Write("check.js",
        "const Box = require('./kit.js');\nrequire('assert').strictEqual(new Box(1).add(2), 3);\n");

  EXPECT_EQ(Run("node check.js"), 0) << Log();

  EXPECT_EQ(Answer("kit.js:Box.prototype.add of Box{n: 1}(2)"), "3; leaves Box{n: 3}(2)");
  EXPECT_EQ(Answer("kit.js:Box.prototype.add of Box{n: 1}(4)"), "5; leaves Box{n: 5}(4)");
  EXPECT_EQ(Answer("kit.js:Box.prototype.add of Box{n: 1}(-2)"), "(not asked)")
      << "the tests give no negative number";
}

TEST_F(JavascriptInputs, MakesObjectsAnewThatHaveNoCopy) {
  Write("kit.mjs",
        "export class Cart {\n  #sum = 0;\n  constructor(rate) { this.rate = rate; }\n"
        "  add(n) { this.#sum += n; return this; }\n"
        "  total() { return this.#sum * this.rate; }\n}\n"
        "export class Free extends Cart {\n  total() { return super.total() - 1; }\n}\n"
        "export const twice = (cart) => cart.total() * 2;\n"
        "export function makeStack(limit) {\n  const items = [];\n"
        "  return { push: (n) => items.push(n) <= limit, size: () => items.length };\n}\n");
  Write("kit.test.mjs",
        "import { Cart, Free, makeStack, twice } from './kit.mjs';\n"
        "import assert from 'assert';\n"
        "const cart = new Cart(3).add(4);\nassert.strictEqual(cart.total(), 12);\n"
        "assert.strictEqual(twice(cart), 24);\nassert(cart instanceof Cart);\n"
        "assert.strictEqual(cart.constructor, Cart);\n"
        "assert.strictEqual(new Free(1).add(5).total(), 4);\n"
        "const stack = makeStack(1);\nassert(stack.push(7));\n"
        "assert.strictEqual(stack.size(), 1);\n");

  EXPECT_EQ(Run("node kit.test.mjs"), 0) << Log();

  const std::string total = "kit.mjs:Cart.prototype.total of new Cart";
  EXPECT_EQ(Answer(total + "(3).add(4)()"), "12");
  EXPECT_TRUE(answers_[total + "(3).add(4)()"].at("own"));
  EXPECT_EQ(Answer(total + "(3)()"), "0") << "a call less";
  EXPECT_EQ(Answer(total + "(3).add(4).add(4)()"), "24");
  EXPECT_EQ(Answer(total + "(3).add(5)()"), "15");
  EXPECT_EQ(Answer(total + "(4).add(4)()"), "16");
  EXPECT_EQ(Answer("kit.mjs:Free.prototype.total of new Free(1).add(5)()"), "4");
  EXPECT_EQ(Answer("kit.mjs:twice(new Cart(3).add(4).total())"), "24");
  EXPECT_EQ(Answer("kit.mjs:makeStack().push of makeStack(1)(7)"), "true");
  EXPECT_EQ(Answer("kit.mjs:makeStack().push of makeStack(0)(7)"), "false");
  EXPECT_EQ(Answer("kit.mjs:makeStack().size of makeStack(1).push(7).push(7)()"), "2");
}

TEST_F(JavascriptInputs, LeavesClassesWithPrivateStaticsThemselves) {
  Write("kit.js",
        "class Ids {\n  static #last = 0;\n  #n = 1;\n"
        "  static fresh() { Ids.#last += 1; return this.#last; }\n  one() { return this.#n; }\n}\n"
        "module.exports = { Ids };\n");
  Write("check.js",
        "const { Ids } = require('./kit.js');\nconst { strictEqual } = require('assert');\n"
        "strictEqual(Ids.fresh(), 1);\nstrictEqual(new Ids().one(), 1);\n");

  EXPECT_EQ(Run("node check.js"), 0) << Log();
}

TEST_F(JavascriptInputs, LeavesOutWhatDoesNotAnswerAsItDidToTheTest) {
  Write("kit.js",
        "const open = [];\nconst known = (name) => open.includes(name);\n"
        "const plain = (n) => n + 1;\nmodule.exports = { open, known, plain };\n");
  Write("check.js",
        "const { open, known, plain } = require('./kit.js');\nconst assert = require('assert');\n"
        "open.push('a');\nassert(known('a'));\nopen.pop();\nassert.strictEqual(plain(1), 2);\n");

  EXPECT_EQ(Run("node check.js"), 0) << Log();

  EXPECT_EQ(Answer("kit.js:known(\"a\")"), "(not asked)");
  EXPECT_EQ(Answer("kit.js:known(\"\")"), "(not asked)");
  EXPECT_EQ(Answer("kit.js:plain(2)"), "3");
}

TEST_F(JavascriptInputs, AsksEsModules) {
  Write("kit.mjs",
        "export function twice(n) {\n  return n * 2;\n}\nexport const half = (n) => n / 2;\n"
        "export async function later(n) {\n  await null;\n  return n;\n}\n");
  Write("kit.test.mjs",
        "import test from 'node:test';\nimport { half, later, twice } from './kit.mjs';\n"
        "test('all', async () => { twice(2); half(4); await later(7); });\n");

  EXPECT_EQ(Run("node kit.test.mjs"), 0) << Log();

  EXPECT_EQ(Answer("kit.mjs:twice(3)"), "6");
  EXPECT_EQ(Answer("kit.mjs:half(8)"), "4");
  EXPECT_EQ(Answer("kit.mjs:later(0)"), "resolves 0");
}

TEST_F(JavascriptInputs, AsksTheFunctionsOfAScriptThatExportsNothing) {
  Write("main.js",
        "#!/usr/bin/env node\n'use strict';\nfunction first(list) {\n  return list[0].name;\n}\n"
        "const twice = (n) => {\n  console.log('hi');\n  return n * 2;\n};\n"
        "first([{ name: 'a' }]);\ntwice(2);\nundeclared = 1;\n");

  EXPECT_EQ(Run("node main.js"), 1);

  EXPECT_NE(Log().find("main.js:12"), std::string::npos) << Log();
  EXPECT_EQ(Answer("main.js:first([{name: \"a\"}])"), "\"a\"");
  EXPECT_EQ(Answer("main.js:first([])"), "throws TypeError");
  EXPECT_EQ(Answer("main.js:twice(3)"), "6; prints \"hi\\n\"");
}

TEST_F(JavascriptInputs, OutliveWhatLoopsOrEndsTheProcess) {
  Write("main.js",
        "function odd(n) {\n  if (n === 1) process.exit(9);\n  while (n < 0) {}\n"
        "  process.exitCode = n;\n  Promise.reject(new Error('left'));\n  return n;\n}\n"
        "process.on('unhandledRejection', () => {});\nodd(4);\nprocess.exitCode = 5;\n");

  EXPECT_EQ(Run("node main.js"), 5);

  EXPECT_EQ(Log(), "");
  EXPECT_EQ(Answer("main.js:odd(4)"), "4");
  EXPECT_EQ(Answer("main.js:odd(1)"), "throws Error");
  EXPECT_EQ(Answer("main.js:odd(-1)"), "(not asked)");
  EXPECT_EQ(Answer("main.js:odd(40)"), "40");
}

TEST_F(JavascriptInputs, DigestsAreOfTheCodeAndNotOfItsCommentsOrTheFunctionsInIt) {
  const auto codes = [&](const std::string& kit) {
    functions_.clear();
    std::filesystem::remove(root_ / "out/answers.jsonl");
    Write("main.js", kit);
    EXPECT_EQ(Run("node main.js"), 0) << Log();
    return functions_;
  };
  const auto plain =
      codes("function f(n) {\n  const g = (m) => m + 1;\n  return g(n);\n}\nf(1);\n");
  const auto same = codes(
      "// why\nfunction f(n) {\n  const g = (m) => m +\n    1; // one\n  return g(n);\n}\nf(1);\n");
  const auto other =
      codes("function f(n) {\n  const g = (m) => m + 2;\n  return g(n);\n}\nf(1);\n");

  EXPECT_EQ(plain, same);
  EXPECT_EQ(plain.at("main.js:f"), other.at("main.js:f"));
  EXPECT_NE(plain.at("main.js:f.g"), other.at("main.js:f.g"));
}

}  // namespace
}  // namespace inquest::languages
