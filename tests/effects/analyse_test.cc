#include "runtime/effects/analyse.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/formats/unified_diff.h"
#include "runtime/store/memory.h"
#include "sandbox/workspace/tree.h"

namespace inquest::effects {
namespace {

class AnalyserTest : public testing::Test {
 protected:
  v1::Artifact Put(const std::string& bytes) { return *artifacts_.Put(bytes, "text/plain"); }

  v1::Analysis Analyse(const v1::AnalyseWork& work) {
    const v1::Observation observation = analyser_.Analyse(work, std::stop_token());
    EXPECT_TRUE(observation.has_analysis()) << observation.failure().message();
    return observation.analysis();
  }

  // A run that left this coverage; empty: none.
  void AddRun(std::int64_t effect, const std::string& coverage, v1::LocationRan& work) {
    v1::RunOfEffect& run = *work.add_runs();
    run.set_effect_id(effect);
    if (coverage.empty()) return;
    v1::CollectedFile& file = *run.mutable_outcome()->add_collected();
    file.set_path("coverage.jsonl");
    *file.mutable_artifact() = Put(coverage);
  }

  store::MemoryStore artifacts_;
  Analyser analyser_{artifacts_};
};

TEST_F(AnalyserTest, ReadsTheLastPhaseOfEachRun) {
  v1::AnalyseWork work;
  v1::RunOfEffect& run = *work.mutable_read_runs()->add_runs();
  run.set_effect_id(5);
  run.mutable_outcome()->add_phases()->set_name("build");
  v1::PhaseOutcome& phase = *run.mutable_outcome()->add_phases();
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_exit_code(1);
  *phase.mutable_stderr() =
      Put("Traceback (most recent call last):\n  File \"/workspace/a.py\", line 3, in f\n"
          "    g()\nKeyError: 'x'\n");
  work.mutable_read_runs()->add_runs()->set_effect_id(6);  // it has no phase at all

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.readings_size(), 2);
  EXPECT_EQ(analysis.readings(0).effect_id(), 5);
  ASSERT_EQ(analysis.readings(0).failures_size(), 1);
  EXPECT_EQ(analysis.readings(0).failures(0).kind(), "KeyError");
  EXPECT_EQ(analysis.readings(0).failures(0).citation().digest(), phase.stderr().digest());
  EXPECT_EQ(analysis.readings(1).effect_id(), 6);
}

TEST_F(AnalyserTest, TellsInWhichRunsALocationRanAndWhereItIsNotKnown) {
  const std::string ran =
      R"({"p":1,"files":{"0":"a.py"},"test":"t","outcome":"failed","lines":{"0":"3-5"}})"
      "\n";
  v1::AnalyseWork work;
  v1::LocationRan& question = *work.mutable_location_ran();
  question.mutable_location()->set_path("a.py");
  question.mutable_location()->set_first_line(4);
  question.mutable_location()->set_last_line(4);
  AddRun(1, ran, question);
  AddRun(2, "", question);
  std::string elsewhere = ran;
  elsewhere.replace(elsewhere.find("3-5"), 3, "7");
  AddRun(3, elsewhere, question);

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.ran_in_size(), 1);
  EXPECT_EQ(analysis.ran_in(0), 1);
  ASSERT_EQ(analysis.unknown_in_size(), 1);
  EXPECT_EQ(analysis.unknown_in(0), 2);
}

TEST_F(AnalyserTest, SplitsAPatchIntoItsRemaindersOnePerHunk) {
  std::string old_text;
  for (int i = 0; i < 40; ++i) old_text += "line " + std::to_string(i) + "\n";
  std::string new_text = old_text;
  new_text.replace(new_text.find("line 2\n"), 7, "LINE 2\n");
  new_text.replace(new_text.find("line 30\n"), 8, "LINE 30\n");
  const std::string diff = formats::FormatPatch(formats::DiffTexts("a.txt", old_text, new_text));
  v1::AnalyseWork work;
  work.mutable_split_patch()->set_patch_digest(Put(diff).digest());

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.without_hunk_size(), 2);
  const std::string without_first = *artifacts_.ReadAll(analysis.without_hunk(0));
  EXPECT_EQ(without_first.find("LINE 2\n"), std::string::npos);
  EXPECT_NE(without_first.find("LINE 30\n"), std::string::npos);
  EXPECT_TRUE(formats::ParsePatch(without_first).ok());
}

