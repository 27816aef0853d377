#include "runtime/effects/check_submission.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/formats/unified_diff.h"
#include "runtime/store/memory.h"
#include "sandbox/workspace/tree.h"
#include "steps/hypothesize/bisection.h"

namespace inquest::effects {
namespace {

class CheckedSubmission : public testing::Test {
 protected:
  CheckedSubmission() {
    sandbox::Tree tree;
    for (const char* path : {"half.py", "test_half.py"}) {
      tree.entries.push_back({.path = path,
                              .kind = sandbox::TreeEntry::Kind::kFile,
                              .content = Sha256("assert 1\n"),
                              .size_bytes = 9});
    }
    Put("assert 1\n");
    brief_.acquired.set_tree_digest(Put(sandbox::EncodeTree(tree)));
  }

  std::string Put(const std::string& bytes) {
    return artifacts_.Put(bytes, "text/plain")->digest();
  }

  v1::Candidate Change(const std::string& path, const std::string& before,
                       const std::string& origin) {
    v1::Candidate candidate;
    candidate.set_origin(origin);
    candidate.set_patch_digest(
        Put(formats::FormatPatch(formats::DiffTexts(path, before, "assert 2\n"))));
    return candidate;
  }

  // The reason of the only defect; empty: there is none.
  std::string Check(const v1::Submission& submission) {
    const auto defects = CheckSubmission(brief_, submission, artifacts_);
    EXPECT_TRUE(defects.ok());
    EXPECT_LE(defects->size(), 1U);
    return defects->empty() ? "" : defects->front().reason();
  }

  store::MemoryStore artifacts_;
  steps::Brief brief_;
};

TEST_F(CheckedSubmission, OnlyAPastTreeOfASurveyMayHaveOtherTests) {
  v1::Submission past;
  *past.add_survey() = Change("test_half.py", "assert 1\n", steps::kPastTree);
  v1::Submission surveyed;
  *surveyed.add_survey() = Change("test_half.py", "assert 1\n", "comparison");
  v1::Submission fix;
  *fix.add_candidates() = Change("test_half.py", "assert 1\n", steps::kPastTree);

  EXPECT_EQ(Check(past), "");
  EXPECT_EQ(Check(surveyed), "PATCH_TOUCHES_TEST");
  EXPECT_EQ(Check(fix), "PATCH_TOUCHES_TEST");
}

TEST_F(CheckedSubmission, WhatDoesNotApplyIsRefusedAlsoOfThePast) {
  for (const char* origin : {steps::kPastTree, "comparison"}) {
    v1::Submission submission;
    *submission.add_survey() = Change("half.py", "assert 3\n", origin);

    EXPECT_EQ(Check(submission), "PATCH_DOES_NOT_APPLY");
  }
}

}  // namespace
}  // namespace inquest::effects
