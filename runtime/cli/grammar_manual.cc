#include <memory>

#include "runtime/base/file.h"
#include "runtime/cli/command.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/grammar.h"
#include "runtime/cli/manual_page.h"
#include "runtime/cli/manual_topics.h"

namespace inquest::cli {
namespace {

constexpr unsigned kReadableFile = 0644;
constexpr unsigned kReadableDirectory = 0755;

constexpr char kPlaces[] =
    "  $XDG_DATA_HOME/inquest             database, blobs, runs\n"
    "  $XDG_CONFIG_HOME/inquest           configuration\n"
    "  $XDG_STATE_HOME/inquest            log of a daemon that was started by this program\n"
    "  $XDG_RUNTIME_DIR/inquest           socket; without that variable, in the data directory\n";

constexpr char kLoop[] =
    "An investigation goes through six steps: observe, hypothesize, reproduce, test, fix and "
    "verify. "
    "Ideas may come from anywhere; verdicts come only from evidence that the runtime itself "
    "recorded. "
    "The daemon, inquestd, is started by the first verb that needs it.\n";

std::vector<WrittenPage> AllPages(Grammar& grammar) {
  std::string exits(ExitCodeHelp());
  exits.erase(0, exits.find('\n') + 1);
  ManualPage overview{"inquest", 1, "inquest", "", {}, {}};
  overview.more = {{"description", kLoop}, {"exit status", exits}, {"files", kPlaces}};
  std::vector<WrittenPage> pages;
  for (const CLI::App* verb : grammar.app.get_subcommands([](const CLI::App*) { return true; })) {
    if (verb->get_group().empty()) continue;
    const std::string name = "inquest-" + verb->get_name();
    overview.see_also.push_back(name + "(1)");
    ManualPage page{name, 1, "inquest " + verb->get_name(), grammar.ExamplesOf(*verb), {}, {}};
    page.more = {{"exit status", exits}};
    page.see_also = {"inquest(1)"};
    pages.push_back({"man1/" + name + ".1", RenderManual(page, *verb)});
  }
  for (const char* name : {"inquest-settings(5)", "inquest-errors(7)", "inquestd(8)"}) {
    overview.see_also.emplace_back(name);
  }
  for (WrittenPage& page : TopicPages()) pages.push_back(std::move(page));
  pages.push_back({"man1/inquest.1", RenderManual(overview, grammar.app)});
  return pages;
}

ExitCode WritePages(Session& session, const std::vector<WrittenPage>& pages,
                    const std::string& into) {
  for (const WrittenPage& page : pages) {
    const std::string path = into + "/" + page.file;
    Status written = MakeDirectories(path.substr(0, path.rfind('/')), kReadableDirectory);
    if (written.ok()) {
      written = WriteFileAtomically(path, page.roff, kReadableFile, Durability::kNone);
    }
    if (!written.ok()) return Fail(session, written);
  }
  return ExitCode::kVerifiedFix;
}

}  // namespace

void AddManual(Grammar& grammar) {
  CLI::App& manual = grammar.Add("manual", "write the manual pages below a directory", "");
  manual.group("");
  auto into = std::make_shared<std::string>();
  manual.add_option("into", *into)->type_name("DIR")->required();
  manual.callback([&grammar, into] {
    std::vector<WrittenPage> pages = AllPages(grammar);
    grammar.arguments.verb = [pages, into](Session& session, Interrupts&) mutable {
      // The daemon's options are its own to explain.
      const Result<CommandOutcome> daemon =
          RunCommand({ProgramDirectory() + "/inquestd", "--manual"}, ".");
      if (!daemon.ok()) return Fail(session, daemon.status());
      pages.push_back({"man8/inquestd.8", daemon->output});
      return WritePages(session, pages, *into);
    };
  });
}

}  // namespace inquest::cli
