#include "runtime/investigators/suspicion.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "runtime/analysis/coverage.h"
#include "runtime/formats/text_lines.h"

namespace inquest::investigators {
namespace {

constexpr std::size_t kQuoteBytes = 4096;
constexpr std::size_t kFilesLimit = 2000;
constexpr std::size_t kSuspectsLimit = 5000;
// How the clues are weighed; together 1.
constexpr double kOchiaiWeight = 0.5;
constexpr double kDStarWeight = 0.2;
constexpr double kFrameWeight = 0.2;
constexpr double kFrameFunctionWeight = 0.1;
// What came before the tests (imports) ran in all of them, and is seldom what is wrong.
constexpr double kOutsideShare = 0.5;
// On top of these, where any of them speaks.
constexpr double kRecencyWeight = 0.1;
constexpr double kBlamedWeight = 0.4;
// Without coverage and frames: functions that a test names.
constexpr double kNamedScore = 0.1;
constexpr double kSmallProgramScore = 0.05;
constexpr std::size_t kSmallProgramStatements = 300;

bool Fails(analysis::TestOutcome outcome) {
  return outcome == analysis::TestOutcome::kFailed || outcome == analysis::TestOutcome::kUnfinished;
}

v1::Citation CiteRecord(const std::string& digest, const std::string& jsonl,
                        const analysis::TestCoverage& test) {
  v1::Citation citation;
  const std::size_t end = std::min(test.record_end, test.record_begin + kQuoteBytes);
  citation.set_digest(digest);
  citation.set_begin_byte(static_cast<std::int64_t>(test.record_begin));
  citation.set_end_byte(static_cast<std::int64_t>(end));
  citation.set_quote(jsonl.substr(test.record_begin, end - test.record_begin));
  return citation;
}

struct NamedResult {
  std::string test;
  bool passed = false;
};

// The tests in the order in which a script reports them, line by line.
Result<std::vector<NamedResult>> ResultsInOrder(const v1::RunReading& reading,
                                                const TargetCode& code) {
  std::vector<NamedResult> results;
  if (reading.format() != "result-lines" || reading.failures().empty()) return results;
  TRY_ASSIGN(const std::string output,
             code.artifacts().ReadAll(reading.failures(0).citation().digest()));
  const std::set<std::string> passed(reading.passed_tests().begin(), reading.passed_tests().end());
  std::set<std::string> failed;
  for (const v1::Failure& failure : reading.failures()) failed.insert(failure.test());
  for (const formats::Line& line : formats::LastLines(output)) {
    for (const std::string_view word : {"ok ", "not ok ", "PASS: ", "FAIL: "}) {
      if (!line.text.starts_with(word)) continue;
      std::string test(formats::Trim(line.text.substr(word.size())));
      if (passed.contains(test) || failed.contains(test)) {
        results.push_back({test, passed.contains(test)});
      }
      break;
    }
  }
  return results;
}

// A script that runs the program once a test leaves as many records as it reports tests, in the
// same order: each process is a test, which its exit alone does not tell.
void NameProcesses(const std::vector<NamedResult>& results, analysis::Coverage& coverage) {
  const bool nameless =
      std::all_of(coverage.tests.begin(), coverage.tests.end(),
                  [](const analysis::TestCoverage& test) { return test.test.empty(); });
  if (!nameless || results.empty() || results.size() != coverage.tests.size()) return;
  for (std::size_t i = 0; i < results.size(); ++i) {
    coverage.tests[i].test = results[i].test;
    coverage.tests[i].outcome =
        results[i].passed ? analysis::TestOutcome::kPassed : analysis::TestOutcome::kFailed;
  }
}

// The last part of "Account.withdraw".
std::string_view OwnName(std::string_view function) {
  const std::size_t dot = function.rfind('.');
  return dot == function.npos ? function : function.substr(dot + 1);
}

// What the frames of the failures say of a statement: 1 for the innermost, less for those further
// out.
struct FrameClue {
  double at = 0;
  bool in_function = false;
};
FrameClue LookAtFrames(const std::vector<v1::Failure>& failures, const std::string& path,
                       const languages::Statement& statement) {
  FrameClue clue;
  for (const v1::Failure& failure : failures) {
    const int count = failure.frames_size();
    for (int i = 0; i < count; ++i) {
      const v1::Location& frame = failure.frames(i);
      if (frame.path() != path) continue;
      const bool here =
          frame.first_line() >= statement.first_line && frame.first_line() <= statement.last_line;
      if (here) clue.at = std::max(clue.at, 1.0 / (count - i));
      if (!frame.function().empty() && !statement.function.empty() &&
          OwnName(frame.function()) == OwnName(statement.function)) {
        clue.in_function = true;
      }
    }
  }
  return clue;
}

// Identifiers in a text that a call's parenthesis follows.
std::set<std::string> CalledNames(const std::string& text) {
  std::set<std::string> names;
  std::string name;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      name += c;
      continue;
    }
    if (c == '(' && !name.empty()) names.insert(name);
    name.clear();
  }
  return names;
}

