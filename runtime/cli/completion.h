#pragma once

#include <string>
#include <vector>

#include "runtime/cli/session.h"

namespace inquest::cli {

// What may come next on a command line.
struct Candidates {
  std::vector<std::string> words;
  bool ids = false;  // an id of an investigation, too
};

// Writes them, a line each; ids only if a daemon runs already: a key press starts none.
void Offer(Session& session, const Candidates& candidates);

}  // namespace inquest::cli
