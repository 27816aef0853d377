#include <google/protobuf/duration.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <nlohmann/json.hpp>

#include "runtime/cli/escape.h"
#include "runtime/cli/result.h"
#include "runtime/cli/words.h"

namespace inquest::cli {
namespace {

using nlohmann::json;

constexpr int kIndent = 2;

// nlohmann replaces what is not UTF-8; it never throws with these arguments.
std::string Dump(const json& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace) + "\n";
}

// The contract's own JSON mapping.
json AsJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return nullptr;
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

json Timings(const v1::Spent& spent) {
  using google::protobuf::util::TimeUtil;
  json timings = json::object();
  for (const v1::StepTime& step : spent.steps()) {
    timings[StepWord(step.step())] = TimeUtil::DurationToMilliseconds(step.wall_time());
  }
  timings["total"] = TimeUtil::DurationToMilliseconds(spent.wall_time());
  return timings;
}

json HypothesisList(const std::vector<v1::Hypothesis>& hypotheses) {
  json list = json::array();
  for (const v1::Hypothesis& hypothesis : hypotheses) list.push_back(AsJson(hypothesis));
  return list;
}

json Patch(const std::optional<std::string>& patch) {
  // A JSON string cannot hold other bytes, and a patch with replaced bytes would not apply.
  if (!patch || !IsUtf8(*patch)) return nullptr;
  return *patch;
}

// With the code as text; what is not UTF-8 is replaced.
json PathList(const std::vector<v1::PathStep>& path) {
  json list = json::array();
  for (const v1::PathStep& step : path) {
    json values = json::array();
    for (const v1::ValueFlow& value : step.values()) {
      values.push_back({{"name", value.name()},
                        {"kind", FlowWord(value.kind())},
                        {"line", value.line()},
                        {"code", value.code().quote()}});
    }
    list.push_back({{"path", step.location().path()},
                    {"line", step.location().first_line()},
                    {"last_line", step.location().last_line()},
                    {"function", step.location().function()},
                    {"code", step.code().quote()},
                    {"file_digest", step.code().digest()},
                    {"values", values}});
  }
  return list;
}

}  // namespace

std::string FindingsAsJson(const Findings& findings) {
  const v1::Investigation& investigation = findings.investigation;
  json object;
  object["investigation"] = IdOf(investigation);
  object["state"] = StateWord(investigation.state());
  object["outcome"] = OutcomeWord(investigation.outcome());
  object["ended_by"] = EndedByWord(investigation.ended_by());
  object["ended_reason"] = investigation.ended_reason();
  object["message"] = investigation.ended_message();
  object["patch"] = Patch(findings.patch);
  object["regression_patch"] = Patch(findings.regression_patch);
  object["question"] = nullptr;
  if (investigation.has_question()) object["question"] = AsJson(investigation.question());
  object["path"] = PathList(findings.path);
  object["reproduction"] = nullptr;
  if (investigation.has_reproduction()) {
    object["reproduction"] = AsJson(investigation.reproduction());
  }
  object["hypotheses"] = HypothesisList(findings.hypotheses);
  object["certificate"] = nullptr;
  if (findings.certificate) {
    const json certificate = json::parse(*findings.certificate, nullptr, false);
    if (!certificate.is_discarded()) object["certificate"] = certificate;
  }
  object["timings"] = Timings(investigation.spent());
  return Dump(object, kIndent);
}

std::string HypothesesAsJson(const std::vector<v1::Hypothesis>& hypotheses) {
  return Dump(json{{"hypotheses", HypothesisList(hypotheses)}}, kIndent);
}

std::string ListAsJson(const std::vector<v1::Investigation>& investigations) {
  json list = json::array();
  for (const v1::Investigation& investigation : investigations) {
    list.push_back(
        {{"investigation", IdOf(investigation)},
         {"title", investigation.problem().title()},
         {"state", StateWord(investigation.state())},
         {"step", StepWord(investigation.step())},
         {"outcome", OutcomeWord(investigation.outcome())},
         {"ended_by", EndedByWord(investigation.ended_by())},
         {"create_time", google::protobuf::util::TimeUtil::ToString(investigation.create_time())}});
  }
  return Dump(json{{"investigations", list}}, kIndent);
}

std::string ErrorAsJson(const Status& status) {
  return Dump(json{{"error", {{"id", status.reason()}, {"message", status.message()}}}}, kIndent);
}

std::string EventAsJson(const v1::Event& event) { return Dump(AsJson(event), -1); }

}  // namespace inquest::cli
