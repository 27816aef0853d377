#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "runtime/base/clock.h"
#include "runtime/base/fd.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/daemon_socket.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/figures.h"
#include "runtime/report/json_parts.h"
#include "runtime/report/retention.h"
#include "runtime/store/sqlite/maintenance.h"

// The store as a whole: these verbs open it themselves, because no daemon may have it (gc, vacuum)
// or none is needed (backup, check).
namespace inquest::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kLineMax = 300;
constexpr std::size_t kTitleMax = 60;

std::string DirectoryOf(Session& session, const std::string& given) {
  return given.empty() ? session.paths().data
                       : std::filesystem::absolute(given).lexically_normal().string();
}

store::StoreProgress ShowOn(Console& console, const std::string& what) {
  return [&console, what](std::int64_t done, std::int64_t of) {
    console.Live(what + ": " + std::to_string(done) + " of " + std::to_string(of));
  };
}

// Alone with the store. A daemon of another directory than the usual one is not ours to end.
class Alone {
 public:
  static Result<Alone> With(Session& session, const std::string& directory) {
    Fd lock;
    if (directory == session.paths().data && !session.paths().others_daemon) {
      TRY_ASSIGN(lock, KeepDaemonAway(session.paths()));
    }
    TRY_ASSIGN(store::Maintenance maintenance, store::Maintenance::Open(directory));
    return Alone(std::move(lock), std::move(maintenance));
  }
  store::Maintenance& operator*() { return maintenance_; }
  store::Maintenance* operator->() { return &maintenance_; }

 private:
  Alone(Fd lock, store::Maintenance maintenance)
      : lock_(std::move(lock)), maintenance_(std::move(maintenance)) {}
  Fd lock_;  // let go after the store
  store::Maintenance maintenance_;
};

std::string Bytes(std::int64_t bytes) { return report::ShowBytes(bytes); }

struct Collected {
  std::vector<store::Head> ended;
  store::Removed removed;
  std::int64_t database_before = 0;
  std::int64_t database_after = 0;
};

Result<Collected> Collect(Session& session, const GcOptions& options) {
  std::set<std::string> kept;
  for (const std::string& word : options.kept) {
    TRY_ASSIGN(const std::string name, session.Resolve(word));
    kept.insert(name.substr(name.find('/') + 1));
  }
  TRY_ASSIGN(Alone alone, Alone::With(session, DirectoryOf(session, options.data_dir)));
  Collected collected;
  if (options.older_than.count() > 0) {
    const TimeUs before = SystemClock().NowUs() - 1000 * options.older_than.count();
    TRY_ASSIGN(collected.ended, report::EndedBefore(before, kept, alone->store()));
  }
  if (options.dry_run) return collected;
  std::vector<std::string> ids;
  for (const store::Head& head : collected.ended) ids.push_back(head.id);
  session.console().Live("reading what the other investigations name");
  TRY_ASSIGN(const auto named, report::NamedArtifacts({ids.begin(), ids.end()}, alone->store()));
  TRY_ASSIGN(collected.database_before, alone->DatabaseBytes());
  TRY_ASSIGN(collected.removed, alone->Remove(ids, named));
  session.console().Live("giving the space back");
  // What was removed is gone all the same: a disk that is too full for the copy is no failure of
  // gc.
  if (const Status given = alone->Vacuum(); !given.ok()) {
    session.console().Note("the space is free in the database, and not given back yet (" +
                           OneLine(given.message(), kLineMax) + "): inquest db vacuum tries again");
  }
  TRY_ASSIGN(collected.database_after, alone->DatabaseBytes());
  return collected;
}

json HeadJson(const store::Head& head) {
  return {{"investigation", head.id}, {"title", head.title}};
}

std::string CollectedText(const Collected& collected, const GcOptions& options) {
  std::string text;
  for (const store::Head& head : collected.ended) {
    text += OneLine(head.id, kTitleMax) + "  " + OneLine(head.title, kTitleMax) + "\n";
  }
  if (options.dry_run) {
    return text + "would remove " + std::to_string(collected.ended.size()) +
           " investigations, and every artifact that no other one names\n";
  }
  return text + "removed " + std::to_string(collected.removed.investigations) +
         " investigations and " + std::to_string(collected.removed.artifacts) + " artifacts (" +
         Bytes(collected.removed.raw_bytes) + " raw); database " +
         Bytes(collected.database_before) + " -> " + Bytes(collected.database_after) + "\n";
}

