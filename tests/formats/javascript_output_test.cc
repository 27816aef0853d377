#include "tests/formats/output_samples.h"

namespace inquest::formats {
namespace {

using Strings = std::vector<std::string>;

v1::RunReading ReadErr(const std::string& name) { return ReadOutput("", Corpus(name), Exited(1)); }
v1::RunReading ReadOut(const std::string& name) { return ReadOutput(Corpus(name), "", Exited(1)); }

TEST(NodeError, OfAnAwaitedFunctionHasTheFramesOfTheTreeInnermostLast) {
  const v1::RunReading reading = ReadErr("node18_async.txt");

  EXPECT_EQ(reading.format(), "node");
  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "TypeError");
  EXPECT_EQ(reading.failures(0).message(), "no name");
  EXPECT_EQ(Frames(reading.failures(0)),
            (Strings{"un/async.js:3", "un/async.js:2", "lib/shop.js:8"}));
  EXPECT_EQ(reading.failures(0).frames(2).function(), "Object.load");
  ExpectCitationsResolve(reading, "", Corpus("node18_async.txt"));
}

TEST(NodeError, WithACauseEndsWithTheFramesOfTheCause) {
  const v1::RunReading reading = ReadErr("node_cause.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "Error");
  EXPECT_EQ(reading.failures(0).message(), "cannot price");
  EXPECT_EQ(Frames(reading.failures(0)),
            (Strings{"un/cause.js:4", "un/cause.js:7", "un/cause.js:3", "lib/shop.js:4"}));
}

TEST(NodeError, OfAnAggregateHasTheFramesOfItsMembers) {
  const v1::RunReading reading = ReadErr("node_aggregate.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "AggregateError");
  EXPECT_EQ(reading.failures(0).message(), "All promises were rejected");
  EXPECT_EQ(Frames(reading.failures(0)), (Strings{"un/agg.js:1", "un/agg.js:3", "un/agg.js:2"}));
}

TEST(NodeError, OfSyntaxIsAtTheFileThatIsNamedAboveIt) {
  const v1::RunReading reading = ReadErr("node_syntax.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "SyntaxError");
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"un/syntax.js:2"});
  EXPECT_EQ(Frames(ReadErr("node_export.txt").failures(0)), Strings{"un/exp.mjs:1"});
}

TEST(NodeError, InAnEsModuleHasFileUrlsAsPaths) {
  const v1::RunReading reading = ReadErr("node_esm.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(Frames(reading.failures(0)),
            (Strings{"un/esm.mjs:3", "un/esm.mjs:2", "lib/shop.js:4"}));
}

TEST(NodeError, OfAnAssertionHasItsDiff) {
  const v1::RunReading reading = ReadErr("node_assert.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "AssertionError");
  EXPECT_TRUE(
      reading.failures(0).message().starts_with("Expected values to be strictly deep-equal:"));
  EXPECT_NE(reading.failures(0).message().find("+     3\n-     4"), std::string::npos);
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"un/assert.js:2"});
}

TEST(NodeError, IsNoErrorWhenAValueIsThrownButHasItsPlace) {
  const v1::RunReading reading = ReadErr("node_thrown_value.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "uncaught");
  EXPECT_EQ(reading.failures(0).message(), "plain");
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"un/throwstr.js:1"});
}

TEST(NodeError, ThatEndsTheProgramComesBeforeThoseItOnlyLogs) {
  const std::string logged = "TypeError: handled\n    at f (/workspace/a.js:1:1)\n";

  const v1::RunReading reading = ReadOutput("", logged + Corpus("node18_async.txt"), Exited(1));

  ASSERT_EQ(reading.failures_size(), 2);
  EXPECT_EQ(reading.failures(0).message(), "no name");
  EXPECT_EQ(reading.failures(1).message(), "handled");
}

TEST(NodeModule, ThatTheCommandNamesIsNoStartAndOneThatTheProgramWantsIsAFailure) {
  const v1::RunReading command = ReadErr("node_missing_command.txt");
  const v1::RunReading program = ReadErr("node_missing_dependency.txt");

  EXPECT_NE(command.not_started_because().find("nosuch.js"), std::string::npos);
  EXPECT_TRUE(command.failures().empty());
  EXPECT_EQ(program.not_started_because(), "");
  ASSERT_EQ(program.failures_size(), 1);
  EXPECT_EQ(Frames(program.failures(0)), Strings{"un/reqmiss.js:1"});
}

