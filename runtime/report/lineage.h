#pragma once

#include <cstdint>
#include <vector>

#include "runtime/report/dossier.h"

namespace inquest::report {

// How the hypotheses came about. What one event proposes are siblings, the likeliest first. The
// runtime asked for more because of what fell before: a round hangs below the hypothesis that was
// gone on with last. So rounds are a tree, given flat, in the order in which they were proposed.
struct Idea {
  const v1::Hypothesis* hypothesis = nullptr;
  int tried = 0;  // which one it was, of those that were gone on with: 1, 2, ...; 0: it was none
};

struct Round {
  int visit = 0;                          // to hypothesize; 0: a person proposed it
  const v1::Hypothesis* after = nullptr;  // nullptr: nothing had fallen yet
  std::vector<Idea> ideas;                // those that were tried in their order, then the others
};

// Pointers are into the dossier.
std::vector<Round> Lineage(const Dossier& dossier);

}  // namespace inquest::report
