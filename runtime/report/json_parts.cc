#include "runtime/report/json_parts.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include "runtime/base/visible_text.h"
#include "runtime/report/words.h"

namespace inquest::report {

using google::protobuf::util::TimeUtil;
using nlohmann::json;

// nlohmann replaces what is not UTF-8; it never throws with these arguments.
std::string DumpJson(const json& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace) + "\n";
}

Result<v1::Certificate> ParseCertificate(const std::string& text) {
  google::protobuf::util::JsonParseOptions lenient;
  lenient.ignore_unknown_fields = true;
  v1::Certificate certificate;
  if (!google::protobuf::util::JsonStringToMessage(text, &certificate, lenient).ok()) {
    return Status(Code::kDataLoss, "CERTIFICATE_UNREADABLE", "the certificate cannot be read");
  }
  return certificate;
}

json AsJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return nullptr;
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

json TimingsJson(const v1::Spent& spent) {
  json timings = json::object();
  for (const v1::StepTime& step : spent.steps()) {
    timings[StepWord(step.step())] = TimeUtil::DurationToMilliseconds(step.wall_time());
  }
  timings["total"] = TimeUtil::DurationToMilliseconds(spent.wall_time());
  return timings;
}

json HypothesesJson(const std::vector<v1::Hypothesis>& hypotheses) {
  json list = json::array();
  for (const v1::Hypothesis& hypothesis : hypotheses) list.push_back(AsJson(hypothesis));
  return list;
}

json PatchJson(const std::string& patch) {
  if (patch.empty() || !IsUtf8(patch)) return nullptr;
  return patch;
}

json PathJson(const std::vector<v1::PathStep>& path) {
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

}  // namespace inquest::report
