#include <csignal>

#include "tests/formats/output_samples.h"

namespace inquest::formats {
namespace {

using Strings = std::vector<std::string>;

v1::RunReading ReadErr(const std::string& name) { return ReadOutput("", Corpus(name), Exited(1)); }
v1::RunReading ReadOut(const std::string& name) { return ReadOutput(Corpus(name), "", Exited(1)); }

TEST(Gtest, GivesNamesPlacesAndMessages) {
  const std::string bytes = Corpus("gtest.txt");

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(1));

  EXPECT_EQ(reading.format(), "gtest");
  EXPECT_EQ(FailedTests(reading), (Strings{"Shop.Adds", "Shop.Throws", "All/P.Even/0"}));
  EXPECT_EQ(Tests(reading.passed_tests()), (Strings{"Shop.Works", "All/P.Even/1"}));
  EXPECT_EQ(Tests(reading.skipped_tests()), Strings{"Shop.Later"});
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"gt.cc:3"});
  EXPECT_TRUE(reading.failures(0).message().starts_with("Expected equality of these values:"));
  EXPECT_EQ(reading.failures(1).kind(), "exception");
  ExpectCitationsResolve(reading, bytes, "");
}

TEST(Gtest, OfWhichTheProgramDiedFailsTheTestThatRan) {
  const v1::RunReading reading = ReadOutput(Corpus("gtest_crash.txt"), "", Signaled(SIGSEGV));

  const v1::Failure* died = Find(reading, "Zed.Crashes");
  ASSERT_NE(died, nullptr);
  EXPECT_EQ(died->kind(), "SIGSEGV");
  EXPECT_EQ(reading.failures_size(), 3);
}

TEST(Gtest, OfWhichASanitizerEndedTheProgramHasItsFramesAtTheTestThatRan) {
  const std::string out = Corpus("gtest_crash.txt");
  const std::string err = Corpus("asan.txt");

  const v1::RunReading reading = ReadOutput(out, err, Exited(1));

  EXPECT_EQ(reading.format(), "gtest");
  ASSERT_EQ(reading.failures_size(), 3);
  const v1::Failure* died = Find(reading, "Zed.Crashes");
  ASSERT_NE(died, nullptr);
  EXPECT_EQ(died->kind(), "heap-use-after-free");
  EXPECT_EQ(Frames(*died).back(), "uaf.cc:5");
  ExpectCitationsResolve(reading, out, err);
}

TEST(Ctest, GivesEveryTestAndWhatItsProgramSaid) {
  const v1::RunReading reading = ReadOut("ctest.txt");

  EXPECT_EQ(reading.format(), "ctest");
  EXPECT_EQ(FailedTests(reading), (Strings{"bad", "slow", "crash", "unbuilt", "gt > Shop.Adds",
                                           "gt > Shop.Throws", "gt > All/P.Even/0"}));
  EXPECT_EQ(Frames(*Find(reading, "gt > Shop.Adds")), Strings{"gt.cc:3"});
  EXPECT_EQ(Find(reading, "slow")->kind(), "Timeout");
  EXPECT_EQ(Find(reading, "crash")->kind(), "Exception: SegFault");
  EXPECT_EQ(Tests(reading.passed_tests()), (Strings{"good", "with space"}));
  EXPECT_EQ(Tests(reading.skipped_tests()), Strings{"skip"});
  ExpectCitationsResolve(reading, Corpus("ctest.txt"), "");
}

TEST(Ctest, HasTheSanitizersFramesAtTheTestThatItStandsIn) {
  const std::string bytes =
      "Test project /workspace/b\n    Start 1: uaf\n"
      "1/2 Test #1: uaf ..............................***Failed    0.01 sec\n" +
      Corpus("asan.txt") +
      "\n    Start 2: good\n"
      "2/2 Test #2: good .............................   Passed    0.01 sec\n"
      "\n50% tests passed, 1 tests failed out of 2\n";

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(8));

  ASSERT_EQ(FailedTests(reading), Strings{"uaf"});
  EXPECT_EQ(reading.failures(0).kind(), "Failed");
  EXPECT_EQ(Frames(reading.failures(0)).back(), "uaf.cc:5");
}

TEST(Catch, GivesTestCasesWithTheirSections) {
  const v1::RunReading reading = ReadOut("catch.txt");

  EXPECT_EQ(FailedTests(reading), (Strings{"adds > small", "throws"}));
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"catch.cc:3"});
  EXPECT_TRUE(reading.failures(0).message().starts_with("REQUIRE( 1 + 1 == 3 )"));
  EXPECT_EQ(reading.failures(1).kind(), "exception");
}

