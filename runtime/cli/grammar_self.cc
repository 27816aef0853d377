#include <memory>

#include "runtime/cli/grammar.h"

namespace inquest::cli {
namespace {

void AddSettings(Grammar& grammar) {
  CLI::App& init =
      grammar.Add("init", "propose settings for a source tree, in .inquest/project.yaml",
                  "  inquest init\n  inquest init path/to/tree\n");
  auto directory = std::make_shared<std::string>(".");
  init.add_option("directory", *directory, "root of the source tree (default: here)")
      ->type_name("DIR");
  grammar.On(init,
             [directory](Session& session, Interrupts&) { return Init(session, *directory); });
  CLI::App& trust = grammar.Add("trust", "use what .inquest of a source tree says, as it is now",
                                "  inquest trust --show\n  inquest trust\n"
                                "  inquest trust path/to/tree --revoke\n");
  auto trusted = std::make_shared<TrustOptions>();
  trust.add_option("directory", trusted->directory, "root of the source tree (default: here)")
      ->type_name("DIR");
  CLI::Option* show =
      trust.add_flag("--show", trusted->show, "print what would be trusted, and nothing else");
  trust.add_flag("--revoke", trusted->revoke, "trust it no more")->excludes(show);
  grammar.On(trust,
             [trusted](Session& session, Interrupts&) { return TrustProject(session, *trusted); });
  CLI::App& config = grammar.Add("config", "what is set, and where",
                                 "  inquest config show --origin\n"
                                 "  inquest -c policy=strict config show\n");
  auto options = std::make_shared<ConfigOptions>();
  config.add_option("what", options->what, "show: every setting")
      ->check(CLI::IsMember({"show"}))
      ->type_name("WHAT")
      ->required();
  config.add_flag("--origin", options->origin, "with what set it");
  config.add_option("--source", options->source, "root of the source tree (default: here)")
      ->type_name("DIR");
  grammar.On(config,
             [options](Session& session, Interrupts&) { return ShowConfig(session, *options); });
}

void AddDataDir(CLI::App& verb, std::string& into) {
  verb.add_option("--data-dir", into, "of another daemon than the user's own")->type_name("DIR");
}

void AddStore(Grammar& grammar) {
  CLI::App& gc = grammar.Add("gc", "remove ended investigations, and what no other one names",
                             "  inquest gc --older-than 30d --dry-run\n"
                             "  inquest gc --older-than 30d --keep 019a7c\n");
  auto collect = std::make_shared<GcOptions>();
  AddDuration(gc, "--older-than", collect->older_than,
              "investigations that ended longer ago go, too (default: none)");
  gc.add_option("--keep", collect->kept, "an investigation that stays; repeatable")
      ->type_name("ID");
  gc.add_flag("--dry-run", collect->dry_run, "only say which investigations would go");
  AddDataDir(gc, collect->data_dir);
  grammar.On(gc, [collect](Session& session, Interrupts&) { return Gc(session, *collect); });
  CLI::App& database = grammar.Add("db", "back up, check or shrink the store",
                                   "  inquest db backup /mnt/backup/inquest-2026-11-30\n"
                                   "  inquest db check\n  inquest db vacuum\n");
  auto options = std::make_shared<DatabaseOptions>();
  database
      .add_option("what", options->what,
                  "backup: copy it while it is in use; check: read everything, and compare hashes; "
                  "vacuum: give free space back")
      ->check(CLI::IsMember({"backup", "check", "vacuum"}))
      ->type_name("WHAT")
      ->required();
  database.add_option("into", options->into, "backup: a directory that is not there yet")
      ->type_name("DIR");
  AddDataDir(database, options->data_dir);
  grammar.On(database,
             [options](Session& session, Interrupts&) { return Database(session, *options); });
}

}  // namespace

void AddSelf(Grammar& grammar) {
  CLI::App& demo = grammar.Add(
      "demo", "take a small program with a bug through all six steps; no key, no network",
      "  inquest demo\n");
  grammar.On(demo,
             [](Session& session, Interrupts& interrupts) { return Demo(session, interrupts); });
  CLI::App& debug = grammar.Add("debug", "about this installation", "  inquest debug paths\n");
  auto what = std::make_shared<std::string>();
  debug.add_option("what", *what, "paths: where things are kept")
      ->check(CLI::IsMember({"paths"}))
      ->type_name("WHAT")
      ->required();
  grammar.On(debug, [what](Session& session, Interrupts&) { return DebugPaths(session); });
  AddSettings(grammar);
  AddStore(grammar);
  CLI::App& doctor = grammar.Add("doctor", "look at what Inquest needs, and say what is missing",
                                 "  inquest doctor\n  inquest doctor --json\n");
  auto summary = std::make_shared<bool>(false);
  doctor.add_flag("--summary", *summary, "only what is not as it should be");
  doctor.callback([&grammar, summary] {
    grammar.arguments.without_settings = true;  // it says what is wrong with them
    grammar.arguments.verb = [summary](Session& session, Interrupts&) {
      return Doctor(session, *summary);
    };
  });
  CLI::App& version = grammar.Add("version", "print the version", "  inquest version --json\n");
  grammar.On(version, [](Session& session, Interrupts&) { return Version(session); });
  AddHelp(grammar);
}

}  // namespace inquest::cli
