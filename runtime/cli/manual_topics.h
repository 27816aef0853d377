#pragma once

#include <string>
#include <vector>

namespace inquest::cli {

struct WrittenPage {
  std::string file;  // man7/inquest-errors.7
  std::string roff;
};

// The manual pages that are about no program: inquest-settings(5), inquest-errors(7).
std::vector<WrittenPage> TopicPages();

}  // namespace inquest::cli
