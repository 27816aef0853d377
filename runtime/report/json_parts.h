#pragma once

#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "inquest/v1/certificate.pb.h"
#include "inquest/v1/effect.pb.h"
#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "runtime/base/status.h"

namespace inquest::report {

// What the JSON of the command line and that of the report have in common (docs/cli.md).

// ASCII, so that it is safe on a terminal; bytes that are not UTF-8 are replaced. `indent` -1: one
// line. Ends with a line feed.
std::string DumpJson(const nlohmann::json& value, int indent = 2);

// A certificate as it was recorded; fields of later versions are ignored. DATA_LOSS
// (CERTIFICATE_UNREADABLE).
Result<v1::Certificate> ParseCertificate(const std::string& text);

// The contract's own JSON mapping.
nlohmann::json AsJson(const google::protobuf::Message& message);
nlohmann::json HypothesesJson(const std::vector<v1::Hypothesis>& hypotheses);
// With the code as text.
nlohmann::json PathJson(const std::vector<v1::PathStep>& path);
// Milliseconds by step, and in total.
nlohmann::json TimingsJson(const v1::Spent& spent);
// null for what is empty, or not UTF-8: a patch with replaced bytes would not apply.
nlohmann::json PatchJson(const std::string& patch);

}  // namespace inquest::report
