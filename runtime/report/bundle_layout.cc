#include "runtime/report/bundle_layout.h"

#include <map>
#include <set>

#include "inquest/v1/effect.pb.h"
#include "runtime/report/evidence.h"
#include "sandbox/workspace/tree.h"

namespace inquest::report {
namespace {

bool IsOutput(const std::string& where) {
  return where.ends_with("phases.stdout") || where.ends_with("phases.stderr") ||
         where.ends_with("collected.artifact");
}

class Naming {
 public:
  explicit Naming(store::ArtifactStore& artifacts) : artifacts_(artifacts) {}

  Status Take(const EvidenceItem& item) {
    Name(item.digest, IsOutput(item.where));
    const bool tree = item.where.ends_with("tree_digest");
    if (!tree && !item.where.ends_with("history_digest")) return Status::Ok();
    if (!opened_.insert(item.digest).second) return Status::Ok();
    return tree ? TakeTree(item.digest) : TakeHistory(item.digest);
  }

  std::vector<NamedArtifact> named() && { return std::move(named_); }

 private:
  void Name(const std::string& digest, bool output) {
    const auto [known, fresh] = index_.try_emplace(digest, named_.size());
    if (fresh) {
      named_.push_back({digest, output});
    } else {
      named_[known->second].output = named_[known->second].output && output;
    }
  }

  Status TakeTree(const std::string& digest) {
    const Result<sandbox::Tree> tree = sandbox::ReadTree(artifacts_, digest);
    if (!tree.ok()) {
      return tree.status().code() == Code::kNotFound ? Status::Ok() : tree.status();
    }
    for (const sandbox::TreeEntry& entry : tree->entries) Name(entry.content.ToHex(), false);
    return Status::Ok();
  }

  Status TakeHistory(const std::string& digest) {
    const Result<std::string> bytes = artifacts_.ReadAll(digest);
    if (!bytes.ok()) {
      return bytes.status().code() == Code::kNotFound ? Status::Ok() : bytes.status();
    }
    v1::History history;
    if (!history.ParseFromString(*bytes)) return Status::Ok();
    for (const v1::Commit& commit : history.commits()) {
      if (!commit.patch_digest().empty()) Name(commit.patch_digest(), false);
    }
    return Status::Ok();
  }

  store::ArtifactStore& artifacts_;
  std::vector<NamedArtifact> named_;
  std::map<std::string, std::size_t> index_;
  std::set<std::string> opened_;  // trees and histories that were looked into
};

}  // namespace

Result<std::vector<NamedArtifact>> ArtifactsNamedBy(const std::vector<v1::Event>& events,
                                                    store::ArtifactStore& artifacts) {
  Naming naming(artifacts);
  for (const v1::Event& event : events) {
    for (const EvidenceItem& item : EvidenceOf(event)) TRY(naming.Take(item));
  }
  return std::move(naming).named();
}

}  // namespace inquest::report
