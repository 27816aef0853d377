#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stop_token>

#include "inquest/v1/certificate.pb.h"
#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/bundle.h"
#include "runtime/cli/ci_workflows.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/private_daemon.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/figures.h"
#include "runtime/report/junit.h"
#include "runtime/report/sarif.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kOutputBytesMax = 64 << 20;
constexpr unsigned kReadableFile = 0644;
constexpr std::size_t kLineMax = 400;
constexpr char kCertificates[] = ".inquest/certificates";

// What became of one bug.
struct Answer {
  enum class Kind { kGone, kBack, kUnknown } kind = Kind::kUnknown;
  std::string bundle;
  std::string title;
  std::string says;
  v1::Hypothesis cause;
  std::chrono::milliseconds took{0};
};

// What a bundle says of its bug.
struct Proven {
  v1::Investigation investigation;
  v1::Certificate certificate;
  v1::Hypothesis cause;
};

Result<Proven> ReadBundle(Session& session, const std::string& file) {
  TRY_ASSIGN(const v1::ImportBundleResponse imported, ImportFile(session, file));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  Proven proven;
  TRY_ASSIGN(proven.investigation, client->Get(imported.name()));
  if (proven.investigation.certificate_digest().empty()) {
    return Status(Code::kFailedPrecondition, "NOTHING_TO_CERTIFY", "it claims no verified fix");
  }
  TRY_ASSIGN(proven.certificate, session.FetchCertificate(proven.investigation));
  TRY_ASSIGN(const std::vector<v1::Hypothesis> all, client->Hypotheses(imported.name()));
  for (const v1::Hypothesis& one : all) {
    if (one.id() == proven.certificate.fix().hypothesis_id()) proven.cause = one;
  }
  return proven;
}

// What a run prints, beside failing, when the bug shows; empty: any failure is the bug.
std::string SaysOf(const v1::Certificate& certificate) {
  if (!certificate.fix().regression_patch_digest().empty()) {
    return certificate.fix().regression_says();
  }
  return certificate.reproduction().recipe().oracle().output_contains();
}

// The regression test on the tree as it is now: observe runs it, three times when it fails and more
// often before it believes that it does not. Any failure is looked at: one that is not the bug's
// does not mean that the bug is gone.
Result<v1::Investigation> Open(Session& session, const Proven& proven, const std::string& source) {
  v1::CreateInvestigationRequest request;
  v1::Target& target = *request.mutable_target();
  target = proven.investigation.target();
  target.set_local_path(source);
  target.clear_good_revision();
  target.clear_suite_command();
  target.set_test_command(proven.certificate.fix().regression_command());
  if (target.has_oracle()) target.mutable_oracle()->clear_output_contains();
  if (!proven.certificate.fix().regression_patch_digest().empty()) target.clear_oracle();
  request.mutable_problem()->set_title(proven.investigation.problem().title());
  request.set_policy(proven.investigation.policy());
  request.set_request_id(NewId());
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  return client->Create(request);
}

// Whether a failing run of the symptom printed the text.
Result<bool> Printed(Client& client, const v1::Symptom& symptom, const std::string& text) {
  if (text.empty()) return true;
  for (const v1::RunOfEffect& run : symptom.runs()) {
    if (run.outcome().phases().empty()) continue;
    const v1::PhaseOutcome& last = *run.outcome().phases().rbegin();
    for (const std::string& digest : {last.stdout().digest(), last.stderr().digest()}) {
      if (digest.empty()) continue;
      TRY_ASSIGN(const std::string printed, client.ReadArtifact(digest, kOutputBytesMax));
      if (printed.find(text) != std::string::npos) return true;
    }
  }
  return false;
}

// Follows it until observe has settled; whether the bug shows is known then.
Status Judge(Session& session, const std::string& name, const std::string& says,
             const std::stop_token& stop, Answer& answer) {
  v1::StepSettled settled;
  const auto take = [&](const v1::Event& event) {
    if (event.has_step_settled()) settled = event.step_settled();
    return !event.has_step_settled() && !event.has_ended();
  };
  TRY(Follow(session, name, 0, take, stop));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  TRY(client->Cancel(name).status());
  answer.says = settled.message();
  if (settled.reason() == "TRIGGER_DOES_NOT_FAIL") {
    answer.kind = Answer::Kind::kGone;
  } else if (settled.settlement() == v1::SETTLEMENT_DONE) {
    TRY_ASSIGN(const bool printed, Printed(*client, settled.symptom(), says));
    if (printed) {
      answer.kind = Answer::Kind::kBack;
    } else {
      answer.says += "; but not as it did when the bug showed";
    }
  }
  return Status::Ok();
}

