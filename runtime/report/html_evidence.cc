#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/html_sections.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::size_t kCommandMax = 1000;
constexpr std::size_t kPrintersShown = 3;

std::string Outputs(const v1::PhaseOutcome& phase, const Links& links) {
  std::string html;
  const auto add = [&](const char* name, const v1::Artifact& artifact) {
    if (artifact.size_bytes() == 0) return;
    html += std::string(html.empty() ? "" : ", ") + name + " " + links.Digest(artifact.digest()) +
            " (" + ShowBytes(artifact.size_bytes()) +
            (artifact.size_bytes() < 1024 ? " bytes)" : ")");
  };
  add("stdout", phase.stdout());
  add("stderr", phase.stderr());
  return html;
}

std::string RunRow(const EffectRecord& record, const Links& links) {
  const std::string id = std::to_string(record.effect->id());
  std::string endings;
  std::string outputs;
  for (const v1::PhaseOutcome& phase : record.run()->phases()) {
    const std::chrono::milliseconds wall(TimeUtil::DurationToMilliseconds(phase.wall_time()));
    endings += Element("div", EscapeHtml(PhaseWords(phase)) + " after " + ShowDuration(wall));
    outputs += Element("div", Outputs(phase, links));
  }
  return Row(TextElement("th", "run " + id, "scope=\"row\"") +
                 TextElement("td", Clip(record.effect->key(), kCommandMax)) +
                 Element("td", endings) + Element("td", outputs),
             "id=\"run-" + id + "\"");
}

std::string Commands(const v1::Effect& effect) {
  std::string html;
  for (const v1::Phase& phase : effect.run().phases()) {
    html += (html.empty() ? "" : ", then ") +
            TextElement("code", Clip(phase.shell_command(), kCommandMax));
  }
  return html;
}

// The runs, those of the same commands together, in the order of their first ones.
std::string Runs(const Dossier& dossier, const Links& links) {
  std::vector<std::pair<std::string, std::vector<const EffectRecord*>>> groups;
  std::map<std::string, std::size_t> index;
  for (const std::int64_t id : links.runs()) {
    const EffectRecord* record = dossier.Find(id);
    const std::string commands = Commands(*record->effect);
    const auto [place, fresh] = index.try_emplace(commands, groups.size());
    if (fresh) groups.push_back({commands, {}});
    groups[place->second].second.push_back(record);
  }
  std::string html;
  for (const auto& [commands, records] : groups) {
    std::string rows;
    for (const EffectRecord* record : records) rows += RunRow(*record, links);
    const std::string count =
        std::to_string(records.size()) + (records.size() == 1 ? " run of " : " runs of ");
    html += Folded(count + commands,
                   Table("Runs " + std::to_string(records.front()->effect->id()) + " to " +
                             std::to_string(records.back()->effect->id()) + ".",
                         {"run", "for", "how it ended", "what it printed"}, rows));
  }
  return html;
}

// "stdout of runs 5, 7 and 2 more".
std::string PrintedBy(const char* stream, const std::vector<std::int64_t>& runs) {
  std::string text = std::string(stream) + (runs.size() == 1 ? " of run " : " of runs ");
  for (std::size_t i = 0; i < std::min(kPrintersShown, runs.size()); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(runs[i]);
  }
  if (runs.size() <= kPrintersShown) return text;
  return text + " and " + std::to_string(runs.size() - kPrintersShown) + " more";
}

// What the excerpts are of, by digest: printed by runs, a file of the path, or cited by a
// hypothesis.
std::map<std::string, std::string> Origins(const Dossier& dossier) {
  std::map<std::string, std::vector<std::int64_t>> stdouts;
  std::map<std::string, std::vector<std::int64_t>> stderrs;
  for (const auto& [id, record] : dossier.effects) {
    if (record.effect == nullptr || record.run() == nullptr) continue;
    for (const v1::PhaseOutcome& phase : record.run()->phases()) {
      stdouts[phase.stdout().digest()].push_back(id);
      stderrs[phase.stderr().digest()].push_back(id);
    }
  }
  std::map<std::string, std::string> origins;
  for (const auto& [digest, runs] : stdouts) origins[digest] = PrintedBy("stdout", runs);
  for (const auto& [digest, runs] : stderrs) origins.emplace(digest, PrintedBy("stderr", runs));
  for (const v1::PathStep& step : dossier.path) {
    origins.emplace(step.code().digest(), step.location().path());
  }
  for (const v1::Hypothesis& hypothesis : dossier.hypotheses) {
    for (const v1::Citation& citation : hypothesis.citations()) {
      origins.emplace(citation.digest(), "cited by " + hypothesis.id());
    }
  }
  return origins;
}

std::string ExcerptItem(const std::string& digest, const Excerpt& excerpt,
                        const std::string& origin, const Links& links) {
  const auto size = static_cast<std::int64_t>(excerpt.bytes.size());
  const std::string total = std::to_string(excerpt.total_bytes) + " bytes";
  const std::string range = size < excerpt.total_bytes
                                ? "bytes " + std::to_string(excerpt.begin) + " to " +
                                      std::to_string(excerpt.begin + size) + " of " + total
                                : total;
  const std::string name = origin.empty() ? "artifact" : Clip(origin, kCommandMax);
  const std::string summary = EscapeHtml(name + ", " + range);
  return Folded(summary, Element("div",
                                 Note("Artifact `" + digest + "`.") +
                                     OutputBlock("artifact " + digest.substr(0, 12), excerpt.bytes,
                                                 links.MarksOf(digest)),
                                 "id=\"artifact-" + EscapeHtml(digest) + "\""));
}

}  // namespace

std::string EvidenceSection(const Dossier& dossier, const Links& links) {
  const std::string runs = Runs(dossier, links);
  std::map<std::string, std::string> origins = Origins(dossier);
  std::string excerpts;
  for (const auto& [digest, excerpt] : dossier.excerpts) {
    excerpts += ExcerptItem(digest, excerpt, origins[digest], links);
  }
  if (runs.empty() && excerpts.empty()) return {};
  const std::string id = IdOf(dossier.investigation);
  std::string html = Note("The tree is `" + dossier.investigation.tree_digest() +
                          "`. Every run was made in a sandbox on a copy of it; `inquest evidence " +
                          id + " DIGEST` prints any artifact whole.");
  if (!runs.empty()) html += TextElement("h3", "The runs that this report rests on") + runs;
  html += Note(LeftOut(links.runs_left_out(), links.runs_left_out() == 1 ? "run" : "runs",
                       "`inquest evidence " + id + "` lists what all of them printed."));
  if (!excerpts.empty()) {
    html += TextElement("h3", "What is cited, and what the runs printed") + excerpts;
  }
  return Section("evidence", "The evidence", html);
}

}  // namespace inquest::report