ExitCode Check(Session& session, const std::string& directory) {
  const auto checked = store::CheckStore(directory, ShowOn(session.console(), "reading"));
  session.console().ClearLive();
  if (!checked.ok()) return Fail(session, checked.status());
  std::string text;
  for (const std::string& problem : checked->problems) text += OneLine(problem, kLineMax) + "\n";
  text += std::string(checked->problems.empty() ? "ok: " : "DAMAGED: ") +
          std::to_string(checked->investigations) + " investigations, " +
          std::to_string(checked->events) + " events, " + std::to_string(checked->artifacts) +
          " artifacts (" + Bytes(checked->raw_bytes) + " raw)\n";
  const json object{{"directory", directory},          {"investigations", checked->investigations},
                    {"events", checked->events},       {"artifacts", checked->artifacts},
                    {"raw_bytes", checked->raw_bytes}, {"problems", checked->problems}};
  session.console().Data(session.json() ? report::DumpJson(object) : text);
  return checked->problems.empty() ? ExitCode::kVerifiedFix : ExitCode::kEndedWithout;
}

ExitCode BackUp(Session& session, const std::string& directory, const std::string& into) {
  if (into.empty()) {
    return Fail(session, {Code::kInvalidArgument, "USAGE", "say where to: db backup DIR"});
  }
  const std::string target = std::filesystem::absolute(into).lexically_normal().string();
  const auto done = store::BackUp(directory, target, ShowOn(session.console(), "copying files"));
  session.console().ClearLive();
  if (!done.ok()) return Fail(session, done.status());
  const json object{{"backup", target}, {"bytes", done->bytes}};
  session.console().Data(session.json() ? report::DumpJson(object) : target + "\n");
  session.console().Note("copied " + Bytes(done->bytes) +
                         "; look at it: inquest db check --data-dir " + OneLine(into, kLineMax));
  return ExitCode::kVerifiedFix;
}

ExitCode Vacuum(Session& session, const std::string& directory) {
  const auto vacuum = [&]() -> Result<std::pair<std::int64_t, std::int64_t>> {
    TRY_ASSIGN(Alone alone, Alone::With(session, directory));
    TRY_ASSIGN(const std::int64_t before, alone->DatabaseBytes());
    TRY(alone->Vacuum());
    TRY_ASSIGN(const std::int64_t after, alone->DatabaseBytes());
    return std::pair(before, after);
  };
  const auto bytes = vacuum();
  if (!bytes.ok()) return Fail(session, bytes.status());
  const json object{{"bytes_before", bytes->first}, {"bytes_after", bytes->second}};
  session.console().Data(session.json() ? report::DumpJson(object)
                                        : "database " + Bytes(bytes->first) + " -> " +
                                              Bytes(bytes->second) + "\n");
  return ExitCode::kVerifiedFix;
}

}  // namespace

ExitCode Gc(Session& session, const GcOptions& options) {
  const Result<Collected> collected = Collect(session, options);
  session.console().ClearLive();
  if (!collected.ok()) return Fail(session, collected.status());
  json object{{"dry_run", options.dry_run},
              {"artifacts", collected->removed.artifacts},
              {"raw_bytes", collected->removed.raw_bytes},
              {"investigations", json::array()}};
  for (const store::Head& head : collected->ended) {
    object["investigations"].push_back(HeadJson(head));
  }
  session.console().Data(session.json() ? report::DumpJson(object)
                                        : CollectedText(*collected, options));
  return ExitCode::kVerifiedFix;
}

ExitCode Database(Session& session, const DatabaseOptions& options) {
  const std::string directory = DirectoryOf(session, options.data_dir);
  if (options.what == "backup") return BackUp(session, directory, options.into);
  return options.what == "check" ? Check(session, directory) : Vacuum(session, directory);
}

}  // namespace inquest::cli