TEST_F(AnalyserTest, LeavesNothingOfAPatchOfOneHunk) {
  v1::AnalyseWork work;
  work.mutable_split_patch()->set_patch_digest(
      Put(formats::FormatPatch(formats::DiffTexts("a.txt", "a\n", "b\n"))).digest());

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.without_hunk_size(), 1);
  EXPECT_EQ(analysis.without_hunk(0), "");
}

TEST_F(AnalyserTest, WritesACertificateThatReadsBack) {
  v1::AnalyseWork work;
  v1::Certificate& certificate = *work.mutable_write_certificate()->mutable_certificate();
  certificate.set_investigation("x");
  certificate.set_alpha(0.01);

  const v1::Analysis analysis = Analyse(work);

  v1::Certificate read;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(
                  *artifacts_.ReadAll(analysis.certificate().digest()), &read)
                  .ok());
  EXPECT_EQ(read.SerializeAsString(), certificate.SerializeAsString());
}

TEST_F(AnalyserTest, SaysWhatIsMissingAsAFailure) {
  v1::AnalyseWork work;
  work.mutable_split_patch()->set_patch_digest(Sha256("never stored").ToHex());

  const v1::Observation observation = analyser_.Analyse(work, std::stop_token());

  ASSERT_TRUE(observation.has_failure());
  EXPECT_FALSE(observation.failure().reason().empty());
}

// A run whose last phase printed this.
v1::RunOfEffect Printed(std::int64_t effect, const v1::Artifact& out) {
  v1::RunOfEffect run;
  run.set_effect_id(effect);
  *run.mutable_outcome()->add_phases()->mutable_stdout() = out;
  return run;
}

TEST_F(AnalyserTest, TellsInWhichRunsTheOutputMatches) {
  v1::AnalyseWork work;
  v1::MatchRuns& question = *work.mutable_match_runs();
  question.set_matches("^total: -\\d+$");
  *question.add_runs() = Printed(1, Put("begin\ntotal: -12\nend\n"));
  *question.add_runs() = Printed(2, Put("total: 12\n"));
  question.add_runs()->set_effect_id(3);  // it has no phase at all

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.matched_in_size(), 1);
  EXPECT_EQ(analysis.matched_in(0), 1);
  ASSERT_EQ(analysis.unknown_in_size(), 1);
  EXPECT_EQ(analysis.unknown_in(0), 3);
}

TEST_F(AnalyserTest, TellsInWhichRunsAValueMatches) {
  v1::AnalyseWork work;
  v1::MatchRuns& question = *work.mutable_match_runs();
  question.set_matches("^None$");
  question.set_expression("order");
  const auto add = [&](std::int64_t effect, const std::string& recorded) {
    v1::RunOfEffect& run = *question.add_runs();
    run.set_effect_id(effect);
    v1::CollectedFile& file = *run.mutable_outcome()->add_collected();
    file.set_path("values.jsonl");
    *file.mutable_artifact() = Put(recorded);
  };
  add(1, "{\"started\": true}\n{\"value\": \"3\"}\n{\"value\": \"None\"}\n");
  add(2, "{\"started\": true}\n");
  add(3, "");

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.matched_in_size(), 1);
  EXPECT_EQ(analysis.matched_in(0), 1);
  ASSERT_EQ(analysis.unknown_in_size(), 1);
  EXPECT_EQ(analysis.unknown_in(0), 3);
}

TEST_F(AnalyserTest, RefusesAPatternThatIsNone) {
  v1::AnalyseWork work;
  work.mutable_match_runs()->set_matches("(");

  const v1::Observation observation = analyser_.Analyse(work, std::stop_token());

  EXPECT_EQ(observation.failure().reason(), "PATTERN_INVALID");
}

