#include "runtime/report/evidence.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "inquest/v1/artifact.pb.h"
#include "inquest/v1/run.pb.h"

namespace inquest::report {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Deeper than any message of the contract.
constexpr int kDepthMax = 16;
constexpr std::size_t kDigestLength = 64;

bool LooksLikeDigest(const std::string& text) {
  return text.size() == kDigestLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

class Walk {
 public:
  explicit Walk(std::int64_t sequence) : sequence_(sequence) {}

  void Visit(const Message& message, const std::string& where, int depth) {
    if (depth > kDepthMax) return;
    if (message.GetDescriptor() == v1::Artifact::descriptor()) return TakeArtifact(message, where);
    if (message.GetDescriptor() == v1::RunOutcome::descriptor())
      return TakeOutcome(message, where, depth);
    VisitFields(message, where, depth);
  }

  std::vector<EvidenceItem> items() && { return std::move(items_); }

 private:
  void VisitFields(const Message& message, const std::string& where, int depth) {
    const google::protobuf::Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const std::string path = where.empty() ? field->name() : where + "." + field->name();
      const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) VisitField(message, *field, i, path, depth);
    }
  }

  void TakeOutcome(const Message& message, const std::string& where, int depth) {
    v1::RunOutcome outcome;
    outcome.CopyFrom(message);
    missing_layers_.assign(outcome.missing_layers().begin(), outcome.missing_layers().end());
    VisitFields(message, where, depth);
    missing_layers_.clear();
  }

  void VisitField(const Message& message, const FieldDescriptor& field, int index,
                  const std::string& path, int depth) {
    const google::protobuf::Reflection& reflection = *message.GetReflection();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Visit(field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, index)
                                : reflection.GetMessage(message, &field),
            path, depth + 1);
    } else if (field.type() == FieldDescriptor::TYPE_STRING) {
      const std::string text = field.is_repeated()
                                   ? reflection.GetRepeatedString(message, &field, index)
                                   : reflection.GetString(message, &field);
      // Artifacts are also named by digest alone; what else looks like one (an environment) is
      // none.
      const bool named = field.name().ends_with("digest") || field.name().ends_with("patches");
      if (named && field.name() != "environment_digest" && LooksLikeDigest(text)) {
        items_.push_back({sequence_, text, -1, "", path, missing_layers_});
      }
    }
  }

  void TakeArtifact(const Message& message, const std::string& where) {
    v1::Artifact artifact;
    artifact.CopyFrom(message);
    if (artifact.digest().empty()) return;
    items_.push_back({sequence_, artifact.digest(), artifact.size_bytes(), artifact.media_type(),
                      where, missing_layers_});
  }

  const std::int64_t sequence_;
  std::vector<EvidenceItem> items_;
  std::vector<std::string> missing_layers_;  // of the outcome that is being visited
};

}  // namespace

std::vector<EvidenceItem> EvidenceOf(const v1::Event& event) {
  Walk walk(event.sequence());
  walk.Visit(event, "", 0);
  return std::move(walk).items();
}

}  // namespace inquest::report
