#pragma once

#include <string>
#include <vector>

#include "runtime/cli/errors.h"

// The pages of errors.h for readers.
namespace inquest::cli {

// One page: for a terminal, and as one JSON object.
std::string ErrorPageAsText(const ErrorPage& page);
std::string ErrorPageAsJson(const ErrorPage& page);

// All ids by group, and all pages.
std::string ErrorListAsText();
std::string ErrorListAsJson();
// The two paragraphs of a page, filled to no width, and what stands before all of them.
std::string ErrorPageAsParagraphs(const ErrorPage& page);
std::string ErrorIntroduction();
// docs/errors.md.
std::string ErrorListAsMarkdown();

std::vector<std::string> ErrorIds();

}  // namespace inquest::cli
