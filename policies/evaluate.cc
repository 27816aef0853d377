#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "policies/permit.h"

namespace inquest::policies {
namespace {

using google::protobuf::util::TimeUtil;

// Maps (the environment of a run) in a fixed order: a copy of an effect has the same digest.
Digest DigestOf(const v1::Effect& effect) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  effect.SerializeToCodedStream(&coded);
  coded.Trim();
  return Sha256(bytes);
}

// Which rule decided, and why it refused; an empty message lets the effect through.
struct Ruling {
  std::string rule;
  std::string refused;
};

Ruling RuleAcquire(const v1::Policy& policy, const v1::AcquireWork& work) {
  switch (work.target().source_case()) {
    case v1::Target::kLocalPath:
      return {"sources.local_path",
              policy.sources().local_path() ? "" : "this policy takes no local path as a target"};
    case v1::Target::kTreeDigest:
      return {"sources.uploaded_tree", policy.sources().uploaded_tree()
                                           ? ""
                                           : "this policy takes no uploaded tree as a target"};
    case v1::Target::kGit:
      return {"sources.git",
              policy.sources().git() ? "" : "this policy takes no git repository as a target"};
    case v1::Target::SOURCE_NOT_SET:
      break;
  }
  return {"sources", "the target has no source"};
}

Ruling RuleRun(const v1::Policy& policy, const v1::RunSpec& run) {
  const v1::SandboxRule& rule = policy.sandbox();
  if (!rule.allowed()) return {"sandbox.allowed", "this policy runs no commands"};
  if (rule.network() != v1::NETWORK_OFF) {
    return {"sandbox.network", "this policy does not say network: NETWORK_OFF"};
  }
  if (run.debugger() && !rule.debugger()) {
    return {"sandbox.debugger", "this policy lets no run have a debugger"};
  }
  const auto most = TimeUtil::DurationToMicroseconds(rule.time_limit());
  for (const v1::Phase& phase : run.phases()) {
    const auto asked = TimeUtil::DurationToMicroseconds(phase.time_limit());
    if (asked <= 0 || asked > most) {
      return {"sandbox.time_limit", "phase " + phase.name() + " asks for " + std::to_string(asked) +
                                        " us of at most " + std::to_string(most)};
    }
  }
  return {"sandbox.allowed", ""};
}

Ruling RuleAsk(const v1::Policy& policy, const v1::AskWork& ask) {
  const auto& allowed = policy.investigators().allowed();
  const bool listed =
      std::find(allowed.begin(), allowed.end(), ask.investigator()) != allowed.end();
  return {"investigators.allowed",
          listed ? "" : "this policy does not list the investigator '" + ask.investigator() + "'"};
}

Ruling Rule(const v1::Policy& policy, const v1::Effect& effect) {
  switch (effect.work_case()) {
    case v1::Effect::kAcquire:
      return RuleAcquire(policy, effect.acquire());
    case v1::Effect::kRun:
      return RuleRun(policy, effect.run());
    case v1::Effect::kAsk:
      return RuleAsk(policy, effect.ask());
    // Computed from recorded evidence; touches nothing else.
    case v1::Effect::kAnalyse:
      return {"analyse", ""};
    case v1::Effect::WORK_NOT_SET:
      break;
  }
  return {"default", "an effect without work is not allowed"};
}

}  // namespace

std::variant<Permit, Denial> Evaluate(const v1::Policy& policy, const std::string& investigation,
                                      const v1::Effect& effect) {
  Ruling ruling = Rule(policy, effect);
  if (!ruling.refused.empty()) {
    return Denial{policy.name(), std::move(ruling.rule), std::move(ruling.refused)};
  }
  Permit permit;
  permit.policy_ = policy.name();
  permit.rule_ = std::move(ruling.rule);
  permit.investigation_ = investigation;
  permit.effect_id_ = effect.id();
  permit.effect_digest_ = DigestOf(effect);
  permit.sandbox_ = policy.sandbox();
  return permit;
}

bool Permit::Covers(const v1::Effect& effect) const {
  return effect.id() == effect_id_ && DigestOf(effect) == effect_digest_;
}

}  // namespace inquest::policies