TEST(ResultLines, OfAutomakeAreTestsAndItsCountsAreNot) {
  const v1::RunReading reading = ReadOutput(
      "PASS: tests/a.sh\nFAIL: tests/b.sh\nXFAIL: tests/c\nSKIP: tests/d\n# TOTAL: 4\n# FAIL:  1\n"
      "FAIL: 1\n",
      "", Exited(1));

  EXPECT_EQ(FailedTests(reading), Strings{"tests/b.sh"});
  EXPECT_EQ(Tests(reading.passed_tests()), (Strings{"tests/a.sh", "tests/c"}));
  EXPECT_EQ(Tests(reading.skipped_tests()), Strings{"tests/d"});
}

TEST(ResultLines, OfTapWithoutAPlanAreTestsWithWhatTheirCommentsSay) {
  const v1::RunReading reading = ReadOutput(
      "ok t1\nnot ok t2\n# expected: 3 is odd\n# actual:   3 is even\nok t3\n", "", Exited(1));

  EXPECT_EQ(reading.format(), "result-lines");
  EXPECT_EQ(FailedTests(reading), Strings{"t2"});
  EXPECT_EQ(reading.failures(0).message(), "expected: 3 is odd\nactual:   3 is even");
  EXPECT_EQ(Tests(reading.passed_tests()), (Strings{"t1", "t3"}));
}

TEST(ResultLines, AreNotWhatAProgramSaysToBeOk) {
  EXPECT_EQ(ReadOutput("ok then\nnot ok at all\n", "", Exited(1)).format(), "");
}

TEST(ResultLines, AreNotWhatAProgramLogsAsAnError) {
  EXPECT_EQ(ReadOutput("ERROR: cannot open the file\n", "", Exited(1)).format(), "");
}

TEST(Sanitizer, ReportOfAddressHasTheAccessLastAndWhereMemoryCameFromBefore) {
  const v1::RunReading reading = ReadErr("asan.txt");

  EXPECT_EQ(reading.format(), "sanitizer");
  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "heap-use-after-free");
  EXPECT_EQ(reading.failures(0).message(), "READ of size 4");
  EXPECT_EQ(Frames(reading.failures(0)),
            (Strings{"uaf.cc:7", "uaf.cc:3", "uaf.cc:8", "uaf.cc:4", "uaf.cc:9", "uaf.cc:5"}));
  EXPECT_EQ(reading.failures(0).frames(5).function(), "read");
  ExpectCitationsResolve(reading, "", Corpus("asan.txt"));
}

TEST(Sanitizer, ReportOfALeakHasWhereMemoryWasAllocated) {
  const v1::RunReading reading = ReadErr("lsan.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "memory leak");
  EXPECT_EQ(Frames(reading.failures(0)), (Strings{"leak.cc:3", "leak.cc:2"}));
}

TEST(Sanitizer, ReportOfUndefinedBehaviourHasNoAddress) {
  const v1::RunReading reading = ReadErr("ubsan.txt");
  const v1::RunReading stacks = ReadErr("ubsan_stack.txt");

  ASSERT_EQ(reading.failures_size(), 2);  // the third is at the place of the second
  EXPECT_EQ(reading.failures(0).kind(), "runtime error");
  EXPECT_EQ(reading.failures(0).message(),
            "signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'");
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"ub.cc:2"});
  EXPECT_EQ(Frames(stacks.failures(0)), (Strings{"ub.cc:3", "ub.cc:2"}));
}

TEST(Sanitizer, ReportOfARaceHasBothThreads) {
  const v1::RunReading reading = ReadErr("tsan.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "data race");
  EXPECT_EQ(Frames(reading.failures(0)), (Strings{"race.cc:4", "race.cc:3"}));
}

TEST(Valgrind, ReportHasTheAccessLast) {
  const v1::RunReading reading = ReadErr("valgrind.txt");
  const v1::RunReading leak = ReadErr("valgrind_leak.txt");

  EXPECT_EQ(reading.format(), "valgrind");
  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "Invalid read of size 4");
  EXPECT_EQ(Frames(reading.failures(0)).back(), "uaf.cc:5");
  ASSERT_EQ(leak.failures_size(), 1);
  EXPECT_EQ(leak.failures(0).kind(), "memory leak");
  EXPECT_EQ(Frames(leak.failures(0)), (Strings{"leak.cc:3", "leak.cc:2"}));
}

TEST(Gdb, BacktraceHasTheSignalAndTheFramesOfTheTree) {
  const v1::RunReading reading = ReadOut("gdb.txt");

  EXPECT_EQ(reading.format(), "gdb");
  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "SIGSEGV");
  EXPECT_EQ(Frames(reading.failures(0)), (Strings{"seg.cc:2", "seg.cc:1"}));
  EXPECT_EQ(reading.failures(0).frames(1).function(), "deref");
}

TEST(Gdb, BacktraceOfAllThreadsLeavesOutLibc) {
  const v1::RunReading reading = ReadOut("gdb_threads.txt");

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "SIGABRT");
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"thr.cc:2"});
}

