#include "runtime/report/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "runtime/report/archive.h"
#include "runtime/report/bundle_layout.h"
#include "runtime/store/memory.h"
#include "sandbox/workspace/tree.h"

namespace inquest::report {
namespace {

using testing::HasSubstr;

constexpr char kId[] = "abcdefghijklmnopqrst";

// A journal of two events, of an investigation that goes on, whose tree has one file.
class Bundle : public testing::Test {
 protected:
  void SetUp() override {
    const std::string file = "print(1)\n";
    sandbox::Tree tree;
    tree.entries.push_back({"a.py", sandbox::TreeEntry::Kind::kFile, Sha256(file), 9});
    const std::string manifest = sandbox::EncodeTree(tree);
    ASSERT_TRUE(from_.Put(file, "text/x-python").ok());
    ASSERT_TRUE(from_.Put(manifest, "application/x-inquest-tree").ok());
    v1::Event created;
    created.set_sequence(1);
    created.mutable_created()->set_id(kId);
    created.mutable_created()->mutable_target()->set_tree_digest(Sha256(manifest).ToHex());
    created.mutable_created()->mutable_target()->set_test_command("python3 a.py");
    created.mutable_created()->set_investigator("builtin");
    created.mutable_created()->set_policy("scratch");
    v1::Event noted;
    noted.set_sequence(2);
    noted.mutable_steered()->set_note("it began yesterday");
    Append({created.SerializeAsString(), noted.SerializeAsString()});
  }

  void Append(std::vector<std::string> payloads) {
    store::AppendRequest request;
    request.id = kId;
    request.events = std::move(payloads);
    request.head.state = v1::STATE_RUNNING;
    std::promise<bool> done;
    from_.Append(request, [&](const auto& result) { done.set_value(result.ok()); });
    ASSERT_TRUE(done.get_future().get());
  }

  std::string Write(const BundleOptions& options = {}) {
    std::string bytes;
    const Status written = WriteBundle(kId, from_, options, [&](std::string_view piece) {
      bytes += piece;
      return Status::Ok();
    });
    EXPECT_TRUE(written.ok()) << written.message();
    return bytes;
  }

  static Result<Imported> Read(std::string bytes, store::Store& into) {
    const BundleSource source = [&]() -> Result<std::string> { return std::exchange(bytes, ""); };
    return ReadBundle(source, into, "uid:7", 7);
  }

  // The bundle with each file given to `change`, written anew.
  template <typename Change>
  static std::string Rewritten(std::string bytes, Change change) {
    ArchiveReader reader([&]() -> Result<std::string> { return std::exchange(bytes, ""); });
    std::string out;
    ArchiveWriter writer([&](std::string_view piece) {
      out += piece;
      return Status::Ok();
    });
    std::string path;
    std::string content;
    while (true) {
      const Result<bool> more = reader.Next(path, content, 1 << 20);
      EXPECT_TRUE(more.ok()) << more.status().message();
      if (!more.ok() || !*more) break;
      change(path, content);
      EXPECT_TRUE(writer.Add(path, content).ok());
    }
    EXPECT_TRUE(writer.Finish().ok());
    return out;
  }

