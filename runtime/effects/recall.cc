#include "runtime/effects/recall.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace inquest::effects {
namespace {

// Maps (the environment) in a fixed order: equal specs give equal bytes.
std::string Deterministic(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// What must be equal from run to run: everything but times, sizes of memory and where output was
// timed.
Digest Identity(const v1::RunOutcome& outcome) {
  Hasher hasher;
  hasher.Update(outcome.environment_digest());
  for (const v1::PhaseOutcome& phase : outcome.phases()) {
    hasher.Update(phase.name() + ":" + std::to_string(phase.exit_code()) + ":" +
                  phase.stdout().digest() + ":" + phase.stderr().digest() + ";");
  }
  for (const v1::CollectedFile& file : outcome.collected()) {
    hasher.Update(file.path() + ":" + file.artifact().digest() + ";");
  }
  return hasher.Finish();
}

bool EndedByItself(const v1::RunOutcome& outcome) {
  if (outcome.problem() != v1::RunOutcome::PROBLEM_UNSPECIFIED || outcome.phases().empty()) {
    return false;
  }
  for (const v1::PhaseOutcome& phase : outcome.phases()) {
    if (phase.ending() != v1::ENDING_EXITED || !phase.limit().empty()) return false;
  }
  return true;
}

}  // namespace

Digest RecallKey(const v1::RunSpec& spec) { return Sha256(Deterministic(spec)); }

Result<std::optional<v1::RunOutcome>> Recall(store::Store& store, const v1::RunSpec& spec) {
  TRY_ASSIGN(const auto memory, store.RecallRun(RecallKey(spec)));
  if (!memory.has_value()) return std::optional<v1::RunOutcome>();
  v1::RunOutcome outcome;
  if (!outcome.ParseFromString(memory->outcome)) {
    return Status(Code::kDataLoss, "MEMORY_DAMAGED", "a remembered run cannot be parsed");
  }
  outcome.set_recalled_from(memory->source);
  return std::optional(std::move(outcome));
}

Status Remember(store::Store& store, const v1::RunSpec& spec, const v1::RunOutcome& outcome,
                std::string source) {
  if (!EndedByItself(outcome)) return Status::Ok();
  return store.RememberRun(RecallKey(spec), Identity(outcome),
                           {outcome.SerializeAsString(), std::move(source)});
}

}  // namespace inquest::effects
