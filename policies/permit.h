#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/policy.pb.h"
#include "runtime/base/digest.h"

namespace inquest::policies {

struct Denial {
  std::string policy;
  std::string rule;     // which rule refused, for example sandbox.allowed
  std::string message;  // for people
};

class Permit;

// Decides one effect of one investigation under a policy. Pure: the same arguments give the same
// answer; called again after a restart, so that a policy that was tightened meanwhile wins.
std::variant<Permit, Denial> Evaluate(const v1::Policy& policy, const std::string& investigation,
                                      const v1::Effect& effect);

// Proof that policy allowed one effect. Only Evaluate makes one; executors, connectors and models
// take it by value and refuse an effect whose digest is another.
class Permit {
 public:
  const std::string& policy() const { return policy_; }
  const std::string& rule() const { return rule_; }
  const std::string& investigation() const { return investigation_; }
  std::int64_t effect_id() const { return effect_id_; }
  // SHA-256 of the effect's serialized bytes.
  const Digest& effect_digest() const { return effect_digest_; }
  // What a sandboxed run may have: limits, network, accepted missing layers.
  const v1::SandboxRule& sandbox() const { return sandbox_; }
  bool Covers(const v1::Effect& effect) const;

 private:
  friend std::variant<Permit, Denial> Evaluate(const v1::Policy& policy,
                                               const std::string& investigation,
                                               const v1::Effect& effect);
  Permit() = default;

  std::string policy_;
  std::string rule_;
  std::string investigation_;
  std::int64_t effect_id_ = 0;
  Digest effect_digest_;
  v1::SandboxRule sandbox_;
};

}  // namespace inquest::policies