  store::MemoryStore from_;
  store::MemoryStore into_;
};

TEST_F(Bundle, CarriesJournalTreeAndFilesAndPausesWhatWentOn) {
  const Result<Imported> imported = Read(Write(), into_);

  ASSERT_TRUE(imported.ok()) << imported.status().message();
  EXPECT_EQ(imported->id, kId);
  EXPECT_FALSE(imported->known);
  EXPECT_EQ(imported->events, 2);
  EXPECT_EQ(imported->artifacts, 2);
  EXPECT_EQ(imported->withheld, 0);
  EXPECT_EQ(*into_.ReadAll(Sha256("print(1)\n").ToHex()), "print(1)\n");
  const auto events = into_.ReadEvents(kId, 0, 10);
  ASSERT_EQ(events->size(), 3U);
  EXPECT_EQ((*events)[1].chain, (*from_.ReadEvents(kId, 0, 10))[1].chain);
  EXPECT_EQ(into_.GetHead(kId)->state, v1::STATE_PAUSED);
}

TEST_F(Bundle, AgainChangesNothing) {
  const std::string bundle = Write();
  ASSERT_TRUE(Read(bundle, into_).ok());

  const Result<Imported> again = Read(bundle, into_);

  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_TRUE(again->known);
  EXPECT_EQ(into_.GetHead(kId)->last_sequence, 3);
}

TEST_F(Bundle, IsTheSameBytesEachTime) { EXPECT_EQ(Write(), Write()); }

TEST_F(Bundle, OfAnotherInvestigationWithItsIdIsRefused) {
  const std::string bundle = Write();
  v1::Event created;
  created.set_sequence(1);
  created.mutable_created()->set_id(kId);
  store::AppendRequest request;
  request.id = kId;
  request.events = {created.SerializeAsString()};
  std::promise<bool> done;
  into_.Append(request, [&](const auto& result) { done.set_value(result.ok()); });
  ASSERT_TRUE(done.get_future().get());

  EXPECT_EQ(Read(bundle, into_).status().reason(), "INVESTIGATION_EXISTS");
}

TEST_F(Bundle, WithAnArtifactChangedIsRefused) {
  const std::string changed = Rewritten(Write(), [](std::string& path, std::string& content) {
    if (path.starts_with(kArtifactFolder)) content[0] ^= 1;
  });

  EXPECT_EQ(Read(changed, into_).status().reason(), "BUNDLE_DAMAGED");
  EXPECT_FALSE(into_.GetHead(kId).ok());
}

TEST_F(Bundle, WithAnEventChangedIsRefused) {
  const std::string changed = Rewritten(Write(), [](std::string& path, std::string& content) {
    const std::size_t at = content.find("yesterday");
    if (path == kJournalPath && at != std::string::npos) content.replace(at, 9, "long ago.");
  });

  const Result<Imported> read = Read(changed, into_);
  EXPECT_EQ(read.status().reason(), "BUNDLE_DAMAGED");
  EXPECT_THAT(read.status().message(), HasSubstr("chain"));
}

TEST_F(Bundle, CountsWhatIsWithheld) {
  bool dropped = false;
  std::string bundle = Write();
  std::string out;
  {
    ArchiveReader reader([&]() -> Result<std::string> { return std::exchange(bundle, ""); });
    ArchiveWriter writer([&](std::string_view piece) {
      out += piece;
      return Status::Ok();
    });
    std::string path;
    std::string content;
    while (*reader.Next(path, content, 1 << 20)) {
      if (content == "print(1)\n") {
        dropped = true;
        continue;
      }
      ASSERT_TRUE(writer.Add(path, content).ok());
    }
    ASSERT_TRUE(writer.Finish().ok());
  }

  const Result<Imported> imported = Read(out, into_);

  EXPECT_TRUE(dropped);
  ASSERT_TRUE(imported.ok()) << imported.status().message();
  EXPECT_EQ(imported->withheld, 1);
}

TEST_F(Bundle, CutOffAnywhereIsRefused) {
  const std::string bundle = Write();
  for (std::size_t size = 0; size < bundle.size(); size += 7) {
    store::MemoryStore into;
    EXPECT_FALSE(Read(bundle.substr(0, size), into).ok()) << size;
    EXPECT_FALSE(into.GetHead(kId).ok()) << size;
  }
}

TEST_F(Bundle, WithAByteChangedAnywhereIsRefusedOrTheSame) {
  const std::string bundle = Write();
  for (std::size_t at = 0; at < bundle.size(); ++at) {
    std::string changed = bundle;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    store::MemoryStore into;
    const Result<Imported> read = Read(changed, into);
    if (!read.ok()) continue;
    EXPECT_EQ((*into.ReadEvents(kId, 0, 10))[1].chain, (*from_.ReadEvents(kId, 0, 10))[1].chain)
        << at;
    EXPECT_EQ(read->artifacts + read->withheld, 2) << at;
  }
}

TEST_F(Bundle, ThatIsSomethingElseIsRefused) {
  EXPECT_EQ(Read("", into_).status().reason(), "BAD_BUNDLE");
  EXPECT_EQ(Read("PK\x03\x04 a zip", into_).status().reason(), "BAD_BUNDLE");
}

}  // namespace
}  // namespace inquest::report
