#include <google/protobuf/util/time_util.h>

#include <atomic>
#include <filesystem>

#include "runtime/base/file.h"
#include "runtime/base/id.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/parse.h"
#include "runtime/cli/project.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/figures.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

using google::protobuf::util::TimeUtil;

Status SetSource(const InvestigateOptions& options, v1::Target& target) {
  const bool git = !options.git_url.empty();
  if (git == !options.source.empty()) {
    return {Code::kInvalidArgument, "TARGET_NOT_FOUND",
            "give either --source DIR or --git URL with --revision REV"};
  }
  if (git) {
    target.mutable_git()->set_url(options.git_url);
    target.mutable_git()->set_revision(options.git_revision);
    return Status::Ok();
  }
  std::error_code error;
  const std::filesystem::path path = std::filesystem::canonical(options.source, error);
  if (error || !std::filesystem::is_directory(path, error)) {
    return {Code::kInvalidArgument, "TARGET_NOT_FOUND",
            "there is no directory '" + options.source + "'"};
  }
  target.set_local_path(path.string());
  return Status::Ok();
}

constexpr std::size_t kPolicyMax = 40;
constexpr std::size_t kExpectedOutputBytesMax = std::size_t{16} << 20;

Status SetOracle(Session& session, const InvestigateOptions& options, v1::Target& target) {
  if (options.expected_output_file.empty() && options.fails_when.empty() &&
      options.oracle.empty() && !options.hang_is_bug && options.slower_than.count() == 0 &&
      options.memory_above_bytes == 0) {
    return Status::Ok();
  }
  v1::Oracle& oracle = *target.mutable_oracle();
  oracle.set_output_matches(options.fails_when);
  oracle.set_script(options.oracle);
  oracle.set_timeout_counts(options.hang_is_bug);
  if (options.slower_than.count() > 0) {
    oracle.mutable_more_than()->set_measurement(v1::MEASUREMENT_WALL_SECONDS);
    oracle.mutable_more_than()->set_value(1e-3 * static_cast<double>(options.slower_than.count()));
  }
  if (options.memory_above_bytes > 0) {
    oracle.mutable_more_than()->set_measurement(v1::MEASUREMENT_PEAK_MEMORY_BYTES);
    oracle.mutable_more_than()->set_value(static_cast<double>(options.memory_above_bytes));
  }
  // Where a text is looked for, or too much of something, another failure is another one.
  oracle.set_any_failure(options.fails_when.empty() && !oracle.has_more_than());
  if (options.expected_output_file.empty()) return Status::Ok();
  TRY_ASSIGN(const std::string bytes,
             ReadFile(options.expected_output_file, kExpectedOutputBytesMax));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  TRY_ASSIGN(const v1::Artifact artifact, client->WriteArtifact(bytes, "text/plain"));
  oracle.set_expected_stdout_digest(artifact.digest());
  return Status::Ok();
}

template <typename T>
void FillIn(T& option, const T& setting) {
  if (option == T()) option = setting;
}

// What the options do not say, the settings do.
Status FillFromSettings(Session& session, InvestigateOptions& options) {
  std::error_code error;
  if (options.source.empty() && options.git_url.empty() &&
      std::filesystem::exists(kProjectFolder, error)) {
    options.source = ".";
  }
  SettingsLayers layers = session.settings();
  if (!options.source.empty()) {
    TRY_ASSIGN(layers, SettingsFor(session, options.source));
  }
  const v1::Settings settings = Resolve(layers);
  FillIn(options.test_command, settings.test());
  FillIn(options.build_command, settings.build());
  FillIn(options.suite_command, settings.suite());
  FillIn(options.debugger, settings.debugger());
  FillIn(options.investigator, settings.investigator());
  FillIn(options.policy, settings.policy());
  for (const std::string& path : settings.tool_paths()) {
    options.tool_paths.push_back((std::filesystem::path(options.source) / path).string());
  }
  const v1::BudgetSettings& budget = settings.budget();
  FillIn(options.budget.max_wall,
         std::chrono::milliseconds(TimeUtil::DurationToMilliseconds(budget.wall_time())));
  FillIn(options.budget.max_runs, budget.runs());
  FillIn(options.budget.max_iterations, budget.iterations());
  if (!options.test_command.empty()) return Status::Ok();
  return {Code::kInvalidArgument, "USAGE",
          "say what shows the bug by failing: --test CMD, or `test` in the settings"};
}

Result<v1::CreateInvestigationRequest> MakeRequest(Session& session, InvestigateOptions options) {
  TRY(FillFromSettings(session, options));
  v1::CreateInvestigationRequest request;
  v1::Target& target = *request.mutable_target();
  TRY(SetSource(options, target));
  TRY(SetOracle(session, options, target));
  target.set_test_command(options.test_command);
  target.set_good_revision(options.good_revision);
  target.set_debugger(options.debugger);
  target.set_build_command(options.build_command);
  target.set_suite_command(options.suite_command);
  for (const std::string& path : options.tool_paths) {
    target.add_tool_paths(std::filesystem::absolute(path).lexically_normal().string());
  }
  request.mutable_problem()->set_title(options.title);
  request.set_investigator(options.investigator);
  request.set_policy(options.policy);
  SetBudget(options.budget, *request.mutable_budget());
  request.set_request_id(NewId());
  return request;
}

// A daemon that stops in the middle of the call is tried again: request_id makes that harmless.
Result<v1::Investigation> Create(Session& session, const v1::CreateInvestigationRequest& request) {
  TRY_ASSIGN(std::shared_ptr<Client> client, session.Connect());
  Result<v1::Investigation> created = client->Create(request);
  if (created.ok() || created.status().code() != Code::kUnavailable) return created;
  TRY_ASSIGN(client, session.Reconnect());
  return client->Create(request);
}

std::string Limits(const v1::Budget& budget) {
  const std::chrono::milliseconds wall(TimeUtil::DurationToMilliseconds(budget.wall_time()));
  return report::ShowDuration(wall) + " and " + std::to_string(budget.runs()) + " runs";
}

}  // namespace

ExitCode Investigate(Session& session, Interrupts& interrupts, const InvestigateOptions& options) {
  Console& console = session.console();
  const Result<v1::CreateInvestigationRequest> request = MakeRequest(session, options);
  if (!request.ok()) return Fail(session, request.status());
  const Result<v1::Investigation> created = Create(session, *request);
  if (!created.ok()) return Fail(session, created.status());
  const std::string id = report::IdOf(*created);
  if (options.detail != Progress::Detail::kQuiet) {
    console.Note("investigation " + console.Err(Tone::kStrong, id) + "  policy " +
                 OneLine(created->policy(), kPolicyMax) +
                 ": runs sandboxed on a snapshot, without network; the source tree is never "
                 "written; at most " +
                 Limits(created->budget()));
  }
  if (options.detach) {
    Findings opened;
    opened.investigation = *created;
    console.Data(session.json() ? FindingsAsJson(opened) : id + "\n");
    return ExitCode::kVerifiedFix;
  }
  v1::Investigation from_the_first_event = *created;
  from_the_first_event.clear_spent();
  from_the_first_event.clear_last_sequence();
  return FollowToTheEnd(session, interrupts, {from_the_first_event, options.detail});
}

}  // namespace inquest::cli
