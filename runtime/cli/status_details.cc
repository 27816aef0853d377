#include "runtime/cli/status_details.h"

#include <google/protobuf/unknown_field_set.h>

namespace inquest::cli {
namespace {

using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

// Field numbers of google/rpc/{status,error_details}.proto and google/protobuf/any.proto. Read by
// number: four strings are not worth a dependency on the generated classes.
constexpr int kStatusDetails = 3;
constexpr int kAnyTypeUrl = 1;
constexpr int kAnyValue = 2;
constexpr int kErrorInfoReason = 1;
constexpr int kBadRequestViolations = 1;
constexpr int kViolationField = 1;
constexpr int kViolationDescription = 2;

bool Parse(const std::string& bytes, UnknownFieldSet& into) { return into.ParseFromString(bytes); }

std::string Text(const UnknownFieldSet& message, int number) {
  for (int i = 0; i < message.field_count(); ++i) {
    const UnknownField& field = message.field(i);
    if (field.number() == number && field.type() == UnknownField::TYPE_LENGTH_DELIMITED) {
      return field.length_delimited();
    }
  }
  return {};
}

template <typename Take>
void ForEach(const UnknownFieldSet& message, int number, Take take) {
  for (int i = 0; i < message.field_count(); ++i) {
    const UnknownField& field = message.field(i);
    if (field.number() != number || field.type() != UnknownField::TYPE_LENGTH_DELIMITED) continue;
    UnknownFieldSet inner;
    if (Parse(field.length_delimited(), inner)) take(inner);
  }
}

}  // namespace

StatusDetails DecodeStatusDetails(std::string_view bytes) {
  StatusDetails details;
  UnknownFieldSet status;
  if (!Parse(std::string(bytes), status)) return details;
  ForEach(status, kStatusDetails, [&](const UnknownFieldSet& any) {
    const std::string type = Text(any, kAnyTypeUrl);
    UnknownFieldSet value;
    if (!Parse(Text(any, kAnyValue), value)) return;
    if (type.ends_with("/google.rpc.ErrorInfo")) details.reason = Text(value, kErrorInfoReason);
    if (!type.ends_with("/google.rpc.BadRequest")) return;
    ForEach(value, kBadRequestViolations, [&](const UnknownFieldSet& violation) {
      details.violations.push_back(
          {Text(violation, kViolationField), Text(violation, kViolationDescription)});
    });
  });
  return details;
}

}  // namespace inquest::cli
