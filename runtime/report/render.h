#pragma once

#include <string>

#include "runtime/report/dossier.h"

namespace inquest::report {

// Pure: the same dossier gives the same bytes. All text of others is made harmless for the format.

// One self-contained page, light and dark, without scripts or anything fetched.
std::string RenderHtml(const Dossier& dossier);
// For a pull request or an incident.
std::string RenderMarkdown(const Dossier& dossier);
// docs/cli.md has the keys; the contract's messages in their JSON mapping.
std::string RenderJson(const Dossier& dossier);
// SARIF 2.1.0 (OASIS): the supported causes as results, with the path as a code flow and the patch
// as a fix.
std::string RenderSarif(const Dossier& dossier);
// JUnit's XML as CI systems read it: a test case a step, and one for the verdict.
std::string RenderJunit(const Dossier& dossier);

}  // namespace inquest::report
