#include "sandbox/guest/trials/plan.h"

#include <charconv>

namespace inquest::sandbox::guest {
namespace {

void Put(std::string_view name, std::string_view bytes, std::string& out) {
  out += name;
  out += ' ';
  out += std::to_string(bytes.size());
  out += '\n';
  out += bytes;
}

void PutNumber(std::string_view name, std::int64_t value, std::string& out) {
  Put(name, std::to_string(value), out);
}

template <typename Number>
bool Read(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// Takes one record off the front.
bool Next(std::string_view& bytes, std::string_view& name, std::string_view& value) {
  const std::size_t line = bytes.find('\n');
  if (line == bytes.npos) return false;
  const std::string_view head = bytes.substr(0, line);
  const std::size_t blank = head.rfind(' ');
  std::size_t size = 0;
  if (blank == head.npos || !Read(head.substr(blank + 1), size)) return false;
  if (size > bytes.size() - line - 1) return false;
  name = head.substr(0, blank);
  value = bytes.substr(line + 1, size);
  bytes.remove_prefix(line + 1 + size);
  return true;
}

bool TakeEdit(std::string_view name, std::string_view value, Plan& plan) {
  if (plan.trials.empty()) return false;
  if (name == "rejected") return plan.trials.back().rejected = true;
  std::vector<Edit>& edits = plan.trials.back().edits;
  if (name == "edit") {
    edits.emplace_back().path = std::string(value);
    return true;
  }
  if (edits.empty()) return false;
  Edit& edit = edits.back();
  if (name == "begin") return Read(value, edit.begin);
  if (name == "end") return Read(value, edit.end);
  if (name == "creates") return edit.creates = true;
  if (name == "deletes") return edit.deletes = true;
  if (name != "text") return false;
  edit.text = std::string(value);
  return true;
}

bool TakeOracle(std::string_view name, std::string_view value, Plan& plan) {
  if (name == "bug-says") {
    plan.bug_says = std::string(value);
  } else if (name == "bug-matches") {
    plan.bug_matches = std::string(value);
  } else if (name == "failure-counts") {
    plan.failure_counts = true;
  } else if (name == "timeout-counts") {
    plan.timeout_counts = true;
  } else if (name == "expected") {
    plan.has_expected = true;
    plan.expected = std::string(value);
  } else {
    return false;
  }
  return true;
}

bool Take(std::string_view name, std::string_view value, Plan& plan) {
  if (name == "phase") {
    plan.phases.emplace_back().command = std::string(value);
    return true;
  }
  if (name == "limit") return !plan.phases.empty() && Read(value, plan.phases.back().limit_us);
  if (name == "total") return Read(value, plan.total_us);
  if (name == "each") return Read(value, plan.trial_us);
  if (name == "runs") return Read(value, plan.runs);
  if (name == "enough") return Read(value, plan.enough);
  if (name == "trial") return Read(value, plan.trials.emplace_back().number);
  return TakeOracle(name, value, plan) || TakeEdit(name, value, plan);
}

}  // namespace

std::string FormatPlan(const Plan& plan) {
  std::string out;
  for (const Phase& phase : plan.phases) {
    Put("phase", phase.command, out);
    PutNumber("limit", phase.limit_us, out);
  }
  PutNumber("total", plan.total_us, out);
  PutNumber("each", plan.trial_us, out);
  PutNumber("runs", plan.runs, out);
  PutNumber("enough", plan.enough, out);
  Put("bug-says", plan.bug_says, out);
  Put("bug-matches", plan.bug_matches, out);
  if (plan.failure_counts) Put("failure-counts", "", out);
  if (plan.timeout_counts) Put("timeout-counts", "", out);
  if (plan.has_expected) Put("expected", plan.expected, out);
  for (const Trial& trial : plan.trials) {
    PutNumber("trial", trial.number, out);
    if (trial.rejected) Put("rejected", "", out);
    for (const Edit& edit : trial.edits) {
      Put("edit", edit.path, out);
      PutNumber("begin", static_cast<std::int64_t>(edit.begin), out);
      PutNumber("end", static_cast<std::int64_t>(edit.end), out);
      Put("text", edit.text, out);
      if (edit.creates) Put("creates", "", out);
      if (edit.deletes) Put("deletes", "", out);
    }
  }
  return out;
}

bool ParsePlan(std::string_view bytes, Plan* plan) {
  while (!bytes.empty()) {
    std::string_view name;
    std::string_view value;
    if (!Next(bytes, name, value) || !Take(name, value, *plan)) return false;
  }
  return !plan->phases.empty();
}

}  // namespace inquest::sandbox::guest
