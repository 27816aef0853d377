#pragma once

#include <string>

#include "runtime/report/dossier.h"
#include "runtime/report/html_links.h"

namespace inquest::report {

// The style sheet of the page (report.css).
extern const char* const kStyle;

// The parts of the page, each a <section> with a heading, or empty when there is nothing to tell.
std::string QuestionSection(const Dossier& dossier);
std::string ProofSection(const Dossier& dossier, const Links& links);
std::string PatchSection(const Dossier& dossier);
std::string PathSection(const Dossier& dossier, const Links& links);
std::string HypothesesSection(const Dossier& dossier, const Links& links);
std::string TimelineSection(const Dossier& dossier);
std::string EvidenceSection(const Dossier& dossier, const Links& links);

}  // namespace inquest::report
