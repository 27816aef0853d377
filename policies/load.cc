#include "policies/load.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/time_util.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "runtime/base/file.h"

namespace inquest::policies {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kDepthLimit = 16;
constexpr std::uint64_t kFileLimitBytes = std::uint64_t{1} << 20U;

class Walker {
 public:
  explicit Walker(std::string_view name) : name_(name) {}

  Status Fill(const YAML::Node& node, Message& message, int depth) {
    if (depth > kDepthLimit) return Bad(node, "nested too deeply");
    if (node.IsNull() && depth == 0) return Status::Ok();  // nothing but comments
    if (!node.IsMap()) return Bad(node, "expected fields of " + message.GetDescriptor()->name());
    std::set<std::string> seen;
    for (const auto& pair : node) {
      const std::string key = pair.first.Scalar();
      const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(key);
      if (field == nullptr) {
        return Bad(pair.first, "unknown field '" + key + "' in " + message.GetDescriptor()->name());
      }
      if (!seen.insert(key).second) return Bad(pair.first, "'" + key + "' is given twice");
      TRY(FillField(pair.second, *field, message, depth));
    }
    return Status::Ok();
  }

 private:
  Status Bad(const YAML::Node& node, const std::string& what) const {
    const YAML::Mark mark = node.Mark();
    return {Code::kInvalidArgument, "BAD_YAML",
            name_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) +
                ": " + what};
  }

  Status FillField(const YAML::Node& node, const FieldDescriptor& field, Message& message,
                   int depth) {
    if (!field.is_repeated()) return FillValue(node, field, message, depth);
    if (!node.IsSequence()) return Bad(node, "'" + field.name() + "' is a list");
    for (const auto& item : node) TRY(FillValue(item, field, message, depth));
    return Status::Ok();
  }

  Status FillMessage(const YAML::Node& node, const FieldDescriptor& field, Message& message,
                     int depth) {
    const auto* reflection = message.GetReflection();
    Message* child = field.is_repeated() ? reflection->AddMessage(&message, &field)
                                         : reflection->MutableMessage(&message, &field);
    auto* duration = dynamic_cast<google::protobuf::Duration*>(child);
    if (duration == nullptr) return Fill(node, *child, depth + 1);
    if (!node.IsScalar() ||
        !google::protobuf::util::TimeUtil::FromString(node.Scalar(), duration)) {
      return Bad(node, "'" + field.name() + "' is a duration such as 90s");
    }
    return Status::Ok();
  }

  template <typename T>
  Status Scalar(const YAML::Node& node, const FieldDescriptor& field, T& value,
                const char* wanted) {
    if (node.IsScalar() && YAML::convert<T>::decode(node, value)) return Status::Ok();
    return Bad(node, "'" + field.name() + "' is " + wanted);
  }

  Status FillValue(const YAML::Node& node, const FieldDescriptor& field, Message& message,
                   int depth) {
    const auto* r = message.GetReflection();
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return FillMessage(node, field, message, depth);
      case FieldDescriptor::CPPTYPE_BOOL: {
        bool value = false;
        TRY(Scalar(node, field, value, "true or false"));
        many ? r->AddBool(&message, &field, value) : r->SetBool(&message, &field, value);
        return Status::Ok();
      }
      case FieldDescriptor::CPPTYPE_INT32: {
        std::int32_t value = 0;
        TRY(Scalar(node, field, value, "a whole number"));
        many ? r->AddInt32(&message, &field, value) : r->SetInt32(&message, &field, value);
        return Status::Ok();
      }
      case FieldDescriptor::CPPTYPE_INT64: {
        std::int64_t value = 0;
        TRY(Scalar(node, field, value, "a whole number"));
        many ? r->AddInt64(&message, &field, value) : r->SetInt64(&message, &field, value);
        return Status::Ok();
      }
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string value;
        TRY(Scalar(node, field, value, "text"));
        many ? r->AddString(&message, &field, value) : r->SetString(&message, &field, value);
        return Status::Ok();
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        std::string value;
        TRY(Scalar(node, field, value, "a name"));
        const auto* named = field.enum_type()->FindValueByName(value);
        if (named == nullptr)
          return Bad(node, "no " + field.enum_type()->name() + " '" + value + "'");
        many ? r->AddEnum(&message, &field, named) : r->SetEnum(&message, &field, named);
        return Status::Ok();
      }
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_UINT32:
      case FieldDescriptor::CPPTYPE_UINT64:
        break;
    }
    return Bad(node, "'" + field.name() + "' has a type that configuration does not use");
  }

  const std::string name_;
};

}  // namespace

Status LoadYaml(std::string_view name, const std::string& yaml, Message& message) {
  if (yaml.size() > kFileLimitBytes) {
    return {Code::kInvalidArgument, "BAD_YAML", std::string(name) + ": larger than 1 MiB"};
  }
  try {  // yaml-cpp reports by exceptions; none passes this function
    return Walker(name).Fill(YAML::Load(yaml), message, 0);
  } catch (const YAML::Exception& error) {
    return {Code::kInvalidArgument, "BAD_YAML",
            std::string(name) + ":" + std::to_string(error.mark.line + 1) + ":" +
                std::to_string(error.mark.column + 1) + ": " + error.msg};
  }
}

Result<v1::Policy> LoadPolicy(std::string_view name, const std::string& yaml) {
  v1::Policy policy;
  TRY(LoadYaml(name, yaml, policy));
  if (policy.name().empty()) {
    return Status(Code::kInvalidArgument, "BAD_YAML",
                  std::string(name) + ": a policy needs a name");
  }
  return policy;
}

namespace {

std::vector<std::string> YamlFiles(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<std::vector<v1::Policy>> LoadPolicies(const std::vector<std::string>& directories) {
  std::vector<v1::Policy> policies;
  for (const std::string& directory : directories) {
    for (const std::string& file : YamlFiles(directory)) {
      TRY_ASSIGN(const std::string yaml, ReadFile(file, kFileLimitBytes));
      TRY_ASSIGN(v1::Policy policy, LoadPolicy(file, yaml));
      std::erase_if(policies, [&](const auto& p) { return p.name() == policy.name(); });
      policies.push_back(std::move(policy));
    }
  }
  return policies;
}

}  // namespace inquest::policies
