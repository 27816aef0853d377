#include "runtime/analysis/execution_path.h"

#include <algorithm>
#include <set>
#include <utility>

#include "runtime/languages/oracle_files.h"

namespace inquest::analysis {
namespace {

// Of a long chain (a recursion) the outermost and the innermost frames.
constexpr std::size_t kOutermostFrames = 6;
constexpr std::size_t kInnermostFrames = 12;
constexpr int kDescentLimit = 6;
// Functions of one name that all ran: which of them was called is a guess up to here.
constexpr std::size_t kNamesakesLimit = 2;

struct Function {
  std::string path;
  languages::FunctionReading code;
};

class Tracer {
 public:
  explicit Tracer(const ExecutionInput& input) : input_(input) {}

  std::vector<CodeStep> Trace(const std::vector<v1::Location>& frames) {
    for (const v1::Location& frame : Shortened(frames)) Step(frame.path(), frame.first_line());
    if (!steps_.empty() && languages::IsTestPath(steps_.back().path)) {
      Descend(steps_.back(), 0);
    }
    return std::move(steps_);
  }

 private:
  static std::vector<v1::Location> Shortened(const std::vector<v1::Location>& frames) {
    std::vector<v1::Location> kept;
    for (const v1::Location& frame : frames) {
      const bool repeats = !kept.empty() && kept.back().path() == frame.path() &&
                           kept.back().first_line() == frame.first_line();
      if (!repeats) kept.push_back(frame);
    }
    if (kept.size() > kOutermostFrames + kInnermostFrames) {
      kept.erase(kept.begin() + kOutermostFrames, kept.end() - kInnermostFrames);
    }
    return kept;
  }

  const languages::Language* LanguageOf(const std::string& path) const {
    if (input_.language != nullptr && input_.language->IsSource(path)) return input_.language;
    for (const languages::Language* language : languages::AllLanguages()) {
      if (language->IsSource(path)) return language;
    }
    return nullptr;
  }

  bool Ran(const std::string& path, int first_line, int last_line) const {
    if (input_.ran.empty()) return true;
    const auto file = input_.ran.find(path);
    if (file == input_.ran.end()) return false;
    const auto line = std::lower_bound(file->second.begin(), file->second.end(), first_line);
    return line != file->second.end() && *line <= last_line;
  }

  void Step(const std::string& path, int line) {
    const auto source = input_.sources.find(path);
    const languages::Language* language = LanguageOf(path);
    if (source == input_.sources.end() || language == nullptr) return;
    auto code = language->ReadLine(source->second, line, [&](int first, int last) {
      // A file of which no line is known to have run was not looked at (a test that was not
      // traced).
      return !input_.ran.contains(path) || Ran(path, first, last);
    });
    if (code.ok()) steps_.push_back({path, *std::move(code)});
  }

  // By value: steps_ grows.
  void Descend(CodeStep from, int depth) {  // NOLINT(performance-unnecessary-value-param)
    if (depth >= kDescentLimit) return;
    for (const std::string& name : from.code.calls) {
      for (const Function* callee : Called(name, from.path)) {
        if (steps_.size() >= kPathStepsLimit) return;
        if (!entered_.insert({callee->path, callee->code.first_line}).second) continue;
        const std::size_t before = steps_.size();
        Step(callee->path, EndOf(*callee));
        if (steps_.size() > before) Descend(steps_.back(), depth + 1);
      }
    }
  }

  // The last way out of the function that ran.
  int EndOf(const Function& function) const {
    int end = function.code.ends.back();
    for (const int line : function.code.ends) {
      if (Ran(function.path, line, line)) end = line;
    }
    return end;
  }

  std::vector<const Function*> Called(const std::string& name, const std::string& near) {
    std::vector<const Function*> found;
    for (const Function& function : Functions()) {
      const languages::FunctionReading& code = function.code;
      // The line of its head runs when it is defined.
      const bool one_line = code.first_line == code.last_line;
      const int first = one_line ? code.first_line : code.first_line + 1;
      if (code.name == name && Ran(function.path, first, code.last_line)) {
        found.push_back(&function);
      }
    }
    const auto is_near = [&](const Function* function) { return function->path == near; };
    if (std::count_if(found.begin(), found.end(), is_near) == 1) {
      found = {*std::find_if(found.begin(), found.end(), is_near)};
    }
    if (found.size() > kNamesakesLimit) found.clear();
    return found;
  }

  const std::vector<Function>& Functions() {
    if (functions_read_) return functions_;
    functions_read_ = true;
    for (const auto& [path, text] : input_.sources) {
      const languages::Language* language = LanguageOf(path);
      if (language == nullptr || (!input_.ran.empty() && !input_.ran.contains(path))) continue;
      auto read = language->ReadFunctions(text);
      if (!read.ok()) continue;
      for (languages::FunctionReading& code : *read) functions_.push_back({path, std::move(code)});
    }
    return functions_;
  }

  const ExecutionInput& input_;
  std::vector<CodeStep> steps_;
  std::vector<Function> functions_;
  bool functions_read_ = false;
  std::set<std::pair<std::string, int>> entered_;
};

}  // namespace

std::vector<CodeStep> TraceExecution(const ExecutionInput& input,
                                     const std::vector<v1::Location>& frames) {
  return Tracer(input).Trace(frames);
}

LinesByFile FailingLines(const Coverage& coverage) {
  LinesByFile lines;
  const auto fails = [](const TestCoverage& test) {
    return test.outcome == TestOutcome::kFailed || test.outcome == TestOutcome::kUnfinished;
  };
  const bool some = std::any_of(coverage.tests.begin(), coverage.tests.end(), fails);
  for (const TestCoverage& test : coverage.tests) {
    if (some && !fails(test)) continue;
    for (const LinesByFile* part : {&test.lines, test.outside.get()}) {
      for (const auto& [path, ran] : *part) {
        auto& all = lines[path];
        all.insert(all.end(), ran.begin(), ran.end());
      }
    }
  }
  for (auto& [path, all] : lines) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
  return lines;
}

}  // namespace inquest::analysis
