#pragma once

#include <string>
#include <vector>

namespace inquest::report {

// What the checkers of tests/report/checkers find wrong with files, a line each; empty: nothing.
// They are fetched when they are not there yet. A checker that does not work is a finding, too.

// A page in Chromium, light and dark, on a phone and on a desktop. Pictures of it go to
// build/tests/pictures.
std::string CheckPage(const std::string& file);
// .html against the HTML standard, .sarif against its schema, by what the names end in.
std::string CheckFormats(const std::vector<std::string>& files);
// Against the schema of the JUnit files that Jenkins reads.
std::string CheckJunit(const std::string& file);

// A file in build/tests/reports that holds the text.
std::string KeepReport(const std::string& name, const std::string& text);

}  // namespace inquest::report
