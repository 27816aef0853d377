#include <google/protobuf/util/time_util.h>

#include <set>

#include "runtime/report/claims.h"
#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/html_sections.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

using google::protobuf::util::TimeUtil;

std::string CitationItem(const Dossier& dossier, const v1::Citation& citation) {
  return Element("li", DigestLink(dossier, citation.digest()) + ", bytes " +
                           std::to_string(citation.begin_byte()) + " to " +
                           std::to_string(citation.end_byte()) +
                           OutputBlock("quoted evidence", citation.quote()));
}

std::string ArmRows(const v1::Hypothesis& hypothesis) {
  std::string rows;
  for (const v1::ArmMeasurement& arm : hypothesis.measurements()) {
    std::string links;
    for (const std::int64_t id : arm.effect_ids())
      links += (links.empty() ? "" : ", ") + RunLink(id);
    rows += Row(
        TextElement("td", arm.arm()) +
        TextElement("td", std::to_string(arm.failures()) + " of " + std::to_string(arm.runs())) +
        Element("td", links));
  }
  return rows;
}

std::string Judged(const Dossier& dossier, const v1::Hypothesis& hypothesis) {
  const std::string status = StatusWord(hypothesis.status());
  const bool supported = hypothesis.status() == v1::HYPOTHESIS_STATUS_SUPPORTED;
  std::string inner =
      Element("summary", TextElement("strong", hypothesis.id() + " " + status) + " " +
                             TextElement("span", PlaceWords(hypothesis.location())));
  inner += TextElement("p", hypothesis.mechanism());
  if (!hypothesis.verdict_reason().empty()) {
    inner +=
        Element("p", TextElement("strong", "Verdict: ") + EscapeHtml(hypothesis.verdict_reason()));
  }
  const std::string if_true = PredictionWords(hypothesis.prediction().if_true());
  const std::string if_false = PredictionWords(hypothesis.prediction().if_false());
  if (!if_true.empty()) {
    inner += TextElement(
        "p",
        "Registered before the experiment: if true, " + if_true + "; if false, " + if_false + ".",
        "class=\"soft\"");
  }
  inner += Table("What was measured.", {"arm", "failed", "runs"}, ArmRows(hypothesis));
  std::string citations;
  for (const v1::Citation& citation : hypothesis.citations()) {
    citations += CitationItem(dossier, citation);
  }
  if (!citations.empty()) {
    inner += TextElement("p", "Evidence that it cites:") + Element("ul", citations);
  }
  return Element("li", Element("details", inner, supported ? "open" : ""),
                 "class=\"" + EscapeHtml(status) + "\"") +
         "\n";
}

std::string Waiting(const std::vector<const v1::Hypothesis*>& hypotheses) {
  if (hypotheses.empty()) return {};
  std::string items;
  for (const v1::Hypothesis* hypothesis : hypotheses) {
    items += TextElement("li", hypothesis->id() + " " + PlaceWords(hypothesis->location()) + ": " +
                                   hypothesis->mechanism());
  }
  return Element("li", Element("details", Element("summary", std::to_string(hypotheses.size()) +
                                                                 " proposed, not tested") +
                                              Element("ul", items))) +
         "\n";
}

// The runs that something above rests on, each once, in order.
std::set<std::int64_t> CitedRuns(const Dossier& dossier) {
  std::set<std::int64_t> cited;
  for (const Claim& claim : ProofClaims(dossier)) {
    cited.insert(claim.effect_ids.begin(), claim.effect_ids.end());
  }
  for (const v1::Hypothesis& hypothesis : dossier.hypotheses) {
    for (const v1::ArmMeasurement& arm : hypothesis.measurements()) {
      cited.insert(arm.effect_ids().begin(), arm.effect_ids().end());
    }
  }
  const auto& reproduction = dossier.investigation.reproduction().effect_ids();
  cited.insert(reproduction.begin(), reproduction.end());
  return cited;
}

std::string PhaseCell(const Dossier& dossier, const v1::PhaseOutcome& phase) {
  const auto output = [&](const char* name, const v1::Artifact& artifact) {
    if (artifact.size_bytes() == 0) return std::string();
    return std::string("; ") + name + " " + DigestLink(dossier, artifact.digest()) + " (" +
           ShowBytes(artifact.size_bytes()) + ")";
  };
  const std::chrono::milliseconds wall(TimeUtil::DurationToMilliseconds(phase.wall_time()));
  return EscapeHtml(PhaseWords(phase)) + " after " + ShowDuration(wall) +
         output("stdout", phase.stdout()) + output("stderr", phase.stderr()) + "<br>";
}

std::string RunRow(const Dossier& dossier, std::int64_t id) {
  const EffectRecord* record = dossier.Find(id);
  if (record == nullptr || record->run() == nullptr) return {};
  std::string phases;
  for (const v1::PhaseOutcome& phase : record->run()->phases()) phases += PhaseCell(dossier, phase);
  std::string commands;
  for (const v1::Phase& phase : record->effect->run().phases()) {
    commands += TextElement("code", phase.shell_command()) + "<br>";
  }
  return Row(TextElement("th", "run " + std::to_string(id), "scope=\"row\"") +
                 TextElement("td", record->effect->key()) + Element("td", commands) +
                 Element("td", phases),
             "id=\"run-" + std::to_string(id) + "\"");
}

std::string ExcerptItem(const std::string& digest, const Excerpt& excerpt) {
  const auto shown = static_cast<std::int64_t>(excerpt.bytes.size());
  const std::string range =
      shown < excerpt.total_bytes
          ? "bytes 0 to " + std::to_string(shown) + " of " + std::to_string(excerpt.total_bytes)
          : std::to_string(excerpt.total_bytes) + " bytes";
  return Element("details",
                 Element("summary", TextElement("code", digest) + " " + range) +
                     OutputBlock("artifact " + digest.substr(0, 12), excerpt.bytes),
                 "id=\"artifact-" + EscapeHtml(digest) + "\"") +
         "\n";
}

}  // namespace

std::string HypothesesSection(const Dossier& dossier) {
  std::string items;
  std::vector<const v1::Hypothesis*> waiting;
  for (const v1::Hypothesis& hypothesis : dossier.hypotheses) {
    if (hypothesis.status() == v1::HYPOTHESIS_STATUS_PROPOSED) {
      waiting.push_back(&hypothesis);
    } else {
      items += Judged(dossier, hypothesis);
    }
  }
  items += Waiting(waiting);
  if (!items.empty()) items = Element("ul", items, "class=\"tree\"");
  return Section("hypotheses", "Hypotheses", items);
}

std::string EvidenceSection(const Dossier& dossier) {
  std::string rows;
  for (const std::int64_t id : CitedRuns(dossier)) rows += RunRow(dossier, id);
  std::string excerpts;
  for (const auto& [digest, excerpt] : dossier.excerpts) excerpts += ExcerptItem(digest, excerpt);
  if (rows.empty() && excerpts.empty()) return {};
  std::string html =
      Element("p", Prose("The tree is " + dossier.investigation.tree_digest() +
                         ". Every run was made in a sandbox on a copy of it; `inquest evidence " +
                         IdOf(dossier.investigation) + " DIGEST` prints any artifact whole."));
  html += Table("The runs that this report rests on.", {"run", "for", "commands", "how it ended"},
                rows);
  if (!excerpts.empty()) html += TextElement("h3", "What they printed") + excerpts;
  return Section("evidence", "Evidence", html);
}

}  // namespace inquest::report
