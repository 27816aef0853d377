#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "runtime/base/visible_text.h"
#include "runtime/cli/errors.h"
#include "runtime/cli/parse.h"
#include "runtime/cli/result.h"
#include "runtime/report/figures.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

constexpr std::size_t kTitleMax = 60;
constexpr std::size_t kLineMax = 400;
constexpr std::size_t kIdWidth = 20;
constexpr std::size_t kCodeMax = 100;
constexpr std::size_t kNameMax = 60;
constexpr std::size_t kDigestShown = 16;

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string Field(const std::string& name, const std::string& value) {
  return value.empty() ? std::string() : Padded(name, 14) + value + "\n";
}

std::string LocalTime(const google::protobuf::Timestamp& timestamp) {
  const std::time_t seconds = timestamp.seconds();
  std::tm parts{};
  std::array<char, 32> buffer{};
  if (::localtime_r(&seconds, &parts) == nullptr) return {};
  const std::size_t length = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M", &parts);
  return {buffer.data(), length};
}

std::string SmallerLines(const v1::Reproduction& reproduction) {
  std::string text;
  for (const v1::Minimised& input : reproduction.minimised()) {
    text += Field("smaller", OneLine(input.what(), kLineMax) + ": " +
                                 std::to_string(input.minimal_bytes()) + " of " +
                                 std::to_string(input.original_bytes()) + " bytes do it, too (" +
                                 std::to_string(input.runs()) + " runs)");
  }
  return text;
}

std::string StepLines(const v1::Spent& spent) {
  std::string text;
  for (const v1::StepTime& step : spent.steps()) {
    const std::chrono::milliseconds time(
        google::protobuf::util::TimeUtil::DurationToMilliseconds(step.wall_time()));
    text += "  " + Padded(report::StepWord(step.step()), 12) +
            Padded(report::ShowDuration(time), 9) + std::to_string(step.visits()) +
            (step.visits() == 1 ? " visit\n" : " visits\n");
  }
  return text.empty() ? text : "\nsteps\n" + text;
}

// The first line of the code, without the blanks around it.
std::string CodeLine(const v1::Citation& code) {
  const std::string& quote = code.quote();
  const std::size_t begin = quote.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  std::size_t end = std::min(quote.find('\n', begin), quote.size());
  while (end > begin && (quote[end - 1] == ' ' || quote[end - 1] == '\r')) --end;
  return OneLine(quote.substr(begin, end - begin), kCodeMax);
}

// How execution got to the failure: outermost first, below each piece of code its values.
std::string PathLines(const std::vector<v1::PathStep>& path) {
  std::string text;
  for (const v1::PathStep& step : path) {
    text += "  " + report::PlaceWords(step.location()) + "\n      " + CodeLine(step.code()) + "\n";
    for (const v1::ValueFlow& value : step.values()) {
      if (value.kind() == v1::ValueFlow::KIND_USE) continue;
      text += "        " + Padded(OneLine(value.name(), kNameMax), 16) + " " +
              Padded(report::FlowWord(value.kind()), 15) + Padded(std::to_string(value.line()), 6) +
              CodeLine(value.code()) + "\n";
    }
  }
  return text.empty() ? text : "\npath to the failure\n" + text;
}

// Those that were judged or are being judged; the others wait, and are counted.
std::string HypothesisLines(const std::vector<v1::Hypothesis>& hypotheses) {
  std::string text;
  int waiting = 0;
  for (const v1::Hypothesis& hypothesis : hypotheses) {
    if (hypothesis.status() == v1::HYPOTHESIS_STATUS_PROPOSED) {
      ++waiting;
      continue;
    }
    text += "  " + Padded(OneLine(hypothesis.id(), kIdWidth), 5) +
            Padded(report::StatusWord(hypothesis.status()), 13) +
            report::PlaceWords(hypothesis.location()) + "\n" + "       " +
            OneLine(hypothesis.verdict_reason(), kLineMax) + "\n";
  }
  if (waiting > 0) text += "  and " + std::to_string(waiting) + " proposed, not tested\n";
  return text.empty() ? text : "\nhypotheses\n" + text;
}

std::string QuestionLines(const v1::Question& question) {
  if (question.text().empty()) return "";
  std::string text = "\nquestion\n  " + OneLine(question.text(), kLineMax) + "\n";
  for (const v1::Answer& answer : question.answers()) {
    text += "    " + (answer.answer().empty() ? "" : OneLine(answer.answer(), kLineMax) + "  ") +
            "with: " + OneLine(answer.description(), kLineMax) + "\n";
  }
  return text;
}

// The option that doubles what ran out.
std::string RaisedBudget(const v1::Investigation& investigation) {
  const v1::Budget& budget = investigation.budget();
  const v1::Spent& spent = investigation.spent();
  if (budget.runs() > 0 && spent.runs() >= budget.runs()) {
    return " --max-runs " + std::to_string(2 * static_cast<std::int64_t>(budget.runs()));
  }
  if (budget.iterations() > 0 && spent.iterations() >= budget.iterations()) {
    return " --max-iterations " +
           std::to_string(2 * static_cast<std::int64_t>(budget.iterations()));
  }
  const std::chrono::seconds wall(budget.wall_time().seconds());
  return " --max-wall " + std::to_string(std::max<std::int64_t>(60, 2 * wall.count())) + "s";
}

