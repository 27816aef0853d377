#pragma once

#include <string>

#include "runtime/report/dossier.h"

namespace inquest::report {

// The style sheet of the page (report.css).
extern const char* const kStyle;

// The parts of the page, each a <section> with a heading, or empty when there is nothing to tell.
std::string QuestionSection(const Dossier& dossier);
std::string ProofSection(const Dossier& dossier);
std::string PatchSection(const Dossier& dossier);
std::string PathSection(const Dossier& dossier);
std::string HypothesesSection(const Dossier& dossier);
std::string TimelineSection(const Dossier& dossier);
std::string EvidenceSection(const Dossier& dossier);

// Links to the run of an effect and to an artifact, in the evidence section.
std::string RunLink(std::int64_t effect_id);
std::string DigestLink(const Dossier& dossier, const std::string& digest);

}  // namespace inquest::report
