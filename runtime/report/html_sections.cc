#include "runtime/report/html_sections.h"

#include <algorithm>
#include <ctime>

#include "runtime/report/claims.h"
#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

constexpr std::size_t kDigestShown = 12;

std::string RunLinks(const std::vector<std::int64_t>& effect_ids) {
  constexpr std::size_t kShown = 12;
  std::string links;
  for (std::size_t i = 0; i < std::min(kShown, effect_ids.size()); ++i) {
    links += (i > 0 ? ", " : "") + RunLink(effect_ids[i]);
  }
  if (effect_ids.size() > kShown) {
    links += " and " + std::to_string(effect_ids.size() - kShown) + " more";
  }
  return links.empty() ? links
                       : " " + Element("span", "Evidence: " + links + ".", "class=\"soft\"");
}

// A row of cells, one a run, in the order in which they were made.
std::string ArmRow(const ArmRuns& arm, const std::string& label) {
  constexpr std::size_t kShown = 40;
  std::string cells = TextElement("th", label, "scope=\"row\"");
  for (std::size_t i = 0; i < std::min(kShown, arm.runs.size()); ++i) {
    const bool failed = arm.runs[i]->failed();
    cells += Element("td",
                     Element("span", failed ? "&#10007;" : "&#10003;", "aria-hidden=\"true\"") +
                         TextElement("span", failed ? "failed" : "clean", "class=\"hidden\""),
                     failed ? "class=\"bad\"" : "class=\"good\"");
  }
  const std::string total =
      std::to_string(arm.failed()) + " of " + std::to_string(arm.runs.size()) + " failed";
  const std::string rest =
      arm.runs.size() > kShown ? " (the first " + std::to_string(kShown) + " are drawn)" : "";
  return Row(cells + TextElement("th", total + rest, "scope=\"row\""));
}

std::string DrawnRuns(const v1::Certificate& certificate) {
  std::string rows;
  for (const ArmRuns& arm : ArmsOf(certificate)) {
    if (arm.arm == "before") rows += ArmRow(arm, "before the patch");
    if (arm.arm == "after") rows += ArmRow(arm, "with the patch");
    if (arm.arm == "revert") rows += ArmRow(arm, "patch taken back");
  }
  if (rows.empty()) return {};
  return Element("table",
                 TextElement("caption",
                             "Runs of the reproduction, made in turn (left to right): a cross "
                             "where the bug showed, a tick where it did not.") +
                     Element("tbody", rows),
                 "class=\"runs\"") +
         "\n";
}

std::string ValueRows(const v1::PathStep& step) {
  std::string rows;
  for (const v1::ValueFlow& value : step.values()) {
    if (value.kind() == v1::ValueFlow::KIND_USE) continue;
    rows += Row(Element("td", TextElement("code", value.name())) +
                TextElement("td", FlowWord(value.kind())) +
                TextElement("td", std::to_string(value.line())) +
                Element("td", TextElement("code", value.code().quote())));
  }
  return rows;
}

std::string LocalTime(std::int64_t us) {
  const std::time_t seconds = us / 1'000'000;
  std::tm parts{};
  char buffer[32];  // NOLINT(*-avoid-c-arrays): strftime's
  if (::gmtime_r(&seconds, &parts) == nullptr) return {};
  return {buffer, std::strftime(buffer, sizeof buffer, "%H:%M:%S UTC", &parts)};
}

}  // namespace

std::string RunLink(std::int64_t effect_id) {
  const std::string id = std::to_string(effect_id);
  return Element("a", "run " + id, "href=\"#run-" + id + "\"");
}

std::string DigestLink(const Dossier& dossier, const std::string& digest) {
  const std::string shown = TextElement("code", digest.substr(0, kDigestShown));
  if (!dossier.excerpts.contains(digest)) return shown;
  return Element("a", shown, "href=\"#artifact-" + EscapeHtml(digest) + "\"");
}

std::string QuestionSection(const Dossier& dossier) {
  const v1::Question& question = dossier.investigation.question();
  if (question.text().empty()) return {};
  std::string rows;
  for (const v1::Answer& answer : question.answers()) {
    rows += Row(Element("td", TextElement("code", answer.answer())) +
                TextElement("td", answer.description()));
  }
  std::string html = Element("p", Prose(question.text()));
  if (!question.input().empty()) {
    html +=
        Element("p", "The input that tells them apart: " + TextElement("code", question.input()));
  }
  html += Table("Patches that pass every test, and what each answers.",
                {"answer", "with the patch"}, rows);
  return Section("question", "A question for a person", html);
}

std::string ProofSection(const Dossier& dossier) {
  if (!dossier.certificate) return {};
  std::string items;
  for (const Claim& claim : ProofClaims(dossier)) {
    items += Element("li", Prose(claim.text) + RunLinks(claim.effect_ids)) + "\n";
  }
  return Section("proof", "The proof",
                 DrawnRuns(*dossier.certificate) + Element("ul", items, "class=\"claims\""));
}

std::string PatchSection(const Dossier& dossier) {
  if (dossier.patch.empty()) return {};
  const v1::Fix& fix = dossier.investigation.fix();
  const bool verified = VerifiedHere(dossier.investigation);
  std::string html = TextElement("p", fix.description());
  if (!verified) html += TextElement("p", "This patch is not verified here.");
  html += DiffBlock("patch", dossier.patch);
  html += TextElement("h3", "Regression test");
  if (dossier.regression_patch.empty()) {
    html += Element("p", "It is there already: " + TextElement("code", fix.regression_command()));
  } else {
    html += Element("p", "Run it with " + TextElement("code", fix.regression_command())) +
            DiffBlock("regression test", dossier.regression_patch);
  }
  return Section("patch", "The patch", html);
}

std::string PathSection(const Dossier& dossier) {
  const v1::Hypothesis* cause = dossier.CauseHypothesis();
  std::string html;
  for (const v1::PathStep& step : dossier.path) {
    const std::string place = PlaceWords(step.location());
    const bool here = cause != nullptr && cause->location().path() == step.location().path();
    html += TextElement("h3", place) + SourceBlock(place, step.code().quote(),
                                                   step.location().first_line(),
                                                   here ? cause->location().first_line() : 0,
                                                   here ? cause->location().last_line() : 0);
    html += Table("Values that matter here, and where they come from.",
                  {"value", "kind", "line", "code"}, ValueRows(step));
  }
  if (cause != nullptr && !dossier.cause.text.empty()) {
    const std::string place = PlaceWords(cause->location());
    html = TextElement("h3", "The cause: " + place) +
           SourceBlock(place, dossier.cause.text, dossier.cause.first_line,
                       cause->location().first_line(), cause->location().last_line()) +
           html;
  }
  return Section("path", "Where it is, and how execution got there", html);
}

std::string TimelineSection(const Dossier& dossier) {
  std::string rows;
  for (const Moment& moment : Timeline(dossier)) {
    const std::chrono::milliseconds lasted(moment.lasted_us / 1000);
    rows += Row(TextElement("td", LocalTime(moment.began_us)) + TextElement("td", moment.what) +
                TextElement("td", moment.lasted_us > 0 ? ShowDuration(lasted) : "") +
                TextElement("td", moment.result.empty()
                                      ? moment.message
                                      : moment.result + (moment.message.empty() ? "" : ": ") +
                                            moment.message));
  }
  return Section(
      "timeline", "Timeline",
      Table("Every visit to a step, in order.", {"began", "step", "took", "result"}, rows));
}

}  // namespace inquest::report
