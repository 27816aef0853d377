#include "runtime/cli/result.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace inquest::cli {
namespace {

Findings Verified() {
  Findings findings;
  v1::Investigation& investigation = findings.investigation;
  investigation.set_name("investigations/abcdefghijklmnopqrst");
  investigation.mutable_problem()->set_title("wrong total");
  investigation.set_state(v1::STATE_ENDED);
  investigation.set_outcome(v1::OUTCOME_VERIFIED_FIX);
  investigation.set_ended_by(v1::ENDED_BY_DONE);
  investigation.mutable_fix()->set_patch_digest(std::string(64, 'a'));
  investigation.mutable_spent()->mutable_wall_time()->set_seconds(12);
  v1::StepTime& step = *investigation.mutable_spent()->add_steps();
  step.set_step(v1::STEP_OBSERVE);
  step.mutable_wall_time()->set_seconds(2);
  findings.hypotheses.emplace_back().set_id("h1");
  findings.patch = "--- a/x.py\n+++ b/x.py\n";
  findings.regression_patch = "--- /dev/null\n+++ b/tests/test_x.py\n";
  findings.certificate = R"({"treeDigest": "ff"})";
  return findings;
}

TEST(FindingsAsJson, HasEveryKeyThatScriptsRelyOn) {
  const nlohmann::json object = nlohmann::json::parse(FindingsAsJson(Verified()));

  EXPECT_EQ(object["investigation"], "abcdefghijklmnopqrst");
  EXPECT_EQ(object["outcome"], "VERIFIED_FIX");
  EXPECT_EQ(object["ended_by"], "done");
  EXPECT_EQ(object["patch"], "--- a/x.py\n+++ b/x.py\n");
  EXPECT_EQ(object["regression_patch"], "--- /dev/null\n+++ b/tests/test_x.py\n");
  EXPECT_EQ(object["hypotheses"][0]["id"], "h1");
  EXPECT_EQ(object["certificate"]["treeDigest"], "ff");
  EXPECT_EQ(object["timings"]["observe"], 2000);
  EXPECT_EQ(object["timings"]["total"], 12000);
  EXPECT_TRUE(object.contains("message") && object.contains("ended_reason"));
}

v1::PathStep Step() {
  v1::PathStep step;
  step.mutable_location()->set_path("shop.py");
  step.mutable_location()->set_first_line(6);
  step.mutable_location()->set_function("price");
  step.mutable_code()->set_quote("    return net\n");
  v1::ValueFlow& value = *step.add_values();
  value.set_name("net");
  value.set_kind(v1::ValueFlow::KIND_TRANSFORMATION);
  value.set_line(5);
  value.mutable_code()->set_quote("    net = n * RATE  \n");
  return step;
}

TEST(FindingsAsJson, HasThePathToTheFailureAsCode) {
  Findings findings = Verified();
  findings.path.push_back(Step());

  const nlohmann::json object = nlohmann::json::parse(FindingsAsJson(findings));

  const nlohmann::json& step = object["path"][0];
  EXPECT_EQ(step["path"], "shop.py");
  EXPECT_EQ(step["line"], 6);
  EXPECT_EQ(step["function"], "price");
  EXPECT_EQ(step["code"], "    return net\n");
  EXPECT_EQ(step["values"][0]["name"], "net");
  EXPECT_EQ(step["values"][0]["kind"], "transformation");
  EXPECT_EQ(step["values"][0]["line"], 5);
}

TEST(FindingsAsText, ShowsThePathToTheFailureWithItsValues) {
  Findings findings = Verified();
  findings.path.push_back(Step());

  EXPECT_NE(FindingsAsText(findings).find(
                "path to the failure\n  shop.py:6 (price)\n      return net\n"
                "        net              transformation 5     net = n * RATE\n"),
            std::string::npos)
      << FindingsAsText(findings);
}

TEST(FindingsAsJson, HasNullsForWhatThereIsNot) {
  const nlohmann::json object = nlohmann::json::parse(FindingsAsJson(Findings{}));

  EXPECT_EQ(object["outcome"], "NOTHING");
  EXPECT_TRUE(object["patch"].is_null());
  EXPECT_TRUE(object["regression_patch"].is_null());
  EXPECT_TRUE(object["certificate"].is_null());
  EXPECT_TRUE(object["hypotheses"].empty());
}

TEST(FindingsAsJson, GivesNoPatchWhoseBytesItCannotHold) {
  Findings findings = Verified();
  findings.patch = "+gr\xfcn\n";

  EXPECT_TRUE(nlohmann::json::parse(FindingsAsJson(findings))["patch"].is_null());
}

TEST(FindingsAsJson, IsHarmlessOnATerminal) {
  Findings findings = Verified();
  findings.patch = "\x1b[2J\u202e";

  const std::string text = FindingsAsJson(findings);

  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  for (const char c : text) EXPECT_GE(c, 0);
}

TEST(FindingsAsText, SaysHowFarItGotAndWhatToDoNext) {
  const std::string text = FindingsAsText(Verified());

  EXPECT_TRUE(text.starts_with("VERIFIED_FIX (done)  wrong total\n"));
  EXPECT_NE(text.find("inquest patch abcdefghijklmnopqrst | git apply"), std::string::npos);
}

TEST(FindingsAsText, OfAnExhaustedBudgetSaysHowToRaiseIt) {
  Findings findings = Verified();
  findings.investigation.set_ended_by(v1::ENDED_BY_BUDGET);

  EXPECT_NE(FindingsAsText(findings).find("--max-wall"), std::string::npos);
}

TEST(FindingsAsText, IsHarmlessOnATerminal) {
  Findings findings = Verified();
  findings.investigation.mutable_problem()->set_title("\x1b]0;x\x07");
  findings.hypotheses[0].set_mechanism("\x1b[31m");
  findings.patch = "\x1b[2J";

  EXPECT_EQ(FindingsAsText(findings).find('\x1b'), std::string::npos);
}

TEST(HypothesesAsText, SaysWhatWasPredictedBeforehand) {
  Findings findings = Verified();
  v1::Predicate& predicate = *findings.hypotheses[0].mutable_prediction()->add_if_true();
  predicate.set_arms(v1::ARM_SELECTOR_ANY_INTERVENTION);
  predicate.set_measurement(v1::MEASUREMENT_FAILURE_RATE);
  predicate.set_comparison(v1::COMPARISON_AT_MOST);

  EXPECT_NE(HypothesesAsText(findings.hypotheses)
                .find("if true:  failure rate of some intervention at most 0.0 %"),
            std::string::npos);
}

TEST(HypothesesAsText, NamesTimesAndPatterns) {
  Findings findings = Verified();
  v1::Prediction& prediction = *findings.hypotheses[0].mutable_prediction();
  v1::Predicate& time = *prediction.add_if_true();
  time.set_arms(v1::ARM_SELECTOR_CONTROL);
  time.set_measurement(v1::MEASUREMENT_WALL_SECONDS);
  time.set_comparison(v1::COMPARISON_AT_LEAST);
  time.set_value(2.5);
  v1::Predicate& value = *prediction.add_if_true();
  value = time;
  value.set_measurement(v1::MEASUREMENT_VALUE_MATCH_RATE);
  value.set_expression("rate");
  value.set_matches("^2$");
  value.set_value(1);

  EXPECT_NE(HypothesesAsText(findings.hypotheses)
                .find("median wall time of the control at least 2.5 s and share of failing runs in "
                      "which rate matches ^2$ of the control at least 100.0 %"),
            std::string::npos);
}

TEST(ListAsText, OfNothingSaysHowToBegin) {
  EXPECT_NE(ListAsText({}).find("inquest investigate"), std::string::npos);
}

TEST(ErrorAsJson, CarriesTheStableId) {
  const Status status(Code::kNotFound, "ID_NOT_FOUND", "no such id");

  EXPECT_EQ(nlohmann::json::parse(ErrorAsJson(status))["error"]["id"], "ID_NOT_FOUND");
}

}  // namespace
}  // namespace inquest::cli