TEST_F(AnalyserTest, TracesThePathToTheFailureInTheSourcesOfTheTree) {
  const std::string test = "def test_price():\n    assert price(2) == 3\n";
  const std::string price = "RATE = 2\n\n\ndef price(n):\n    net = n * RATE\n    return net\n";
  sandbox::Tree tree;
  for (const auto& [path, text] : {std::pair("shop.py", price), std::pair("test_shop.py", test)}) {
    tree.entries.push_back({path, sandbox::TreeEntry::Kind::kFile, Sha256(text),
                            static_cast<std::int64_t>(text.size())});
    Put(text);
  }
  v1::AnalyseWork work;
  v1::TracePath& question = *work.mutable_trace_path();
  question.set_tree_digest(Put(sandbox::EncodeTree(tree)).digest());
  question.set_language("python");
  v1::Location& frame = *question.add_readings()->add_failures()->add_frames();
  frame.set_path("test_shop.py");
  frame.set_first_line(2);
  question.set_coverage_digest(
      Put(R"({"p":1,"files":{"0":"shop.py","1":"test_shop.py"},"test":"t","outcome":"failed",)"
          R"("lines":{"0":"5-6","1":"2"}})"
          "\n")
          .digest());

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.path_size(), 2);
  EXPECT_EQ(analysis.path(0).location().function(), "test_price");
  const v1::PathStep& step = analysis.path(1);
  EXPECT_EQ(step.location().path(), "shop.py");
  EXPECT_EQ(step.location().first_line(), 6);
  EXPECT_EQ(step.code().quote(), "    return net\n");
  EXPECT_EQ(step.code().digest(), Sha256(price).ToHex());
  EXPECT_EQ(price.substr(static_cast<std::size_t>(step.code().begin_byte()), 14), "    return net");
  ASSERT_EQ(step.values_size(), 3);
  EXPECT_EQ(step.values(0).name(), "n");
  EXPECT_EQ(step.values(0).kind(), v1::ValueFlow::KIND_SOURCE);
  EXPECT_EQ(step.values(1).name(), "net");
  EXPECT_EQ(step.values(1).kind(), v1::ValueFlow::KIND_TRANSFORMATION);
  EXPECT_EQ(step.values(1).line(), 5);
  EXPECT_EQ(step.values(1).code().quote(), "    net = n * RATE\n");
}

TEST_F(AnalyserTest, TracesNoPathWithoutAFrame) {
  v1::AnalyseWork work;
  work.mutable_trace_path()->add_readings()->add_failures()->set_kind("AssertionError");

  EXPECT_EQ(Analyse(work).path_size(), 0);
}

TEST_F(AnalyserTest, MakesTheConditionsThatAPatchWritesConstant) {
  const std::string text = "def f(n):\n    if n > 1:\n        return n\n    return 0\n";
  sandbox::Tree tree;
  sandbox::TreeEntry& entry = tree.entries.emplace_back();
  entry.path = "f.py";
  entry.content = *DigestFromHex(Put(text).digest());
  entry.size_bytes = static_cast<std::int64_t>(text.size());
  v1::AnalyseWork work;
  v1::MakeConditionsConstant& make = *work.mutable_make_conditions_constant();
  make.set_tree_digest(Put(sandbox::EncodeTree(tree)).digest());
  std::string fixed = text;
  fixed.replace(fixed.find('>'), 1, "<");
  make.set_patch_digest(
      Put(formats::FormatPatch(formats::DiffTexts("f.py", text, fixed))).digest());

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.constant_conditions_size(), 2);
  EXPECT_EQ(analysis.constant_conditions(0).condition(), "n < 1");
  EXPECT_TRUE(analysis.constant_conditions(0).always());
  EXPECT_EQ(analysis.constant_conditions(0).location().first_line(), 2);
  const std::string never = *artifacts_.ReadAll(analysis.constant_conditions(1).patch_digest());
  EXPECT_NE(never.find("-    if n > 1:\n+    if (n < 1) and 1 / 0:\n"), std::string::npos) << never;
}

TEST_F(AnalyserTest, TellsConditionsInTextThatAMessageCanHold) {
  const std::string text = "def f(n):\n    if n == '\xe9':\n        return 1\n";
  sandbox::Tree tree;
  sandbox::TreeEntry& entry = tree.entries.emplace_back();
  entry.path = "f.py";
  entry.content = *DigestFromHex(Put(text).digest());
  std::string fixed = text;
  fixed.replace(fixed.find("=="), 2, "!=");
  v1::AnalyseWork work;
  v1::MakeConditionsConstant& make = *work.mutable_make_conditions_constant();
  make.set_tree_digest(Put(sandbox::EncodeTree(tree)).digest());
  make.set_patch_digest(
      Put(formats::FormatPatch(formats::DiffTexts("f.py", text, fixed))).digest());

  const v1::Analysis analysis = Analyse(work);

  ASSERT_EQ(analysis.constant_conditions_size(), 2);
  EXPECT_EQ(analysis.constant_conditions(0).condition(), "n != '?'");
  v1::Analysis read;
  EXPECT_TRUE(read.ParseFromString(analysis.SerializeAsString()));
}

}  // namespace
}  // namespace inquest::effects