Answer AskOne(const Paths& ours, Console& console, const std::string& file,
              const std::string& source, const std::stop_token& stop) {
  Answer answer;
  answer.bundle = fs::path(file).filename().string();
  const auto began = std::chrono::steady_clock::now();
  const auto ask = [&]() -> Status {
    TRY_ASSIGN(const std::unique_ptr<PrivateDaemon> place, PrivateDaemon::Make(ours));
    Session session(console, place->paths(), false);
    TRY_ASSIGN(const Proven proven, ReadBundle(session, file));
    answer.title = proven.investigation.problem().title();
    answer.cause = proven.cause;
    TRY_ASSIGN(const v1::Investigation opened, Open(session, proven, source));
    return Judge(session, opened.name(), SaysOf(proven.certificate), stop, answer);
  };
  if (const Status asked = ask(); !asked.ok()) answer.says = asked.message();
  answer.took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  return answer;
}

std::string KindWord(Answer::Kind kind) {
  return kind == Answer::Kind::kGone ? "gone" : kind == Answer::Kind::kBack ? "BACK" : "UNKNOWN";
}

std::string AsText(const std::vector<Answer>& answers) {
  std::string text;
  for (const Answer& answer : answers) {
    std::string word = KindWord(answer.kind);
    word.resize(9, ' ');
    text += word + OneLine(answer.bundle, kLineMax) + "  " + OneLine(answer.title, kLineMax) +
            "  (" + report::ShowDuration(answer.took) + ")\n";
    if (answer.kind != Answer::Kind::kGone) {
      text += "         " + OneLine(answer.says, kLineMax) + "\n";
    }
  }
  return text;
}

std::string AsJunit(const std::vector<Answer>& answers) {
  report::JunitSuite suite;
  suite.name = "bugs that were fixed";
  suite.classname = "inquest.ci";
  suite.timestamp = google::protobuf::util::TimeUtil::ToString(
      google::protobuf::util::TimeUtil::GetCurrentTime());
  for (const Answer& answer : answers) {
    const bool gone = answer.kind == Answer::Kind::kGone;
    suite.cases.push_back({answer.bundle + ": " + answer.title, answer.took.count() * 1000,
                           gone ? "" : answer.says, KindWord(answer.kind)});
  }
  return report::JunitOf(suite);
}

std::string AsSarif(const std::vector<Answer>& answers) {
  std::vector<report::SarifFinding> findings;
  for (const Answer& answer : answers) {
    if (answer.kind != Answer::Kind::kBack) continue;
    findings.push_back({answer.cause, answer.title + ": the bug is back. " + answer.says});
  }
  return report::SarifOf("inquest/ci", findings);
}

Result<std::vector<std::string>> BundlesOf(const CiOptions& options) {
  if (!options.bundles.empty()) return options.bundles;
  const fs::path folder = fs::path(options.source) / kCertificates;
  std::vector<std::string> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".inquest") files.push_back(entry.path().string());
  }
  if (files.empty()) {
    return Status(Code::kNotFound, "NO_CERTIFICATES", "there is no bundle in " + folder.string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Status WriteOut(const std::string& file, const std::string& text) {
  if (file.empty()) return Status::Ok();
  return WriteFileAtomically(file, text, kReadableFile, Durability::kNone);
}

}  // namespace

ExitCode Ci(Session& session, Interrupts& interrupts, const CiOptions& options) {
  if (!options.workflow.empty()) {
    session.console().Data(options.workflow == "github" ? kGithubWorkflow : kGitlabWorkflow);
    return ExitCode::kVerifiedFix;
  }
  std::error_code error;
  const std::string source = fs::canonical(options.source, error).string();
  if (error) {
    return Fail(session, Status(Code::kInvalidArgument, "TARGET_NOT_FOUND",
                                "there is no directory '" + options.source + "'"));
  }
  const Result<std::vector<std::string>> bundles = BundlesOf(options);
  if (!bundles.ok()) return Fail(session, bundles.status());
  std::stop_source leave;
  interrupts.Watch([&leave](int) { leave.request_stop(); });
  std::vector<Answer> answers;
  for (const std::string& bundle : *bundles) {
    if (leave.stop_requested()) break;
    session.console().Live("running the regression test of " + OneLine(bundle, kLineMax));
    answers.push_back(
        AskOne(session.paths(), session.console(), bundle, source, leave.get_token()));
  }
  session.console().ClearLive();
  interrupts.Stop();
  if (leave.stop_requested()) return ExitCode::kInterrupted;
  session.console().Data(AsText(answers));
  for (const Status& written : {WriteOut(options.junit_file, AsJunit(answers)),
                                WriteOut(options.sarif_file, AsSarif(answers))}) {
    if (!written.ok()) return Fail(session, written);
  }
  const bool all_gone = std::all_of(answers.begin(), answers.end(), [](const Answer& answer) {
    return answer.kind == Answer::Kind::kGone;
  });
  return all_gone ? ExitCode::kVerifiedFix : ExitCode::kEndedWithout;
}

}  // namespace inquest::cli
