#include <google/protobuf/util/time_util.h>

#include "runtime/report/claims.h"
#include "runtime/report/figures.h"
#include "runtime/report/html.h"
#include "runtime/report/html_sections.h"
#include "runtime/report/render.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

using google::protobuf::util::TimeUtil;

std::string Badge(const v1::Investigation& investigation) {
  const bool verified = VerifiedHere(investigation);
  const std::string by = EndedByWord(investigation.ended_by());
  const std::string state = by.empty() ? StateWord(investigation.state()) : "ended: " + by;
  return TextElement("span", OutcomeWords(investigation) + " (" + state + ")",
                     verified ? "class=\"badge good\"" : "class=\"badge open\"");
}

std::string Fact(const std::string& name, const std::string& value) {
  if (value.empty()) return {};
  return Element("div", TextElement("dt", name) + TextElement("dd", value));
}

std::string Header(const Dossier& dossier) {
  const v1::Investigation& investigation = dossier.investigation;
  const v1::Reproduction& reproduction = investigation.reproduction();
  std::string html =
      Badge(investigation) + "\n" + Element("h1", Prose(investigation.problem().title())) + "\n";
  for (const std::string& sentence : Summary(dossier)) {
    html += Element("p", Prose(sentence), "class=\"lead\"") + "\n";
  }
  const std::chrono::milliseconds wall(
      TimeUtil::DurationToMilliseconds(investigation.spent().wall_time()));
  html += Element(
      "dl",
      Fact("investigation", IdOf(investigation)) + Fact("time", ShowDuration(wall)) +
          Fact("sandboxed runs", std::to_string(investigation.spent().runs())) +
          Fact("fails at base", reproduction.runs() == 0
                                    ? std::string()
                                    : std::to_string(reproduction.failures()) + " of " +
                                          std::to_string(reproduction.runs()) + " runs") +
          Fact("policy", investigation.policy()) + Fact("ideas from", investigation.investigator()),
      "class=\"facts\"");
  return Element("header", html) + "\n";
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
  const std::string head =
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n" +
      TextElement("title", dossier.investigation.problem().title() + " - Inquest") + "\n" +
      Element("style", kStyle) + "\n";
  const std::string main = QuestionSection(dossier) + ProofSection(dossier) +
                           PatchSection(dossier) + PathSection(dossier) +
                           HypothesesSection(dossier) + TimelineSection(dossier) +
                           EvidenceSection(dossier);
  return "<!DOCTYPE html>\n<html lang=\"en\">\n" + Element("head", head) + "\n" +
         Element("body", "\n" + Header(dossier) + Element("main", main) + "\n" + Footer(dossier)) +
         "\n</html>\n";
}

}  // namespace inquest::report
