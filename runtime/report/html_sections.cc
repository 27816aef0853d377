#include "runtime/report/html_sections.h"

#include <algorithm>
#include <ctime>
#include <vector>

#include "runtime/report/claims.h"
#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

constexpr std::size_t kAnswersMax = 20;
constexpr std::size_t kTextMax = 2000;
constexpr std::size_t kRunsDrawnMax = 120;
constexpr std::size_t kMomentsMax = 200;

// The runs of an arm, in the order in which they were made; each leads to its row.
std::string ArmRow(const ArmRuns& arm, const std::string& label, const Links& links) {
  std::string drawn;
  for (std::size_t i = 0; i < std::min(kRunsDrawnMax, arm.runs.size()); ++i) {
    const std::int64_t id = arm.runs[i]->effect_id();
    const bool failed = arm.runs[i]->failed();
    const std::string name =
        "run " + std::to_string(id) + (failed ? ": the bug showed" : ": clean");
    const std::string attributes = "class=\"run " + std::string(failed ? "bad" : "good") +
                                   "\" title=\"" + name + "\" aria-label=\"" + name + "\"";
    const char* sign = failed ? "&#10007;" : "&#10003;";
    drawn += links.runs().contains(id)
                 ? Element("a", sign, attributes + " href=\"#run-" + std::to_string(id) + "\"")
                 : Element("span", sign, attributes + " role=\"img\"");
  }
  const std::size_t more = arm.runs.size() - std::min(kRunsDrawnMax, arm.runs.size());
  return Row(TextElement("th", label, "scope=\"row\"") +
             Element("td", drawn + EscapeHtml(more == 0 ? "" : " " + LeftOut(more, "runs"))) +
             TextElement("td", std::to_string(arm.failed()) + " of " +
                                   std::to_string(arm.runs.size()) + " failed"));
}

std::string DrawnRuns(const v1::Certificate& certificate, const Links& links) {
  std::string rows;
  for (const ArmRuns& arm : ArmsOf(certificate)) {
    if (arm.arm == "before") rows += ArmRow(arm, "before the patch", links);
    if (arm.arm == "after") rows += ArmRow(arm, "with the patch", links);
    if (arm.arm == "revert") rows += ArmRow(arm, "patch taken back", links);
  }
  if (rows.empty()) return {};
  return Element("table",
                 TextElement("caption",
                             "Made in turn, a column after the other: a cross where the bug "
                             "showed, a tick where it did not.") +
                     Element("tbody", rows),
                 "class=\"runs\"") +
         "\n";
}

std::string LocalTime(std::int64_t us) {
  const std::time_t seconds = us / 1'000'000;
  std::tm parts{};
  char buffer[32];  // NOLINT(*-avoid-c-arrays): strftime's
  if (::gmtime_r(&seconds, &parts) == nullptr) return {};
  return {buffer, std::strftime(buffer, sizeof buffer, "%H:%M:%S UTC", &parts)};
}

// What the colour of a moment is.
std::string MomentKind(const Moment& moment) {
  if (moment.what == "event") return "event";
  if (moment.result == "done" || moment.result == "VERIFIED_FIX") return "good";
  const bool fell = moment.result == "refuted" || moment.result == "patch rejected" ||
                    moment.result == "not reproducible";
  return fell ? "bad" : "open";
}

std::string MomentItem(const Moment& moment, std::int64_t longest_us) {
  const std::chrono::milliseconds lasted(moment.lasted_us / 1000);
  std::string html = TextElement("span", LocalTime(moment.began_us), "class=\"soft\"");
  std::string head = TextElement("strong", moment.what);
  if (!moment.result.empty()) head += " " + TextElement("span", moment.result, "class=\"result\"");
  if (moment.lasted_us > 0) {
    const double share = static_cast<double>(moment.lasted_us) / static_cast<double>(longest_us);
    const int width = std::max(1, static_cast<int>(share * 100));
    head += " " +
            Element("span", "", "class=\"bar\" style=\"width:" + std::to_string(width) + "px\"") +
            " " + TextElement("span", ShowDuration(lasted), "class=\"soft\"");
  }
  std::string events = "event " + std::to_string(moment.sequence);
  if (moment.last_sequence > moment.sequence) {
    events =
        "events " + std::to_string(moment.sequence) + " to " + std::to_string(moment.last_sequence);
  }
  head += " " + TextElement("span", events, "class=\"soft\"");
  html +=
      Element("div", Element("div", head) + Element("div", Prose(Clip(moment.message, kTextMax))));
  return Element("li", html, "class=\"" + MomentKind(moment) + "\"") + "\n";
}

}  // namespace

