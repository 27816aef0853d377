#include "tests/end_to_end/crash_scene.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "sandbox/supervisor/claim.h"
#include "tests/end_to_end/buggy_target.h"
#include "tests/end_to_end/start_log.h"

namespace inquest::tests {
namespace {

namespace fs = std::filesystem;

// What two investigations of one deterministic target must agree on.
std::string ResultOf(const machine::State& state) {
  std::string text = v1::Outcome_Name(state.ended.outcome()) + " by " +
                     v1::EndedBy_Name(state.ended.ended_by()) + " " + state.ended.reason() + "\n";
  text +=
      "patch " + (state.brief.fix.has_value() ? state.brief.fix->patch_digest() : "none") + "\n";
  for (const v1::Hypothesis& hypothesis : state.brief.hypotheses) {
    text += hypothesis.id() + " " + hypothesis.location().path() + ":" +
            std::to_string(hypothesis.location().first_line()) + " " + hypothesis.mechanism() +
            ": " + v1::HypothesisStatus_Name(hypothesis.status()) + "\n";
  }
  return text;
}

// By the product's own programs, once a process.
const std::string& UndisturbedResult() {
  static const std::string result = [] {
    RuntimeUnderTest runtime;
    WriteBuggyTarget(runtime);
    const Finished finished = runtime.Inquest(InvestigateArguments(runtime));
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    runtime.KillDaemon();
    const auto states = runtime.FoldAll();
    EXPECT_EQ(states.size(), 1U);
    return states.empty() ? std::string() : ResultOf(states.begin()->second);
  }();
  return result;
}

std::int64_t SizeOf(const std::string& path) {
  std::error_code none;
  const auto size = fs::file_size(path, none);
  return none ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace

bool EndsWithin(pid_t pid, int milliseconds) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd watched{process.get(), POLLIN, 0};
  return !process.valid() || ::poll(&watched, 1, milliseconds) == 1;
}

std::string CrashScene::KillingPrograms() { return INQUEST_BINARY_DIR "/tests/killing/bin"; }
std::string CrashScene::RecordedPrograms() { return INQUEST_BINARY_DIR "/tests/recorded/bin"; }

CrashScene::CrashScene(const std::string& programs, const std::string& kill_plan)
    : runtime_(programs), plan_folder_(runtime_.home() + "/plan") {
  WriteBuggyTarget(runtime_);
  CHECK(MakeDirectories(plan_folder_, 0700).ok());
  CHECK(WriteFileAtomically(plan_folder_ + "/plan", kill_plan, 0600, Durability::kNone).ok());
  runtime_.SetVariable("INQUEST_KILL_PLAN", plan_folder_);
}

bool CrashScene::Open() {
  auto arguments = InvestigateArguments(runtime_);
  arguments.back() = "text";
  arguments.emplace_back("--detach");
  const Finished opened = runtime_.Inquest(arguments);
  EXPECT_EQ(opened.exit_code, 0) << opened.err;
  if (opened.exit_code != 0) return false;
  id_ = opened.out.substr(0, opened.out.find('\n'));
  witness_.emplace(runtime_.socket(), id_);
  return true;
}

std::int64_t CrashScene::appends() const { return SizeOf(plan_folder_ + "/appends"); }
std::int64_t CrashScene::kills() const { return SizeOf(plan_folder_ + "/kills"); }

std::optional<std::string> CrashScene::KillASupervisor(std::mt19937_64& random,
                                                       const std::set<std::string>& spared) const {
  std::vector<std::pair<std::string, Fd>> alive;
  std::error_code gone;
  for (fs::directory_iterator at(runtime_.data() + "/runs", gone), end; !gone && at != end;
       at.increment(gone)) {
    // Also one that claims its run at this moment.
    std::string name = at->path().filename();
    name.erase(std::min(name.size(), name.find(sandbox::kStagingMark)));
    const auto claim = sandbox::ReadClaim(at->path());
    if (!claim.ok() || spared.contains(name)) continue;
    Fd process = sandbox::OpenClaimant(*claim);
    if (process.valid()) alive.emplace_back(name, std::move(process));
  }
  if (alive.empty()) return std::nullopt;
  const auto& [name, process] = alive[random() % alive.size()];
  ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
  return name;
}

void CrashScene::ExpectNothingToldIsLost(const std::string& id) {
  const std::vector<v1::Event> journal = runtime_.Journal(id);
  for (std::size_t i = 0; i < journal.size(); ++i) {
    ASSERT_EQ(journal[i].sequence(), static_cast<std::int64_t>(i) + 1);
    if (journal[i].has_effect_retried()) ++retried_;
  }
  for (const auto& [sequence, told] : witness_->Told()) {
    ASSERT_LE(sequence, static_cast<std::int64_t>(journal.size())) << "told, and then lost";
    const v1::Event& there = journal[static_cast<std::size_t>(sequence - 1)];
    ASSERT_TRUE(google::protobuf::util::MessageDifferencer::Equals(told, there))
        << "told " << told.ShortDebugString() << " but recorded " << there.ShortDebugString();
  }
}

void CrashScene::ExpectNoStartTwice() const {
  const auto log = ReadFile(runtime_.data() + "/" + kStartLogFile, 1 << 20);
  ASSERT_TRUE(log.ok()) << "no start was written down";
  const std::vector<std::string> starts = StartsOf(*log);
  EXPECT_GT(starts.size(), 20U);
  EXPECT_THAT(StartedTwice(starts), testing::IsEmpty());
}

void CrashScene::ExpectUndisturbedResult() {
  // Taken to its end: by then the witness was told the last event, if it was told any.
  witness_->AwaitSequence(1 << 30);
  runtime_.KillDaemon();
  const auto states = runtime_.FoldAll();
  ASSERT_EQ(states.size(), 1U) << "one request, one investigation";
  const auto& [id, state] = *states.begin();
  EXPECT_EQ(id, id_);
  EXPECT_EQ(ResultOf(state), UndisturbedResult());
  EXPECT_TRUE(state.in_flight.empty());
  ExpectNothingToldIsLost(id);
  ExpectNoStartTwice();
  // What a kill left behind (a run that was wanted no more, a folder) is gone after the next start.
  EXPECT_EQ(runtime_.Inquest({"list"}).exit_code, 0);
  while (!fs::is_empty(runtime_.data() + "/runs")) std::this_thread::yield();
}

}  // namespace inquest::tests
