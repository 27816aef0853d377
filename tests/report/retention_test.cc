#include "runtime/report/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inquest/v1/event.pb.h"
#include "runtime/store/memory.h"
#include "sandbox/workspace/tree.h"

namespace inquest::report {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr TimeUs kDay = TimeUs{86'400} * 1'000'000;

class Retention : public testing::Test {
 protected:
  // An investigation of a tree of one file, which got its last event at `when`.
  void Add(const std::string& id, const std::string& file, v1::State state, TimeUs when) {
    sandbox::Tree tree;
    tree.entries.push_back({"a.py", sandbox::TreeEntry::Kind::kFile, Sha256(file),
                            static_cast<std::int64_t>(file.size())});
    const std::string manifest = sandbox::EncodeTree(tree);
    ASSERT_TRUE(store_.Put(file, "text/x-python").ok());
    ASSERT_TRUE(store_.Put(manifest, "application/x-inquest-tree").ok());
    v1::Event created;
    created.set_sequence(1);
    created.mutable_created()->set_id(id);
    created.mutable_created()->mutable_target()->set_tree_digest(Sha256(manifest).ToHex());
    store::AppendRequest request;
    request.id = id;
    request.events = {created.SerializeAsString()};
    request.recorded_at_us = when;
    request.head.state = state;
    bool ok = false;
    store_.Append(request, [&](const auto& result) { ok = result.ok(); });
    ASSERT_TRUE(ok);
    trees_[id] = Sha256(manifest);
  }

  store::MemoryStore store_;
  std::map<std::string, Digest> trees_;
};

TEST_F(Retention, OnlyWhatEndedAndIsOldAndIsNotKept) {
  Add("old", "1", v1::STATE_ENDED, 1 * kDay);
  Add("paused", "2", v1::STATE_PAUSED, 1 * kDay);
  Add("kept", "3", v1::STATE_ENDED, 2 * kDay);
  Add("older", "4", v1::STATE_ENDED, 2 * kDay);
  Add("new", "5", v1::STATE_ENDED, 30 * kDay);

  const auto ended = EndedBefore(30 * kDay, {"kept"}, store_);

  ASSERT_TRUE(ended.ok());
  EXPECT_THAT(*ended,
              ElementsAre(Field(&store::Head::id, "old"), Field(&store::Head::id, "older")));
}

TEST_F(Retention, NamesTreesAndTheirFilesOfAllOtherInvestigations) {
  Add("goes", "print(1)\n", v1::STATE_ENDED, kDay);
  Add("stays", "print(2)\n", v1::STATE_ENDED, kDay);

  EXPECT_THAT(*NamedArtifacts({"goes"}, store_),
              UnorderedElementsAre(trees_["stays"], Sha256("print(2)\n")));
  EXPECT_THAT(*NamedArtifacts({"goes", "stays"}, store_), IsEmpty());
}

TEST_F(Retention, AJournalThatCannotBeReadStopsIt) {
  Add("goes", "print(1)\n", v1::STATE_ENDED, kDay);
  Add("damaged", "print(2)\n", v1::STATE_ENDED, kDay);
  ASSERT_TRUE(store_.DamageEvent("damaged", 1));

  EXPECT_EQ(NamedArtifacts({"goes"}, store_).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace inquest::report