std::string QuestionSection(const Dossier& dossier) {
  const v1::Question& question = dossier.investigation.question();
  if (question.text().empty()) return {};
  std::string rows;
  const auto count = static_cast<std::size_t>(question.answers_size());
  for (std::size_t i = 0; i < std::min(kAnswersMax, count); ++i) {
    const v1::Answer& answer = question.answers(static_cast<int>(i));
    rows += Row(Element("td", TextElement("code", Clip(answer.answer(), kTextMax))) +
                TextElement("td", Clip(answer.description(), kTextMax)));
  }
  std::string html = Element("p", Prose(Clip(question.text(), kTextMax)), "class=\"lead\"");
  if (!question.input().empty()) {
    html += Element("p", "The input that tells them apart: " +
                             TextElement("code", Clip(question.input(), kTextMax)));
  }
  html += Table("Patches that pass every test, and what each answers.",
                {"answer", "with the patch"}, rows);
  html += Note(LeftOut(count - std::min(kAnswersMax, count), "answers"));
  return Section("question", "A question for a person", html);
}

std::string ProofSection(const Dossier& dossier, const Links& links) {
  if (!dossier.certificate) return {};
  std::string items;
  for (const Claim& claim : ProofClaims(dossier)) {
    const std::string runs = links.Runs(claim.effect_ids);
    items += Element("li", Prose(Clip(claim.text, kTextMax)) +
                               (runs.empty() ? ""
                                             : " " + Element("span", "Evidence: " + runs + ".",
                                                             "class=\"soft\""))) +
             "\n";
  }
  return Section("proof", "The proof",
                 DrawnRuns(*dossier.certificate, links) + Element("ul", items, "class=\"claims\""));
}

std::string PatchSection(const Dossier& dossier) {
  if (dossier.patch.empty()) return {};
  const v1::Fix& fix = dossier.investigation.fix();
  const bool verified = VerifiedHere(dossier.investigation);
  const std::string command = TextElement("code", Clip(fix.regression_command(), kTextMax));
  std::string html = Element("p", Prose(Capital(Clip(fix.description(), kTextMax)) + "."));
  if (!verified) {
    html += TextElement("p", "This patch is not verified here.", "class=\"warning\"");
  }
  html += DiffBlock("patch", dossier.patch);
  html += TextElement("h3", "The regression test");
  if (dossier.regression_patch.empty()) {
    html += Element("p", "It is in the tree already; this runs it: " + command);
  } else {
    html += Element("p", "A new file of the tree; this runs it: " + command) +
            DiffBlock("regression test", dossier.regression_patch);
  }
  const std::string id = IdOf(dossier.investigation);
  html += Note("`inquest apply " + id + "` applies " +
               (dossier.regression_patch.empty() ? "it" : "both") +
               " to a checkout; `inquest patch " + id + "` prints the patch.");
  return Section("patch", "The patch", html);
}

std::string TimelineSection(const Dossier& dossier) {
  const std::vector<Moment> moments = Timeline(dossier);
  std::int64_t longest_us = 1;
  for (const Moment& moment : moments) longest_us = std::max(longest_us, moment.lasted_us);
  std::string items;
  // Of a very long one: how it began, and how it ended.
  const std::size_t head = moments.size() <= kMomentsMax ? moments.size() : kMomentsMax / 2;
  for (std::size_t i = 0; i < head; ++i) items += MomentItem(moments[i], longest_us);
  if (head < moments.size()) {
    const std::size_t tail = kMomentsMax - head;
    items += TextElement("li", LeftOut(moments.size() - kMomentsMax, "moments"));
    for (std::size_t i = moments.size() - tail; i < moments.size(); ++i) {
      items += MomentItem(moments[i], longest_us);
    }
  }
  if (items.empty()) return {};
  return Section(
      "timeline", "The timeline",
      Element("ol", items, "class=\"timeline\"") +
          Note("`inquest watch " + IdOf(dossier.investigation) + "` prints every event."));
}

}  // namespace inquest::report
