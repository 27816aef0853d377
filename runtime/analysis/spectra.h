#pragma once

#include <span>
#include <string>
#include <vector>

#include "runtime/analysis/coverage.h"

// Spectrum-based fault localisation: what failing tests run and passing ones do not. Pure.
namespace inquest::analysis {

// How many failing and passing tests ran a place, and how many did not.
struct Counts {
  int failed_ran = 0;
  int passed_ran = 0;
  int failed_not = 0;
  int passed_not = 0;
};

// Ochiai: ef / sqrt((ef + nf) * (ef + ep)). R. Abreu, P. Zoeteweij, A. J. C. van Gemund, "An
// evaluation of similarity coefficients for software fault localization", PRDC 2006. 0..1.
double Ochiai(const Counts& counts);
// D*, with the star 2: ef^2 / (ep + nf). W. E. Wong, V. Debroy, R. Gao, Y. Li, "The DStar method
// for effective software fault localization", IEEE Trans. Reliability 63, 2014. Unbounded; given as
// d / (1 + d), which ranks alike, within 0..1.
double DStar(const Counts& counts);

// Failing and passing tests of a target, each test once.
class Spectra {
 public:
  // The coverage of the trigger's run comes first: it says which tests fail. A test of a later run
  // (the whole suite) counts if it passed; other failures there are other bugs.
  void Add(const Coverage& coverage);

  // A run of the trigger on a changed input, as one test more: whether it still failed.
  void AddRun(const Coverage& coverage, bool failed);

  Counts At(const std::string& path, int first_line, int last_line) const;
  bool HasFailing() const { return !failing_.empty(); }
  int failing() const { return static_cast<int>(failing_.size()); }
  int passing() const { return static_cast<int>(passing_.size()); }
  // Whether a failing test ran any of the lines itself: not only imports did, before all tests.
  bool FailingRanItself(const std::string& path, int first_line, int last_line) const;
  // Files that failing tests ran themselves, then those of which only imports ran; each sorted.
  std::vector<std::string> SuspectFiles() const;

 private:
  std::vector<TestCoverage> failing_;
  std::vector<TestCoverage> passing_;
};

}  // namespace inquest::analysis
