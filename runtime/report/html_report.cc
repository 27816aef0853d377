#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <vector>

#include "runtime/report/claims.h"
#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/html_sections.h"
#include "runtime/report/render.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::size_t kTitleMax = 300;
constexpr std::size_t kTextMax = 2000;

// An outcome as people say it.
std::string OutcomePhrase(const v1::Investigation& investigation) {
  switch (investigation.outcome()) {
    case v1::OUTCOME_VERIFIED_FIX:
      return "Verified fix";
    case v1::OUTCOME_ROOT_CAUSE_SUPPORTED:
      return "Cause supported, fix not verified";
    case v1::OUTCOME_REPRODUCED:
      return "Reproduced, cause not known";
    case v1::OUTCOME_OBSERVED:
      return "Seen to fail, not reproduced";
    default:
      return investigation.state() == v1::STATE_ENDED ? "Not seen to fail" : "Nothing known yet";
  }
}

std::string Badge(const v1::Investigation& investigation) {
  const bool verified = VerifiedHere(investigation);
  const std::string where = investigation.outcome_imported() ? ", on another machine" : "";
  return TextElement("p", OutcomePhrase(investigation) + where,
                     verified ? "class=\"badge good\"" : "class=\"badge open\"");
}

std::string Fact(const std::string& name, const std::string& value) {
  if (value.empty()) return {};
  return Element("div", TextElement("dt", name) + TextElement("dd", value));
}

std::string Facts(const v1::Investigation& investigation) {
  const v1::Reproduction& reproduction = investigation.reproduction();
  const std::chrono::milliseconds wall(
      TimeUtil::DurationToMilliseconds(investigation.spent().wall_time()));
  const std::string by = EndedByWord(investigation.ended_by());
  return Element(
      "dl",
      Fact("investigation", IdOf(investigation)) + Fact("outcome", OutcomeWords(investigation)) +
          Fact(by.empty() ? "state" : "ended by",
               by.empty() ? StateWord(investigation.state()) : by) +
          Fact("time", ShowDuration(wall)) +
          Fact("sandboxed runs", std::to_string(investigation.spent().runs())) +
          Fact("fails at base", reproduction.runs() == 0
                                    ? std::string()
                                    : std::to_string(reproduction.failures()) + " of " +
                                          std::to_string(reproduction.runs()) + " runs") +
          Fact("policy", investigation.policy()) + Fact("ideas from", investigation.investigator()),
      "class=\"facts\"");
}

std::string TitleOf(const v1::Investigation& investigation) {
  const std::string& title = investigation.problem().title();
  return title.empty() ? "An investigation without a title" : Clip(title, kTitleMax);
}

// A part of the page, and what it is called in the contents.
struct Part {
  std::string id;
  std::string name;
  std::string html;  // empty: there is none
};

std::vector<Part> Parts(const Dossier& dossier) {
  const Links links(dossier);
  return {{"question", "Question", QuestionSection(dossier)},
          {"proof", "Proof", ProofSection(dossier, links)},
          {"patch", "Patch", PatchSection(dossier)},
          {"path", "Path", PathSection(dossier, links)},
          {"hypotheses", "Hypotheses", HypothesesSection(dossier, links)},
          {"timeline", "Timeline", TimelineSection(dossier)},
          {"evidence", "Evidence", EvidenceSection(dossier, links)}};
}

std::string LinkTo(const std::vector<Part>& parts, const std::string& id, const std::string& text) {
  const bool there = std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
    return part.id == id && !part.html.empty();
  });
  return there ? " " + TextElement("a", text, "href=\"#" + id + "\"") : "";
}

// Each sentence leads to what it rests on.
std::string Lead(const Dossier& dossier, const std::vector<Part>& parts) {
  const std::string known =
      dossier.CauseHypothesis() == nullptr ? "What was tried" : "How this is known";
  std::string html;
  for (const std::string& sentence : Summary(dossier)) {
    const std::string link = html.empty() ? LinkTo(parts, "hypotheses", known)
                                          : LinkTo(parts, "proof", "The proof") +
                                                LinkTo(parts, "question", "The question");
    html += Element("p", Prose(Clip(sentence, kTextMax)) + link, "class=\"lead\"") + "\n";
  }
  return html;
}

std::string Contents(const std::vector<Part>& parts) {
  std::string items;
  for (const Part& part : parts) {
    if (!part.html.empty()) items += Element("li", LinkTo(parts, part.id, part.name));
  }
  if (items.empty()) return {};
  return Element("nav", Element("ul", items), "aria-label=\"contents\"") + "\n";
}

std::string Header(const Dossier& dossier, const std::vector<Part>& parts) {
  const v1::Investigation& investigation = dossier.investigation;
  const std::string title = TitleOf(investigation);
  return Element("header", "\n" + Badge(investigation) + "\n" + Element("h1", Prose(title)) + "\n" +
                               Lead(dossier, parts) + Facts(investigation) + "\n" +
                               Contents(parts)) +
         "\n";
}

std::string Footer(const Dossier& dossier) {
  std::string html = TextElement(
      "p", "Every number here comes from runs that Inquest made and recorded. The journal has " +
               std::to_string(dossier.events.size()) +
               " events; the chain of their hashes ends in " + dossier.chain + ".");
  if (!dossier.investigation.certificate_digest().empty()) {
    html += Element(
        "p", Prose("The certificate is artifact " + dossier.investigation.certificate_digest() +
                   "; `inquest export` and `inquest certify` carry the proof elsewhere "
                   "and make its runs again."));
  }
  return Element("footer", html) + "\n";
}

}  // namespace

std::string RenderHtml(const Dossier& dossier) {
  const std::string title = TitleOf(dossier.investigation);
  const std::string head =
      "\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n" +
      TextElement("title", title + " - Inquest") + "\n" + Element("style", kStyle) + "\n";
  const std::vector<Part> parts = Parts(dossier);
  std::string main = "\n";
  for (const Part& part : parts) main += part.html;
  return "<!DOCTYPE html>\n<html lang=\"en\">\n" + Element("head", head) + "\n" +
         Element("body",
                 "\n" + Header(dossier, parts) + Element("main", main) + "\n" + Footer(dossier)) +
         "\n</html>\n";
}

}  // namespace inquest::report
