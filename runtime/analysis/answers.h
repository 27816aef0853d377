#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// What an inputs instrument recorded, as instruments of every language write it: JSON lines,
// described at the top of languages/python/instrument/inquest_inputs.py. Hostile input: everything
// has a limit, and a record that does not make sense is skipped.
namespace inquest::analysis {

struct RecordedAnswer {
  std::string answer;
  bool own = false;              // the tests made this call themselves
  std::vector<std::string> ran;  // functions of the tree
};

struct RecordedFunction {
  std::string code;  // digest of what it compiles to
  bool at_import = false;
};

// What one patched tree answered, by input. An input with two different answers is not in it.
class Answers {
 public:
  // More records of the same tree; those of an input that it had are compared.
  void Add(std::string_view jsonl);

  const std::map<std::string, RecordedAnswer>& by_input() const { return by_input_; }
  const std::map<std::string, RecordedFunction>& functions() const { return functions_; }

 private:
  void AddAnswer(std::string input, RecordedAnswer answer);

  std::map<std::string, RecordedFunction> functions_;
  std::map<std::string, RecordedAnswer> by_input_;
  std::set<std::string> unsteady_;
};

// How two trees differ over the inputs that both answered and that ran code in which the trees
// differ. (Where they differ in code that runs at import, every input counts.)
struct AnswerDifference {
  // 0 also where they do not differ, but nothing was asked that no test asks, or every input counts
  // and all that no test has were answered alike: the change may not have been asked anything.
  std::size_t inputs = 0;
  std::size_t differing = 0;
  // The telling input: one of the tests' own if there is one, then the shortest; empty: none.
  std::string input;
  std::string first_answer;
  std::string other_answer;
};

// `again` is the first tree's second recording: inputs whose answer it does not repeat are left
// out.
AnswerDifference CompareAnswers(const Answers& first, const Answers& again, const Answers& other);

}  // namespace inquest::analysis