class NodeTap : public testing::TestWithParam<const char*> {};

TEST_P(NodeTap, GivesNestedIdsAndFramesAndLeavesOutParents) {
  const v1::RunReading reading = ReadOut(GetParam());

  EXPECT_EQ(FailedTests(reading), (Strings{"adds", "loads", "suite > deep",
                                           "suite > inner > throws", "parent > child bad"}));
  EXPECT_EQ(Tests(reading.passed_tests()), (Strings{"works", "suite > fine", "parent > child ok"}));
  EXPECT_EQ(Tests(reading.skipped_tests()), Strings{"skipped"});
  const v1::Failure* adds = Find(reading, "adds");
  ASSERT_NE(adds, nullptr);
  EXPECT_EQ(adds->kind(), "AssertionError");
  EXPECT_NE(adds->message().find("7 !== 6"), std::string::npos);
  EXPECT_EQ(Frames(*adds), Strings{"nt/shop.test.js:7"});
  const v1::Failure* loads = Find(reading, "loads");
  ASSERT_NE(loads, nullptr);
  EXPECT_EQ(Frames(*loads), (Strings{"nt/shop.test.js:11", "lib/shop.js:8"}));
  ExpectCitationsResolve(reading, Corpus(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(Versions, NodeTap,
                         testing::Values("tap_node20.txt", "tap_node18.txt", "spec_node20.txt",
                                         "spec_node18.txt"));

TEST(NodeSpec, HasTheErrorsOfLaterVersionsFromTheListAtTheEnd) {
  const std::string bytes =
      "▶ suite\n  ✖ deep (1.3ms)\n✖ suite (2.0ms)\n✔ works (0.1ms)\nℹ tests 2\nℹ fail 1\n\n"
      "✖ failing tests:\n\ntest at nt/shop.test.js:14:3\n✖ deep (1.3ms)\n"
      "  TypeError: no\n      at f (/workspace/lib/shop.js:4:15)\n";

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(1));

  EXPECT_EQ(FailedTests(reading), Strings{"suite > deep"});
  EXPECT_EQ(reading.failures(0).kind(), "TypeError");
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"lib/shop.js:4"});
}

class NodeFile : public testing::TestWithParam<const char*> {};

TEST_P(NodeFile, ThatFailsToLoadHasTheErrorThatItPrinted) {
  const v1::RunReading reading = ReadOut(GetParam());

  ASSERT_EQ(FailedTests(reading), Strings{"nt/crash.test.js"});
  EXPECT_EQ(reading.not_started_because(), "");
  EXPECT_EQ(reading.failures(0).kind(), "Error");
  EXPECT_NE(reading.failures(0).message().find("Cannot find module '../lib/nosuch'"),
            std::string::npos);
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"nt/crash.test.js:3"});
}

INSTANTIATE_TEST_SUITE_P(Reporters, NodeFile, testing::Values("spec_crash.txt", "tap_crash.txt"));

TEST(Tap, OfTapeNamesAssertionsUnderTheirTest) {
  const std::string out = Corpus("tap_tape_out.txt");
  const std::string err = Corpus("tap_tape_err.txt");

  const v1::RunReading reading = ReadOutput(out, err, Exited(1));

  EXPECT_EQ(FailedTests(reading),
            (Strings{"adds > sum", "other > should be deeply equivalent", "throws"}));
  EXPECT_EQ(Tests(reading.passed_tests()), Strings{"adds > fine"});
  EXPECT_EQ(Frames(*Find(reading, "adds > sum")), Strings{"nt/tape.js:3"});
  EXPECT_EQ(Find(reading, "adds > sum")->message(), "expected 6, actual 7");
  const v1::Failure* died = Find(reading, "throws");
  EXPECT_EQ(died->kind(), "TypeError");
  EXPECT_EQ(Frames(*died), (Strings{"nt/tape.js:6", "lib/shop.js:4"}));
  ExpectCitationsResolve(reading, out, err);
}

TEST(Tap, WithADirectiveIsNeitherPassedNorFailed) {
  const v1::RunReading reading = ReadOutput(
      "1..3\nok 1 - a # SKIP later\nnot ok 2 - b # TO"
      "DO\nnot ok 3 - c # 4\n",
      "", Exited(1));

  EXPECT_EQ(Tests(reading.skipped_tests()), (Strings{"a", "b"}));
  EXPECT_EQ(FailedTests(reading), Strings{"c # 4"});
}

