#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/policy.pb.h"
#include "runtime/base/status.h"

namespace google::protobuf {
class Message;
}

namespace inquest::policies {

// Fills `message` from YAML by its descriptor: the schema is in proto/, once. Durations are "600s"
// or "1.5s", enums are spelled by name. INVALID_ARGUMENT (BAD_YAML) with `name`, line and column
// for anything else: an unknown field, a wrong type, a value out of range, a key given twice.
Status LoadYaml(std::string_view name, const std::string& yaml, google::protobuf::Message& message);

// One policy from its YAML text. A policy without a name is refused.
Result<v1::Policy> LoadPolicy(std::string_view name, const std::string& yaml);

// Every *.yaml of the directories, later directories replacing policies of the same name.
// A directory that does not exist is skipped.
Result<std::vector<v1::Policy>> LoadPolicies(const std::vector<std::string>& directories);

}  // namespace inquest::policies
