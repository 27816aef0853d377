#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cctype>

#include "runtime/base/visible_text.h"
#include "runtime/report/claims.h"
#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/lineage.h"
#include "runtime/report/render.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

constexpr std::size_t kLineMax = 600;
// What is more is left out, and said so: hosts cut what is pasted at some 64 KiB.
constexpr std::size_t kBlockMax = std::size_t{16} << 10U;
constexpr std::size_t kItemsMax = 40;
constexpr std::string_view kSpecial = "\\`*[]<>#|~$&";

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::size_t LongestRun(std::string_view text, char c) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char here : text) {
    run = here == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// A code span that nothing in the text can close.
std::string Code(std::string_view text) {
  const std::string line = OneLine(text, kLineMax);
  const std::string fence(LongestRun(line, '`') + 1, '`');
  const bool pad = line.starts_with('`') || line.ends_with('`') || line.empty();
  return fence + (pad ? " " : "") + line + (pad ? " " : "") + fence;
}

// Text of any origin as Markdown text on one line: nothing in it is markup, a mention or a link.
std::string Plain(std::string_view line) {
  std::string escaped;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '@') {
      escaped += "&#64;";  // GitHub would tell a person of that name
      continue;
    }
    const bool inside = i > 0 && i + 1 < line.size() && IsWord(line[i - 1]) && IsWord(line[i + 1]);
    if (kSpecial.find(c) != std::string_view::npos || (c == '_' && !inside)) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// The same, with what stands between two backquotes as code.
std::string Escaped(std::string_view text) {
  const std::string line = OneLine(text, kLineMax);
  if (std::count(line.begin(), line.end(), '`') % 2 != 0) return Plain(line);
  std::string escaped;
  bool code = false;
  std::string_view rest = line;
  while (true) {
    const std::size_t end = std::min(rest.find('`'), rest.size());
    const std::string_view part = rest.substr(0, end);
    escaped += code ? Code(part) : Plain(part);
    if (end == rest.size()) return escaped;
    rest.remove_prefix(end + 1);
    code = !code;
  }
}

std::string Rest(std::size_t count, const std::string& what) {
  if (count <= kItemsMax) return {};
  return "- " + std::to_string(count - kItemsMax) + " more " + what + " are not shown here\n";
}

std::string Block(std::string_view text, const std::string& language) {
  const std::string shown = ForTerminal(Clip(text, kBlockMax));
  const std::string fence(std::max<std::size_t>(3, LongestRun(shown, '`') + 1), '`');
  return fence + language + "\n" + shown + (shown.ends_with('\n') ? "" : "\n") + fence + "\n";
}

std::string Question(const Dossier& dossier) {
  const v1::Question& question = dossier.investigation.question();
  if (question.text().empty()) return {};
  std::string text = "\n## A question for a person\n\n" + Escaped(question.text()) + "\n";
  const auto count = static_cast<std::size_t>(question.answers_size());
  for (std::size_t i = 0; i < std::min(kItemsMax, count); ++i) {
    const v1::Answer& answer = question.answers(static_cast<int>(i));
    text += "- " + Code(answer.answer()) + " with: " + Escaped(answer.description()) + "\n";
  }
  return text + Rest(count, "answers");
}

std::string Proof(const Dossier& dossier) {
  if (!dossier.certificate) return {};
  std::string text = "\n## The proof\n\n| arm | runs | failed |\n|---|---|---|\n";
  for (const ArmRuns& arm : ArmsOf(*dossier.certificate)) {
    text += "| " + Escaped(arm.arm) + " | " + std::to_string(arm.runs.size()) + " | " +
            std::to_string(arm.failed()) + " |\n";
  }
  text += "\n";
  for (const Claim& claim : ProofClaims(dossier)) text += "- " + Escaped(claim.text) + "\n";
  return text;
}

std::string Patch(const Dossier& dossier) {
  if (dossier.patch.empty()) return {};
  const v1::Fix& fix = dossier.investigation.fix();
  const bool verified = VerifiedHere(dossier.investigation);
  std::string text = std::string("\n## The patch") + (verified ? "" : " (not verified here)") +
                     "\n\n" + Escaped(fix.description()) + "\n\n" + Block(dossier.patch, "diff");
  if (dossier.regression_patch.empty()) {
    return text + "\nThe regression test is there already: " + Code(fix.regression_command()) +
           "\n";
  }
  return text + "\nThe regression test, run by " + Code(fix.regression_command()) + ":\n\n" +
         Block(dossier.regression_patch, "diff");
}

std::string Path(const Dossier& dossier) {
  if (dossier.path.empty()) return {};
  std::string text = "\n## How execution got to the failure\n\n";
  for (std::size_t i = 0; i < std::min(kItemsMax, dossier.path.size()); ++i) {
    text += "- " + Escaped(PlaceWords(dossier.path[i].location())) + "\n";
  }
  return text + Rest(dossier.path.size(), "steps");
}

// In the order in which they were tried, each below the one whose fall led to it.
std::string Hypotheses(const Dossier& dossier) {
  std::string text;
  std::size_t tried = 0;
  int waiting = 0;
  for (const Round& round : Lineage(dossier)) {
    for (const Idea& idea : round.ideas) {
      const v1::Hypothesis& hypothesis = *idea.hypothesis;
      if (hypothesis.status() == v1::HYPOTHESIS_STATUS_PROPOSED) {
        ++waiting;
        continue;
      }
      if (++tried > kItemsMax) continue;
      const std::string after =
          round.after == nullptr ? "" : " (after " + Escaped(round.after->id()) + " fell)";
      text += "- **" + Escaped(hypothesis.id()) + " " + StatusWord(hypothesis.status()) + "**" +
              after + " at " + Escaped(PlaceWords(hypothesis.location())) + ": " +
              Escaped(hypothesis.mechanism()) + "\n";
      if (!hypothesis.verdict_reason().empty()) {
        text += "  - " + Escaped(hypothesis.verdict_reason()) + "\n";
      }
    }
  }
  text += Rest(tried, "that were tried");
  if (waiting > 0) text += "- " + std::to_string(waiting) + " more were proposed and not tested\n";
  return text.empty() ? text : "\n## Hypotheses\n\n" + text;
}

std::string Steps(const Dossier& dossier) {
  std::string text = "\n## Timeline\n\n| step | took | result |\n|---|---|---|\n";
  const std::vector<Moment> moments = Timeline(dossier);
  // Of a long one: how it ended.
  const std::size_t first = moments.size() - std::min(kItemsMax, moments.size());
  if (first > 0) text += "| " + std::to_string(first) + " earlier ones | | not shown here |\n";
  for (std::size_t i = first; i < moments.size(); ++i) {
    const Moment& moment = moments[i];
    const std::chrono::milliseconds lasted(moment.lasted_us / 1000);
    text +=
        "| " + Escaped(moment.what) + " | " + (moment.lasted_us > 0 ? ShowDuration(lasted) : "") +
        " | " +
        Escaped(moment.result.empty() ? moment.message : moment.result + ": " + moment.message) +
        " |\n";
  }
  return text;
}

}  // namespace

std::string RenderMarkdown(const Dossier& dossier) {
  const v1::Investigation& investigation = dossier.investigation;
  std::string text = "# " + Escaped(investigation.problem().title()) + "\n\n**" +
                     Escaped(OutcomeWords(investigation)) + "**\n\n";
  for (const std::string& sentence : Summary(dossier)) text += Escaped(sentence) + "\n";
  text += Question(dossier) + Proof(dossier) + Patch(dossier) + Path(dossier) +
          Hypotheses(dossier) + Steps(dossier);
  text += "\n## Evidence\n\nInvestigation " + Code(IdOf(investigation)) + ", tree " +
          Code(investigation.tree_digest()) + ", " + std::to_string(dossier.events.size()) +
          " events, chain " + Code(dossier.chain) + ".";
  if (!investigation.certificate_digest().empty()) {
    text += " Certificate " + Code(investigation.certificate_digest()) + ".";
  }
  return text + "\n";
}

}  // namespace inquest::report
