#include "runtime/report/html_links.h"

#include <algorithm>

#include "runtime/report/claims.h"

namespace inquest::report {
namespace {

constexpr std::size_t kDigestShown = 12;
constexpr std::size_t kRunsMax = 300;
constexpr std::size_t kRunsLinkedMax = 12;

std::string RangeId(const v1::Citation& citation) {
  return "bytes-" + citation.digest().substr(0, kDigestShown) + "-" +
         std::to_string(citation.begin_byte()) + "-" + std::to_string(citation.end_byte());
}

}  // namespace

Links::Links(const Dossier& dossier) : dossier_(dossier) {
  std::set<std::int64_t> all;
  const auto rest_on = [&](const auto& effect_ids) {
    for (const std::int64_t id : effect_ids) {
      const EffectRecord* record = dossier.Find(id);
      if (record == nullptr || record->run() == nullptr || !all.insert(id).second) continue;
      if (runs_.size() < kRunsMax) runs_.insert(id);
    }
  };
  // What is claimed first has its runs shown first.
  for (const Claim& claim : ProofClaims(dossier)) rest_on(claim.effect_ids);
  rest_on(dossier.investigation.reproduction().effect_ids());
  for (const v1::Hypothesis& hypothesis : dossier.hypotheses) {
    for (const v1::ArmMeasurement& arm : hypothesis.measurements()) rest_on(arm.effect_ids());
    for (const v1::Citation& citation : hypothesis.citations()) Cite(citation);
  }
  runs_left_out_ = all.size() - runs_.size();
  for (const v1::PathStep& step : dossier.path) Cite(step.code());
}

void Links::Cite(const v1::Citation& citation) {
  const auto found = dossier_.excerpts.find(citation.digest());
  if (found == dossier_.excerpts.end()) return;
  const Excerpt& excerpt = found->second;
  const std::int64_t shown_end = excerpt.begin + static_cast<std::int64_t>(excerpt.bytes.size());
  if (citation.begin_byte() < excerpt.begin || citation.end_byte() <= citation.begin_byte() ||
      citation.end_byte() > shown_end) {
    return;
  }
  std::vector<Mark>& marks = marks_[citation.digest()];
  const std::string id = RangeId(citation);
  if (std::any_of(marks.begin(), marks.end(), [&](const Mark& mark) { return mark.id == id; })) {
    return;
  }
  marks.push_back({static_cast<std::size_t>(citation.begin_byte() - excerpt.begin),
                   static_cast<std::size_t>(citation.end_byte() - excerpt.begin), id});
}

std::string Links::Run(std::int64_t effect_id) const {
  const std::string id = std::to_string(effect_id);
  if (!runs_.contains(effect_id)) return "run " + id;
  return Element("a", "run " + id, "href=\"#run-" + id + "\"");
}

std::string Links::Runs(std::vector<std::int64_t> effect_ids) const {
  if (effect_ids.empty()) return {};
  std::sort(effect_ids.begin(), effect_ids.end());
  effect_ids.erase(std::unique(effect_ids.begin(), effect_ids.end()), effect_ids.end());
  if (effect_ids.size() == 1) return Run(effect_ids[0]);
  std::string html = "runs ";
  for (std::size_t i = 0; i < std::min(kRunsLinkedMax, effect_ids.size()); ++i) {
    const std::string id = std::to_string(effect_ids[i]);
    html += i == 0 ? "" : ", ";
    html += runs_.contains(effect_ids[i]) ? Element("a", id, "href=\"#run-" + id + "\"") : id;
  }
  if (effect_ids.size() <= kRunsLinkedMax) return html;
  return html + " and " + std::to_string(effect_ids.size() - kRunsLinkedMax) + " more";
}

std::string Links::Digest(const std::string& digest) const {
  std::string shown = TextElement("code", digest.substr(0, kDigestShown));
  if (!dossier_.excerpts.contains(digest)) return shown;
  return Element("a", shown, "href=\"#artifact-" + EscapeHtml(digest) + "\"");
}

std::string Links::Range(const v1::Citation& citation) const {
  const std::string range = "bytes " + std::to_string(citation.begin_byte()) + " to " +
                            std::to_string(citation.end_byte());
  const std::string id = RangeId(citation);
  const std::vector<Mark> marks = MarksOf(citation.digest());
  const bool shown =
      std::any_of(marks.begin(), marks.end(), [&](const Mark& mark) { return mark.id == id; });
  return (shown ? TextElement("a", range, "href=\"#" + EscapeHtml(id) + "\"") : range) + " of " +
         Digest(citation.digest());
}

std::vector<Mark> Links::MarksOf(const std::string& digest) const {
  const auto found = marks_.find(digest);
  return found == marks_.end() ? std::vector<Mark>() : found->second;
}

}  // namespace inquest::report