std::string NextLines(const v1::Investigation& investigation) {
  const std::string id = report::IdOf(investigation);
  std::string text = "\nnext\n";
  if (!investigation.fix().patch_digest().empty()) {
    text += "  inquest patch " + id + " | git apply     # in the source root\n";
  }
  text += "  inquest hypotheses " + id + "\n  inquest evidence " + id + "\n";
  for (const v1::Minimised& input : investigation.reproduction().minimised()) {
    text += "  inquest evidence " + id + " " +
            OneLine(input.minimal_digest().substr(0, kDigestShown), kIdWidth) + "     # " +
            OneLine(input.what(), kTitleMax) + ", made smaller\n";
  }
  const bool ended = investigation.state() == v1::STATE_ENDED;
  if (!ended) text += "  inquest watch " + id + "\n";
  if (investigation.state() == v1::STATE_PAUSED) text += "  inquest resume " + id + "\n";
  if (investigation.ended_by() == v1::ENDED_BY_BUDGET) {
    text +=
        "  inquest steer " + id + RaisedBudget(investigation) + " && inquest resume " + id + "\n";
  }
  return text;
}

template <typename Predicates>
std::string PredictionLine(const std::string& when, const Predicates& predicates) {
  const std::string words = report::PredictionWords(predicates);
  return words.empty() ? words : "  " + Padded(when, 10) + words + "\n";
}

}  // namespace

std::string FindingsAsText(const Findings& findings) {
  const v1::Investigation& investigation = findings.investigation;
  std::string text = report::OutcomeWords(investigation);
  const std::string by = report::EndedByWord(investigation.ended_by());
  text +=
      by.empty() ? " so far (" + report::StateWord(investigation.state()) + ")" : " (" + by + ")";
  text += "  " + OneLine(investigation.problem().title(), kTitleMax) + "\n\n";
  text += Field("investigation", report::IdOf(investigation));
  text += Field("why", OneLine(investigation.ended_message(), kLineMax));
  text += Field("reason", OneLine(investigation.ended_reason(), kLineMax));
  text += Field("what to do", HintFor(investigation.ended_reason()));
  text += Field("now", OneLine(investigation.activity(), kLineMax));
  if (investigation.reproduction().runs() > 0) {
    text += Field("reproduced", report::RateWords(investigation.reproduction()));
    text += SmallerLines(investigation.reproduction());
  }
  text += Field("fix", OneLine(investigation.fix().description(), kLineMax));
  text += Field("certificate", OneLine(investigation.certificate_digest(), kLineMax));
  text += Field("policy", OneLine(investigation.policy(), kLineMax));
  text += Field("runs", std::to_string(investigation.spent().runs()));
  const std::chrono::milliseconds time(
      google::protobuf::util::TimeUtil::DurationToMilliseconds(investigation.spent().wall_time()));
  text += Field("time", report::ShowDuration(time));
  text += StepLines(investigation.spent()) + PathLines(findings.path) +
          HypothesisLines(findings.hypotheses);
  text += QuestionLines(investigation.question());
  if (findings.patch) text += "\npatch\n" + ForTerminal(*findings.patch);
  if (findings.regression_patch) {
    text +=
        "\nregression test (run: " + OneLine(investigation.fix().regression_command(), kLineMax) +
        ")\n" + ForTerminal(*findings.regression_patch);
  }
  return text + NextLines(investigation);
}

std::string HypothesesAsText(const std::vector<v1::Hypothesis>& hypotheses) {
  if (hypotheses.empty()) return "no hypothesis was proposed yet\n";
  std::string text;
  for (const v1::Hypothesis& hypothesis : hypotheses) {
    text += OneLine(hypothesis.id(), kIdWidth) + "  " + report::StatusWord(hypothesis.status()) +
            "  " + report::PlaceWords(hypothesis.location()) + "  by " +
            OneLine(hypothesis.proposed_by(), kTitleMax) + "\n  " +
            OneLine(hypothesis.mechanism(), kLineMax) + "\n";
    text += PredictionLine("if true:", hypothesis.prediction().if_true());
    text += PredictionLine("if false:", hypothesis.prediction().if_false());
    for (const v1::ArmMeasurement& arm : hypothesis.measurements()) {
      text += "  measured: " + OneLine(arm.arm(), kTitleMax) + ": " +
              std::to_string(arm.failures()) + " of " + std::to_string(arm.runs()) +
              " runs failed\n";
    }
    if (!hypothesis.verdict_reason().empty()) {
      text += "  verdict:  " + OneLine(hypothesis.verdict_reason(), kLineMax) + "\n";
    }
    for (const v1::Citation& citation : hypothesis.citations()) {
      text += "  evidence: " + OneLine(citation.digest().substr(0, 12), kIdWidth) + " bytes " +
              std::to_string(citation.begin_byte()) + ".." + std::to_string(citation.end_byte()) +
              ": " + OneLine(citation.quote(), kTitleMax) + "\n";
    }
    text += "\n";
  }
  text.pop_back();
  return text;
}

std::string ListAsText(const std::vector<v1::Investigation>& investigations) {
  if (investigations.empty()) {
    return "no investigations; open one: inquest investigate --source DIR --test CMD\n";
  }
  std::string text = Padded("ID", kIdWidth + 2) + Padded("OPENED", 18) + Padded("STATE", 10) +
                     Padded("OUTCOME", 23) + "TITLE\n";
  for (const v1::Investigation& investigation : investigations) {
    const bool ended = investigation.state() == v1::STATE_ENDED;
    const std::string state = ended ? report::EndedByWord(investigation.ended_by())
                                    : report::StateWord(investigation.state());
    text += Padded(report::IdOf(investigation), kIdWidth + 2) +
            Padded(LocalTime(investigation.create_time()), 18) + Padded(state, 10) +
            Padded(ended ? report::OutcomeWord(investigation.outcome())
                         : report::StepWord(investigation.step()),
                   23) +
            OneLine(investigation.problem().title(), kTitleMax) + "\n";
  }
  return text;
}

}  // namespace inquest::cli