TEST(Gdb, BacktraceThatAScriptPrintsAsJsonIsReadBeyondTheLimitOfALine) {
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += R"(,{"function":"f","file":"/usr/x.c","line":1})";
  const std::string bytes = R"(JSON:{"signal":"SIGSEGV","threads":[{"frames":[)"
                            R"({"function":"g","file":"/workspace/a.c","line":3})" +
                            deep + R"(,{"function":"main","file":"/workspace/a.c","line":9}]}]})" +
                            "\n";

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(1));

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "SIGSEGV");
  EXPECT_EQ(Frames(reading.failures(0)), (Strings{"a.c:9", "a.c:3"}));
}

TEST(Gdb, JsonOfManyLevelsNamesNoPlace) {
  const std::string deep(400'000, '[');
  const std::string bytes = "JSON:{\"threads\":[{\"frames\":[{\"line\":1,\"file\":" + deep +
                            std::string(deep.size(), ']') + "}]}]}\n";

  const v1::RunReading reading = ReadOutput(bytes, "", Exited(1));

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(Frames(reading.failures(0)), Strings{});
}

TEST(Reports, KeepTheirFailuresBesideWhatMakeSaysOfThem) {
  const v1::RunReading reading =
      ReadOutput(Corpus("gtest.txt"), "make: *** [Makefile:3: test] Error 1\n", Exited(2));

  EXPECT_EQ(FailedTests(reading), (Strings{"Shop.Adds", "Shop.Throws", "All/P.Even/0"}));
}

TEST(Abort, OfAnAssertionNamesItsPlace) {
  const v1::RunReading reading =
      ReadOutput("", "as: as.c:2: f: Assertion `x == 2 && \"x\"' failed.\nAborted\n", Exited(134));

  ASSERT_EQ(reading.failures_size(), 1);
  EXPECT_EQ(reading.failures(0).kind(), "assertion");
  EXPECT_EQ(reading.failures(0).message(), "x == 2 && \"x\"");
  EXPECT_EQ(Frames(reading.failures(0)), Strings{"as.c:2"});
  EXPECT_EQ(reading.failures(0).frames(0).function(), "f");
}

TEST(Abort, SaysWhichCheckOrExceptionEndedTheProgram) {
  const auto kind = [](const char* text) {
    const v1::RunReading reading = ReadOutput("", text, Signaled(SIGABRT));
    return reading.failures_size() == 1 ? reading.failures(0).kind() : "";
  };

  EXPECT_EQ(kind("free(): invalid pointer\n"), "heap corruption");
  EXPECT_EQ(kind("*** stack smashing detected ***: terminated\n"), "stack smashing");
  EXPECT_EQ(kind("terminate called after throwing an instance of 'std::runtime_error'\n"
                 "  what():  bad\nthing\n"),
            "std::runtime_error");
  EXPECT_EQ(kind("bash: line 1: 11196 Segmentation fault      ./seg\n"), "SIGSEGV");
  EXPECT_EQ(kind("computing\n"), "SIGABRT");
}

TEST(Build, ThatFailsHasThePlacesOfItsErrors) {
  const v1::RunReading gcc = ReadErr("gcc.txt");
  const v1::RunReading clang = ReadErr("clang.txt");
  const v1::RunReading make = ReadOutput("g++ -c err2.cc\n", Corpus("make.txt"), Exited(2));

  EXPECT_EQ(gcc.format(), "compiler");
  ASSERT_EQ(gcc.failures_size(), 2);
  EXPECT_EQ(gcc.failures(0).kind(), "compile error");
  EXPECT_EQ(gcc.failures(0).message(), "‘b’ was not declared in this scope");
  EXPECT_EQ(Frames(gcc.failures(0)), Strings{"err2.cc:1"});
  EXPECT_EQ(Frames(clang.failures(1)), Strings{"err2.cc:2"});
  EXPECT_EQ(make.failures_size(), 2);
  EXPECT_EQ(ReadErr("link.txt").failures(0).kind(), "link error");
  EXPECT_EQ(Frames(ReadErr("link.txt").failures(0)), Strings{"un.cc:1"});
}

TEST(NotStarted, SaysWhichTargetOrLibraryIsMissing) {
  const auto why = [](const char* text, int code) {
    return ReadOutput("", text, Exited(code)).not_started_because();
  };

  EXPECT_NE(why("make: *** No rule to make target 'nosuch'.  Stop.\n", 2).find("nosuch"),
            std::string::npos);
  EXPECT_NE(why("./a: error while loading shared libraries: libx.so.1: cannot open shared object "
                "file: No such file or directory\n",
                127)
                .find("libx.so.1"),
            std::string::npos);
  EXPECT_NE(ReadOutput("Test project /workspace\n", "No tests were found!!!\n", Exited(0))
                .not_started_because(),
            "");
}

}  // namespace
}  // namespace inquest::formats