template <typename Failures>
bool NamePlaces(const Failures& failures) {
  return std::any_of(failures.begin(), failures.end(),
                     [](const v1::Failure& failure) { return !failure.frames().empty(); });
}

class Ranking {
 public:
  Ranking(const Clues& clues, RecentChanges& recent, const TargetCode& code)
      : clues_(clues), recent_(recent), code_(code) {}

  Result<std::vector<Suspect>> Rank(const std::stop_token& stop) {
    for (const std::string& path : Files()) {
      if (suspects_.size() >= kSuspectsLimit) break;
      if (stop.stop_requested()) {
        return Status(Code::kCancelled, "ANSWER_CANCELLED", "ranking was cancelled");
      }
      TRY(LookAt(path));
    }
    if (suspects_.empty()) TRY(LookAtNamed());
    if (suspects_.empty()) TRY(LookAtAll());
    TRY(WeighRecency());
    std::sort(suspects_.begin(), suspects_.end(), [](const Suspect& a, const Suspect& b) {
      return std::tie(b.score, a.path, a.statement.first_line) <
             std::tie(a.score, b.path, b.statement.first_line);
    });
    return std::move(suspects_);
  }

 private:
  // The more telling ones first.
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    std::set<std::string> known;
    const auto add = [&](const std::string& path) {
      if (code_.IsSuspect(path) && files.size() < kFilesLimit && known.insert(path).second) {
        files.push_back(path);
      }
    };
    for (const v1::Failure& failure : clues_.failures) {
      for (const v1::Location& frame : failure.frames()) add(frame.path());
    }
    for (const std::string& path : clues_.spectra.SuspectFiles()) add(path);
    return files;
  }

  // A file that cannot be read or parsed (a path of another tree, no text) has no suspects.
  Result<std::vector<languages::Statement>> StatementsOf(const std::string& path) const {
    const auto text = code_.Read(path);
    if (!text.ok()) {
      if (text.status().code() == Code::kNotFound) return std::vector<languages::Statement>{};
      return text.status();
    }
    auto statements = code_.language()->Statements(*text);
    if (!statements.ok()) return std::vector<languages::Statement>{};
    return statements;
  }

  Status LookAt(const std::string& path) {
    TRY_ASSIGN(const auto statements, StatementsOf(path));
    for (const languages::Statement& statement : statements) {
      Suspect suspect;
      suspect.counts = clues_.spectra.At(path, statement.first_line, statement.last_line);
      const FrameClue frame = LookAtFrames(clues_.failures, path, statement);
      suspect.in_traceback = frame.at > 0;
      const bool itself =
          clues_.spectra.FailingRanItself(path, statement.first_line, statement.last_line);
      suspect.score =
          (itself ? 1 : kOutsideShare) * (kOchiaiWeight * analysis::Ochiai(suspect.counts) +
                                          kDStarWeight * analysis::DStar(suspect.counts)) +
          kFrameWeight * frame.at + (frame.in_function ? kFrameFunctionWeight : 0);
      // Where coverage is known, what did not run in a failing test is not its cause.
      if (clues_.spectra.HasFailing() && suspect.counts.failed_ran == 0) continue;
      if (suspect.score <= 0) continue;
      suspect.path = path;
      suspect.statement = statement;
      suspects_.push_back(std::move(suspect));
    }
    return Status::Ok();
  }

  Status WeighRecency() {
    if (recent_.empty()) return Status::Ok();
    for (Suspect& suspect : suspects_) {
      TRY_ASSIGN(const std::string text, code_.Read(suspect.path));
      suspect.recency = recent_.Recency(suspect.path, text, suspect.statement.first_line,
                                        suspect.statement.last_line);
      suspect.blamed = recent_.IsBlamed(suspect.path, text, suspect.statement.first_line,
                                        suspect.statement.last_line);
      suspect.score = std::min(1.0, suspect.score + kRecencyWeight * suspect.recency +
                                        (suspect.blamed ? kBlamedWeight : 0));
    }
    return Status::Ok();
  }

  // Nothing ran that was recorded, nothing was raised: what the tests call by name.
  Status LookAtNamed() {
    std::set<std::string> called;
    for (const std::string& path : code_.Tests()) {
      TRY_ASSIGN(const std::string text, code_.Read(path));
      called.merge(CalledNames(text));
    }
    for (const std::string& path : code_.Suspects()) {
      TRY_ASSIGN(const auto statements, StatementsOf(path));
      for (const languages::Statement& statement : statements) {
        if (suspects_.size() >= kSuspectsLimit) return Status::Ok();
        if (!called.contains(std::string(OwnName(statement.function)))) continue;
        Suspect suspect;
        suspect.path = path;
        suspect.statement = statement;
        suspect.score = kNamedScore;
        suspects_.push_back(std::move(suspect));
      }
    }
    return Status::Ok();
  }

  // Nothing points anywhere: a small program is looked at whole.
  Status LookAtAll() {
    for (const std::string& path : code_.Suspects()) {
      TRY_ASSIGN(const auto statements, StatementsOf(path));
      for (const languages::Statement& statement : statements) {
        Suspect suspect;
        suspect.path = path;
        suspect.statement = statement;
        suspect.score = kSmallProgramScore;
        suspect.whole_program = true;
        suspects_.push_back(std::move(suspect));
      }
      if (suspects_.size() <= kSmallProgramStatements) continue;
      suspects_.clear();
      break;
    }
    return Status::Ok();
  }

  const Clues& clues_;
  RecentChanges& recent_;
  const TargetCode& code_;
  std::vector<Suspect> suspects_;
};

}  // namespace

