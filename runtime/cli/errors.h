#pragma once

#include <span>
#include <string>
#include <string_view>

// What people read about the stable ids of errors, of ends and of verdicts. This table is the only
// source: hints, `inquest help ID`, the manual page and docs/errors.md are made from it. A test
// holds it against the ids that the sources raise.
namespace inquest::cli {

struct ErrorPage {
  std::string_view id;
  std::string_view meaning;     // one or two sentences
  std::string_view what_to_do;  // the same; the first one stands alone as the hint of the console
  std::string_view related;     // further ids, a blank between; may be empty
};

struct ErrorGroup {
  std::string_view name;             // target
  std::string_view title;            // what its ids are about
  std::span<const ErrorPage> pages;  // sorted by id
};

std::span<const ErrorGroup> ErrorGroups();

// Null: no page has this id.
const ErrorPage* FindErrorPage(std::string_view id);

// "give the root of the source tree with --source DIR"; empty: no page has this id.
std::string HintFor(std::string_view id);

}  // namespace inquest::cli
