#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "runtime/report/dossier.h"
#include "runtime/report/html.h"

namespace inquest::report {

// What the page says of the runs and artifacts that its claims rest on: the evidence section shows
// these, as many as a page can hold, and everything else links to them.
class Links {
 public:
  explicit Links(const Dossier& dossier);

  // The runs that have a row, and how many have none although something rests on them.
  const std::set<std::int64_t>& runs() const { return runs_; }
  std::size_t runs_left_out() const { return runs_left_out_; }

  // "run 5", linked to its row.
  std::string Run(std::int64_t effect_id) const;
  // "runs 5, 7 and 9", each linked; of many the first ones. Empty without runs.
  std::string Runs(std::vector<std::int64_t> effect_ids) const;
  // The beginning of a digest, linked to what is shown of the artifact.
  std::string Digest(const std::string& digest) const;
  // "bytes 5 to 25 of DIGEST", linked to these bytes, if they are shown.
  std::string Range(const v1::Citation& citation) const;

  // The parts of a shown artifact that ranges link to.
  std::vector<Mark> MarksOf(const std::string& digest) const;

 private:
  void Cite(const v1::Citation& citation);

  const Dossier& dossier_;
  std::set<std::int64_t> runs_;
  std::size_t runs_left_out_ = 0;
  std::map<std::string, std::vector<Mark>> marks_;  // by digest
};

}  // namespace inquest::report