TEST(Tap, OfMochaHasItsErrorsUnderTheResults) {
  const v1::RunReading reading = ReadOut("tap_mocha.txt");

  ASSERT_EQ(reading.failures_size(), 5);
  EXPECT_EQ(Tests(reading.passed_tests()), Strings{"shop works"});
  const v1::Failure* loads = Find(reading, "shop inner loads");
  ASSERT_NE(loads, nullptr);
  EXPECT_EQ(loads->kind(), "TypeError");
  EXPECT_EQ(Frames(*loads), (Strings{"test/shop.js:8", "lib/shop.js:8"}));
}

class Mocha : public testing::TestWithParam<const char*> {};

TEST_P(Mocha, GivesIdsKindsAndFramesOfEveryFailure) {
  const v1::RunReading reading = ReadOut(GetParam());

  EXPECT_EQ(reading.format(), "mocha");
  EXPECT_EQ(FailedTests(reading), (Strings{"shop > adds", "shop > inner > loads",
                                           "shop > inner > deep", "shop > inner > times out",
                                           "hooked > \"before all\" hook for \"never runs\""}));
  EXPECT_EQ(reading.failures(0).kind(), "AssertionError");
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"test/shop.js:4"});
  EXPECT_EQ(Frames(reading.failures(1)), (Strings{"test/shop.js:8", "lib/shop.js:8"}));
  EXPECT_EQ(reading.failures(3).kind(), "Error");
  ExpectCitationsResolve(reading, Corpus(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(Reporters, Mocha, testing::Values("mocha_spec.txt", "mocha_dot.txt"));

TEST(MochaSpec, NamesPassedAndPendingTests) {
  const v1::RunReading reading = ReadOut("mocha_spec.txt");

  EXPECT_EQ(Tests(reading.passed_tests()), Strings{"shop > works"});
  EXPECT_EQ(Tests(reading.skipped_tests()), Strings{"shop > pending one"});
}

TEST(MochaSpec, OfSeveralRunsIsReadAsOne) {
  const std::string other = "\n\n  cart\n    ✔ opens\n\n\n  1 passing (2ms)\n\n";

  const v1::RunReading before = ReadOutput(other + Corpus("mocha_spec.txt"), "", Exited(1));
  const v1::RunReading after = ReadOutput(Corpus("mocha_spec.txt") + other, "", Exited(1));

  EXPECT_EQ(before.failures_size(), 5);
  EXPECT_EQ(after.failures_size(), 5);
  EXPECT_EQ(Tests(before.passed_tests()), (Strings{"cart > opens", "shop > works"}));
  EXPECT_EQ(Tests(after.passed_tests()), (Strings{"shop > works", "cart > opens"}));
}

TEST(MochaSpec, OfAFileThatCannotBeLoadedIsTheErrorOfTheFile) {
  const v1::RunReading reading = ReadErr("mocha_broken.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"test/broken.js:1"});
}

TEST(Jest, GivesIdsWithTheFileAndFramesOfEveryFailure) {
  const v1::RunReading reading = ReadErr("jest.txt");

  EXPECT_EQ(reading.format(), "jest");
  EXPECT_EQ(FailedTests(reading),
            (Strings{"jest/shop.test.js > shop > adds", "jest/shop.test.js > shop > inner > loads",
                     "jest/shop.test.js > shop > inner > prices", "jest/broken.test.js"}));
  EXPECT_EQ(Tests(reading.passed_tests()), Strings{"jest/ok.test.js"});
  EXPECT_EQ(reading.failures(0).kind(), "JestAssertionError");
  EXPECT_NE(reading.failures(0).message().find("Expected: 6\nReceived: 7"), std::string::npos);
  EXPECT_EQ(reading.failures(1).kind(), "TypeError");
  EXPECT_EQ(reading.failures(1).message(), "no name");
  EXPECT_EQ(Frames(reading.failures(1)), (Strings{"jest/shop.test.js:7", "lib/shop.js:8"}));
  EXPECT_EQ(Frames(reading.failures(3)), Strings{"jest/broken.test.js:1"});
  ExpectCitationsResolve(reading, "", Corpus("jest.txt"));
}

TEST(Jest, NamesThePassedTestsOfAVerboseRun) {
  const v1::RunReading reading = ReadErr("jest_verbose.txt");

  EXPECT_EQ(reading.failures_size(), 3);
  EXPECT_EQ(Tests(reading.passed_tests()),
            (Strings{"jest/shop.test.js > shop > works", "jest/ok.test.js > top"}));
  EXPECT_EQ(Tests(reading.skipped_tests()), Strings{"jest/shop.test.js > shop > pending one"});
}

TEST(Vitest, JoinsWhatItWritesToBothStreams) {
  const v1::RunReading reading =
      ReadOutput(Corpus("vitest_out.txt"), Corpus("vitest_err.txt"), Exited(1));

  EXPECT_EQ(reading.format(), "vitest");
  EXPECT_EQ(FailedTests(reading),
            (Strings{"vt/shop.test.mjs > shop > adds", "vt/shop.test.mjs > shop > prices"}));
  EXPECT_EQ(reading.failures(1).kind(), "TypeError");
  EXPECT_EQ(Frames(reading.failures(1)), (Strings{"vt/shop.test.mjs:7", "lib/shop.js:4"}));
}

TEST(Jasmine, GivesNamesAndFramesOfEveryFailure) {
  const v1::RunReading reading = ReadOut("jasmine.txt");

  EXPECT_EQ(FailedTests(reading), (Strings{"shop adds", "shop prices"}));
  EXPECT_EQ(reading.failures(1).kind(), "TypeError");
  EXPECT_EQ(Frames(reading.failures(1)), (Strings{"spec/shop_spec.js:6", "lib/shop.js:4"}));
  EXPECT_EQ(Tests(reading.skipped_tests()), Strings{"shop pending one"});
}

TEST(Junit, OfNodeNamesTestsByTheirSuites) {
  const std::string bytes = Corpus("junit_node.txt");

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(1));

  EXPECT_EQ(reading.format(), "junit");
  EXPECT_EQ(FailedTests(reading), (Strings{"adds", "loads", "suite > deep",
                                           "suite > inner > throws", "parent > child bad"}));
  EXPECT_EQ(Tests(reading.passed_tests()), (Strings{"works", "suite > fine", "parent > child ok"}));
  EXPECT_EQ(Tests(reading.skipped_tests()), (Strings{"skipped", "todo"}));
  EXPECT_EQ(Frames(reading.failures(1)), (Strings{"nt/shop.test.js:11", "lib/shop.js:8"}));
  ExpectCitationsResolve(reading, bytes, "");
}

TEST(Junit, OfMochaAndGoogleTestNamesTestsByTheirClasses) {
  const v1::RunReading mocha = ReadOut("junit_mocha.txt");
  const v1::RunReading gtest = ReadOut("junit_gtest.txt");

  ASSERT_EQ(mocha.failures_size(), 5);
  EXPECT_EQ(Frames(*Find(mocha, "shop inner.loads")), (Strings{"test/shop.js:8", "lib/shop.js:8"}));
  EXPECT_EQ(Find(mocha, "shop inner.loads")->kind(), "TypeError");
  EXPECT_EQ(FailedTests(gtest), (Strings{"Shop.Adds", "Shop.Throws", "All/P.Even/0"}));
  EXPECT_EQ(Frames(gtest.failures(0)), Strings{"gt.cc:3"});
  EXPECT_EQ(Tests(gtest.skipped_tests()), Strings{"Shop.Later"});
}

TEST(Junit, ThatIsCutOffOrDeclaresEntitiesGivesWhatStandsBefore) {
  const std::string cut = "<testsuite name='s'><testcase name='a'/><testcase name='b'><fail";
  const std::string bomb =
      "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'>]>"
      "<testsuite><testcase name='&a;'/></testsuite>";

  EXPECT_EQ(Tests(ReadOutput(cut, "", Exited(1)).passed_tests()), Strings{"s > a"});
  EXPECT_TRUE(ReadOutput(bomb, "", Exited(1)).passed_tests().empty());
}

TEST(NotStarted, SaysWhatToDoAboutNodeNpmAndRunners) {
  const auto why = [](const char* text) {
    return ReadOutput("", text, Exited(1)).not_started_because();
  };

  EXPECT_NE(why("npm error Missing script: \"nosuch\"\nnpm error\n").find("nosuch"),
            std::string::npos);
  EXPECT_NE(why("Error: No test files found: \"nosuch.js\"\n").find("nosuch.js"),
            std::string::npos);
  EXPECT_NE(why("No tests found, exiting with code 1\nRun with `--passWithNoTests`\n"), "");
}

}  // namespace
}  // namespace inquest::formats
