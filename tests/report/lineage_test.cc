#include "runtime/report/lineage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/report/render.h"

namespace inquest::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class LineageTest : public testing::Test {
 protected:
  v1::Event& Add() {
    auto event = std::make_shared<v1::Event>();
    event->set_sequence(static_cast<std::int64_t>(dossier_.events.size()) + 1);
    dossier_.events.push_back(event);
    return *event;
  }

  void Propose(const std::string& id, v1::HypothesisStatus status, std::int64_t sequence) {
    v1::Hypothesis& hypothesis = dossier_.hypotheses.emplace_back();
    hypothesis.set_id(id);
    hypothesis.set_status(status);
    hypothesis.set_mechanism("the mechanism of " + id);
    hypothesis.set_proposed_by("person:ada");
    hypothesis.set_proposed_sequence(sequence);
  }

  // A visit to hypothesize that goes on with a hypothesis; gives the sequence of its end.
  std::int64_t Visit(int visit, const std::string& active) {
    v1::VisitStarted& started = *Add().mutable_visit_started();
    started.set_step(v1::STEP_HYPOTHESIZE);
    started.set_visit(visit);
    v1::StepSettled& settled = *Add().mutable_step_settled();
    settled.set_step(v1::STEP_HYPOTHESIZE);
    settled.mutable_hypotheses()->set_active_id(active);
    return static_cast<std::int64_t>(dossier_.events.size());
  }

  Dossier dossier_;
};

TEST_F(LineageTest, OfOneVisitAreSiblingsInTheOrderInWhichTheyWereTried) {
  const std::int64_t first = Visit(1, "h2");
  Visit(2, "h1");
  Propose("h1", v1::HYPOTHESIS_STATUS_SUPPORTED, first);
  Propose("h2", v1::HYPOTHESIS_STATUS_REFUTED, first);
  Propose("h3", v1::HYPOTHESIS_STATUS_PROPOSED, first);

  const std::vector<Round> rounds = Lineage(dossier_);

  ASSERT_EQ(rounds.size(), 1U);
  EXPECT_EQ(rounds[0].visit, 1);
  EXPECT_EQ(rounds[0].after, nullptr);
  ASSERT_EQ(rounds[0].ideas.size(), 3U);
  EXPECT_EQ(rounds[0].ideas[0].hypothesis->id(), "h2");
  EXPECT_EQ(rounds[0].ideas[0].tried, 1);
  EXPECT_EQ(rounds[0].ideas[1].hypothesis->id(), "h1");
  EXPECT_EQ(rounds[0].ideas[1].tried, 2);
  EXPECT_EQ(rounds[0].ideas[2].tried, 0);
}

TEST_F(LineageTest, OfAVisitAfterARefutationHangsBelowWhatFell) {
  Propose("h1", v1::HYPOTHESIS_STATUS_REFUTED, Visit(1, "h1"));
  Propose("h2", v1::HYPOTHESIS_STATUS_SUPPORTED, Visit(2, "h2"));

  const std::vector<Round> rounds = Lineage(dossier_);

  ASSERT_EQ(rounds.size(), 2U);
  ASSERT_NE(rounds[1].after, nullptr);
  EXPECT_EQ(rounds[1].after->id(), "h1");
  const std::string html = RenderHtml(dossier_);
  const std::size_t outer = html.find("<li id=\"hypothesis-h1\"");
  const std::size_t inner = html.find("<li id=\"hypothesis-h2\"");
  ASSERT_NE(outer, std::string::npos);
  ASSERT_NE(inner, std::string::npos);
  EXPECT_THAT(html.substr(outer, inner - outer),
              AllOf(HasSubstr("After <a href=\"#hypothesis-h1\">h1</a> fell: 1 idea"),
                    testing::Not(HasSubstr("</li>"))));
}

TEST_F(LineageTest, OfAPersonComesFromNobody) {
  Visit(1, "h1");
  Propose("h1", v1::HYPOTHESIS_STATUS_ACTIVE, 2);
  *Add().mutable_steered()->mutable_hypothesis() = v1::Hypothesis();
  Propose("h2", v1::HYPOTHESIS_STATUS_PROPOSED, 3);

  const std::vector<Round> rounds = Lineage(dossier_);

  ASSERT_EQ(rounds.size(), 2U);
  EXPECT_EQ(rounds[1].visit, 0);
  EXPECT_EQ(rounds[1].after, nullptr);
  EXPECT_THAT(RenderHtml(dossier_), HasSubstr("From a person: 1 idea"));
}

}  // namespace
}  // namespace inquest::report
