#include "runtime/cli/manual_topics.h"

#include <utility>

#include "runtime/cli/error_help.h"
#include "runtime/cli/manual_page.h"
#include "runtime/cli/settings.h"

namespace inquest::cli {
namespace {

constexpr char kSettings[] =
    "What a verb goes by where its options do not say.\n"
    "\n"
    "A file of settings is YAML. A key that does not exist, or a value of the wrong type, is an "
    "error that names line and column; nothing is done then.\n";

constexpr char kPrecedence[] =
    "The first of these that sets a key counts; lists are not added up.\n"
    "\n"
    "  1. an option of the verb\n"
    "  2. -c KEY=VALUE; of two for one key, the last\n"
    "  3. INQUEST_KEY in the environment: the key in capitals, each dot as _\n"
    "  4. .inquest/project.yaml of the source tree, if it is trusted\n"
    "  5. $XDG_CONFIG_HOME/inquest/config.yaml, by default ~/.config/inquest/config.yaml\n"
    "  6. /etc/inquest/config.yaml\n"
    "  7. what Inquest, or the policy of the investigation, has as default\n"
    "\n"
    "A tree is trusted with `inquest trust DIR`, for the bytes that its .inquest has at that "
    "moment: "
    "where they change, it has to be trusted anew. socket, color and output are not for a project "
    "to set. `inquest init` proposes a project.yaml. "
    "`inquest config show --origin` prints what counts, and where it is from.\n";

constexpr char kExample[] =
    "  test: python3 -m pytest -q\n"
    "  tool_paths: [/opt/node/bin]\n"
    "  budget:\n"
    "    wall_time: 600s\n"
    "\n"
    "In the environment, a list has a colon between its parts:\n"
    "\n"
    "  INQUEST_BUDGET_WALL_TIME=600s INQUEST_TOOL_PATHS=/opt/node/bin:/opt/go/bin\n";

WrittenPage SettingsPage() {
  ManualPage page{"inquest-settings", 5, "", "", {}, {}};
  ManualSection keys{"settings", "", {}};
  for (const ShownSetting& setting : ExplainSettings({})) {
    keys.entries.push_back({setting.key, setting.meaning + "."});
  }
  page.more = {{"description", kSettings},
               std::move(keys),
               {"precedence and files", kPrecedence},
               {"example", kExample}};
  page.see_also = {"inquest(1)", "inquest-config(1)", "inquest-init(1)", "inquest-trust(1)"};
  return {"man5/inquest-settings.5", RenderManual(page, "what the verbs of inquest go by")};
}

WrittenPage ErrorsPage() {
  ManualPage page{"inquest-errors", 7, "", "", {}, {}};
  page.more = {{"description", ErrorIntroduction() + "\n"}};
  for (const ErrorGroup& group : ErrorGroups()) {
    ManualSection section{std::string(group.title), "", {}};
    for (const ErrorPage& error : group.pages) {
      section.entries.push_back({std::string(error.id), ErrorPageAsParagraphs(error)});
    }
    page.more.push_back(std::move(section));
  }
  page.see_also = {"inquest(1)", "inquest-help(1)"};
  return {"man7/inquest-errors.7", RenderManual(page, "the ids of errors and ends, explained")};
}

}  // namespace

std::vector<WrittenPage> TopicPages() { return {SettingsPage(), ErrorsPage()}; }

}  // namespace inquest::cli