Result<Clues> GatherClues(const steps::Brief& brief, const TargetCode& code) {
  Clues clues;
  const v1::Symptom& symptom = *brief.symptom;
  std::vector<NamedResult> results;
  if (!symptom.readings().empty()) {
    TRY_ASSIGN(results, ResultsInOrder(symptom.readings(0), code));
  }
  for (const v1::Artifact& artifact : symptom.coverage_artifacts()) {
    TRY_ASSIGN(const std::string jsonl, code.artifacts().ReadAll(artifact.digest()));
    analysis::Coverage coverage = analysis::ReadCoverage(jsonl);
    NameProcesses(results, coverage);
    for (const analysis::TestCoverage& test : coverage.tests) {
      const bool better = Fails(test.outcome) || clues.coverage_citation.digest().empty();
      if (!better || clues.spectra.HasFailing() || test.record_end == test.record_begin) continue;
      clues.coverage_citation = CiteRecord(artifact.digest(), jsonl, test);
      if (Fails(test.outcome)) break;
    }
    clues.spectra.Add(coverage);
  }
  // Those of the first run that was understood, and where they name no place, of the next that
  // does.
  for (const v1::RunReading& reading : symptom.readings()) {
    if (!clues.failures.empty() && !NamePlaces(reading.failures())) continue;
    clues.failures.insert(clues.failures.end(), reading.failures().begin(),
                          reading.failures().end());
    if (NamePlaces(clues.failures)) break;
  }
  return clues;
}

Result<std::vector<Suspect>> RankSuspects(const Clues& clues, RecentChanges& recent,
                                          const TargetCode& code, const std::stop_token& stop) {
  return Ranking(clues, recent, code).Rank(stop);
}

}  // namespace inquest::investigators
