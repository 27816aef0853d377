#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/languages/flow.h"
#include "runtime/languages/regression_test.h"

// What is known of a programming language: one small folder each (languages/python), registered in
// language.cc. Pure: text in, text out; thread-safe.
namespace inquest::languages {

// A file that is larger is left alone.
inline constexpr std::size_t kSourceLimitBytes = std::size_t{1} << 20U;

// A statement, or the head of a compound one (the condition of an if): the smallest thing that a
// hypothesis blames. Lines are 1-based and inclusive.
struct Statement {
  int first_line = 0;
  int last_line = 0;
  std::string function;  // qualified ("Account.withdraw"); empty: at the top of the file
  std::string subject;   // what it is, in words: "the comparison", "the assignment"
};

// A change of one file by one template: bytes [begin, end) become `replacement`.
struct Edit {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string replacement;
  std::string origin;       // the template: comparison, swapped-arguments, ...
  std::string description;  // in words, with what is replaced by what
  double rank = 0;          // lower is likelier and tried first
  bool symptom_guard = false;
};
// The whole file after it.
std::string Apply(std::string_view text, const Edit& edit);

// A choice that is held: the condition, and what stands in its place, by which the program ends as
// soon as the condition comes out otherwise than always, or never, true.
struct ConstantCondition {
  Edit edit;
  std::string condition;
  int first_line = 0;
  int last_line = 0;
  bool always = false;
};

// An expression or a statement that stands somewhere and may be what is wanted elsewhere.
struct Donation {
  // What may stand for one another: values that are computed alike.
  enum class Sort { kNone, kValue, kTruth, kCollection, kStatement };
  Sort sort = Sort::kNone;
  std::string text;
  std::vector<std::string> variables;  // that it names, at least one
  std::vector<std::string> callees;    // plain functions that it calls
};

class Language {
 public:
  virtual ~Language() = default;

  // The folder's name; Acquired.language.
  virtual std::string_view Name() const = 0;
  // Acquired.coverage_instrument; empty: none.
  virtual std::string_view CoverageInstrument() const = 0;
  // Acquired.inputs_instrument; empty: none.
  virtual std::string_view InputsInstrument() const = 0;
  // Acquired.sanitizer_instrument; empty: none.
  virtual std::string_view SanitizerInstrument() const = 0;
  // The same for a target whose processes may trace each other: finds leaks as well.
  virtual std::string_view LeakInstrument() const = 0;
  // Acquired.backtrace_instrument; empty: none.
  virtual std::string_view BacktraceInstrument() const = 0;
  // Acquired.values_instrument; empty: none.
  virtual std::string_view ValuesInstrument() const = 0;

  virtual bool IsSource(std::string_view path) const = 0;
  // A test, or what tests are configured by: never edited, never blamed.
  virtual bool IsTest(std::string_view path) const = 0;

  // In the order of their lines. INVALID_ARGUMENT (SOURCE_TOO_LARGE, SOURCE_NOT_TEXT).
  virtual Result<std::vector<Statement>> Statements(std::string_view text) const = 0;

  // What may be done to the lines [first, last] of the file, likeliest first, at most `limit`;
  // different syntax trees only, and none with a syntax error that the file did not have.
  struct Where {
    int first_line = 0;
    int last_line = 0;
    // Only offers with a rank above the first and up to the second.
    double above_rank = 0;
    double up_to_rank = 1000;
    // What failing tests expected to be printed, where their output says so.
    std::span<const std::string> expected = {};
    // Of the whole target, the nearest first; empty: nothing is borrowed from other functions.
    std::span<const Donation> donations = {};
  };
  virtual Result<std::vector<Edit>> Edits(std::string_view text, Where where,
                                          std::size_t limit) const = 0;

  // What the file has to lend, in the order of the text, each text once.
  virtual Result<std::vector<Donation>> Donations(std::string_view text) const = 0;

  // For each condition that `after` asks and `before` does not (an if's, a loop's, a conditional
  // expression's), at most 4: edits of `after` that hold it true (not a loop's) and false.
  virtual Result<std::vector<ConstantCondition>> ConstantConditions(
      std::string_view before, std::string_view after) const = 0;

  // What the code says of the values of a line, and the functions of a file (languages/flow.h).
  virtual Result<LineReading> ReadLine(std::string_view text, int line,
                                       const LinesRan& ran) const = 0;
  virtual Result<std::vector<FunctionReading>> ReadFunctions(std::string_view text) const = 0;

  virtual RegressionTest WriteRegressionTest(const RecordedFailure& failure) const = 0;
};

std::span<const Language* const> AllLanguages();
// nullptr: none of that name.
const Language* FindLanguage(std::string_view name);
// The language that most of the paths are written in; nullptr: none is known.
const Language* DetectLanguage(std::span<const std::string> paths);

}  // namespace inquest::languages
