// inquestd for the crash tests: the product's own parts over a store that kills this very process
// (SIGKILL) at chosen appends. INQUEST_KILL_PLAN names the folder of the plan:
//   plan      "7b 12a": before the 7th append is handed to the store, and after the 12th is durable
//             but nobody was told; appends are counted over all daemons of the folder, from 1
//   appends   a byte for each append so far
//   kills     a byte for each kill
// Without the variable it is inquestd.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <sstream>
#include <utility>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/daemon/daemon.h"
#include "runtime/daemon/parts.h"

namespace inquest::daemon {
namespace {

constexpr std::uint64_t kPlanLimitBytes = 1 << 16;

class KillPlan {
 public:
  explicit KillPlan(const std::string& folder)
      : appends_(Open(folder + "/appends")), kills_(Open(folder + "/kills")) {
    const auto text = ReadFile(folder + "/plan", kPlanLimitBytes);
    CHECK(text.ok() && appends_.valid() && kills_.valid());
    std::istringstream words(*text);
    for (std::string word; words >> word;) points_.insert(word);
  }

  // The number of an append that begins.
  std::int64_t Count() {
    CHECK(::write(appends_.get(), "x", 1) == 1);
    struct stat info {};
    CHECK(::fstat(appends_.get(), &info) == 0);
    return info.st_size;
  }

  void Reached(std::int64_t append, char side) {
    if (!points_.contains(std::to_string(append) + side)) return;
    CHECK(::write(kills_.get(), &side, 1) == 1);
    ::kill(::getpid(), SIGKILL);
  }

 private:
  static Fd Open(const std::string& path) {
    return Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  }

  const Fd appends_;
  const Fd kills_;
  std::set<std::string> points_;
};

class KillingStore final : public store::Store {
 public:
  KillingStore(std::unique_ptr<store::Store> real, const std::string& folder)
      : plan_(folder), real_(std::move(real)) {}

  void Append(store::AppendRequest request, Appended done) override {
    const std::int64_t number = plan_.Count();
    plan_.Reached(number, 'b');
    real_->Append(std::move(request), [this, number, done = std::move(done)](auto appended) {
      if (appended.ok()) plan_.Reached(number, 'a');
      done(std::move(appended));
    });
  }

  Result<std::vector<store::JournalEvent>> ReadEvents(const std::string& id,
                                                      std::int64_t after_sequence,
                                                      int limit) override {
    return real_->ReadEvents(id, after_sequence, limit);
  }
  Result<store::Head> GetHead(const std::string& id) override { return real_->GetHead(id); }
  Result<std::vector<store::Head>> List(const store::ListQuery& query) override {
    return real_->List(query);
  }
  Result<std::vector<store::Head>> ListUnfinished() override { return real_->ListUnfinished(); }
  Result<std::vector<store::OutboxRow>> ReadOutbox(const std::string& id) override {
    return real_->ReadOutbox(id);
  }
  Result<std::optional<store::RequestRecord>> FindRequest(const std::string& id) override {
    return real_->FindRequest(id);
  }
  Status RememberRun(const Digest& key, const Digest& identity, store::RunMemory run) override {
    return real_->RememberRun(key, identity, std::move(run));
  }
  Result<std::optional<store::RunMemory>> RecallRun(const Digest& key) override {
    return real_->RecallRun(key);
  }
  Result<std::vector<v1::Artifact>> PutAll(const std::vector<store::NewArtifact>& all) override {
    return real_->PutAll(all);
  }
  Result<v1::Artifact> Describe(const Digest& digest) override { return real_->Describe(digest); }
  Result<std::string> Read(const Digest& digest, std::int64_t offset,
                           std::int64_t limit_bytes) override {
    return real_->Read(digest, offset, limit_bytes);
  }

 private:
  KillPlan plan_;
  std::unique_ptr<store::Store> real_;  // last: its writer's thread calls back into the plan
};

Result<Parts> AssembleToKill(const Options& options) {
  TRY_ASSIGN(Parts parts, Assemble(options));
  if (const char* folder = std::getenv("INQUEST_KILL_PLAN")) {
    // What does effects keeps the store inside; the engine's appends pass through here.
    parts.store = std::make_unique<KillingStore>(std::move(parts.store), folder);
  }
  return parts;
}

}  // namespace
}  // namespace inquest::daemon

int main(int argc, char** argv) {
  return inquest::daemon::RunProgram(argc, argv, inquest::daemon::AssembleToKill);
}
