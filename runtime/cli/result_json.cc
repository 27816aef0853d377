#include <google/protobuf/util/time_util.h>

#include <nlohmann/json.hpp>

#include "runtime/cli/result.h"
#include "runtime/report/json_parts.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

using nlohmann::json;

}  // namespace

std::string FindingsAsJson(const Findings& findings) {
  const v1::Investigation& investigation = findings.investigation;
  json object;
  object["investigation"] = report::IdOf(investigation);
  object["state"] = report::StateWord(investigation.state());
  object["outcome"] = report::OutcomeWord(investigation.outcome());
  object["outcome_imported"] = investigation.outcome_imported();
  object["ended_by"] = report::EndedByWord(investigation.ended_by());
  object["ended_reason"] = investigation.ended_reason();
  object["message"] = investigation.ended_message();
  object["patch"] = report::PatchJson(findings.patch.value_or(""));
  object["regression_patch"] = report::PatchJson(findings.regression_patch.value_or(""));
  object["question"] = nullptr;
  if (investigation.has_question()) object["question"] = report::AsJson(investigation.question());
  object["path"] = report::PathJson(findings.path);
  object["reproduction"] = nullptr;
  if (investigation.has_reproduction()) {
    object["reproduction"] = report::AsJson(investigation.reproduction());
  }
  object["hypotheses"] = report::HypothesesJson(findings.hypotheses);
  object["certificate"] = nullptr;
  if (findings.certificate) {
    const json certificate = json::parse(*findings.certificate, nullptr, false);
    if (!certificate.is_discarded()) object["certificate"] = certificate;
  }
  object["timings"] = report::TimingsJson(investigation.spent());
  return report::DumpJson(object);
}

std::string HypothesesAsJson(const std::vector<v1::Hypothesis>& hypotheses) {
  return report::DumpJson(json{{"hypotheses", report::HypothesesJson(hypotheses)}});
}

std::string ListAsJson(const std::vector<v1::Investigation>& investigations) {
  json list = json::array();
  for (const v1::Investigation& investigation : investigations) {
    list.push_back(
        {{"investigation", report::IdOf(investigation)},
         {"title", investigation.problem().title()},
         {"state", report::StateWord(investigation.state())},
         {"step", report::StepWord(investigation.step())},
         {"outcome", report::OutcomeWord(investigation.outcome())},
         {"ended_by", report::EndedByWord(investigation.ended_by())},
         {"create_time", google::protobuf::util::TimeUtil::ToString(investigation.create_time())}});
  }
  return report::DumpJson(json{{"investigations", list}});
}

std::string ErrorAsJson(const Status& status) {
  return report::DumpJson(
      json{{"error", {{"id", status.reason()}, {"message", status.message()}}}});
}

std::string EventAsJson(const v1::Event& event) {
  return report::DumpJson(report::AsJson(event), -1);
}

}  // namespace inquest::cli
