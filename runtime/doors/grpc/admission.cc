#include "runtime/doors/grpc/admission.h"

#include <openssl/crypto.h>

#include <charconv>
#include <utility>

#include "runtime/base/digest.h"
#include "runtime/doors/grpc/authorization.h"

namespace inquest::doors {
namespace {

constexpr std::string_view kWatch = "inquest.v1.InvestigationService/WatchInvestigation";
constexpr std::string_view kHealthWatch = "grpc.health.v1.Health/Watch";

// Digests are compared, so that neither content nor length shows in the time taken.
bool SameSecret(std::string_view a, std::string_view b) {
  const Digest left = Sha256(a);
  const Digest right = Sha256(b);
  return CRYPTO_memcmp(left.bytes.data(), right.bytes.data(), left.bytes.size()) == 0;
}

std::string CertificateSubject(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  const auto names = auth->FindPropertyValues("x509_common_name");
  return names.empty() ? "" : std::string(names.front().data(), names.front().size());
}

}  // namespace

void PeerRegistry::Set(int fd, unsigned uid) {
  std::lock_guard lock(mutex_);
  uids_[fd] = uid;
}

std::string PeerRegistry::Principal(const std::string& peer) const {
  constexpr std::string_view kPrefix = "fd:";
  if (!peer.starts_with(kPrefix)) return "";
  int fd = -1;
  const char* begin = peer.data() + kPrefix.size();
  if (std::from_chars(begin, peer.data() + peer.size(), fd).ec != std::errc()) return "";
  std::lock_guard lock(mutex_);
  const auto found = uids_.find(fd);
  return found == uids_.end() ? "" : "uid:" + std::to_string(found->second);
}

Admitted::Admitted(Admission& admission, engine::Caller caller, Reach reach, bool watch)
    : admission_(&admission), caller_(std::move(caller)), reach_(reach), watch_(watch) {}

Admitted::Admitted(Admitted&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      caller_(std::move(other.caller_)),
      reach_(other.reach_),
      watch_(other.watch_) {}

Admitted::~Admitted() {
  if (admission_ != nullptr) admission_->Release(caller_.principal, watch_);
}

Admission::Admission(AdmissionLimits limits, const PeerRegistry& peers, std::string bearer_token)
    : limits_(limits), peers_(peers), bearer_token_(std::move(bearer_token)) {}

Result<engine::Caller> Admission::Authenticate(const grpc::ServerContextBase& context,
                                               Reach& reach) const {
  if (const std::string local = peers_.Principal(context.peer()); !local.empty()) {
    reach = Reach::kThisMachine;
    return engine::Caller{local};
  }
  reach = Reach::kNetwork;
  if (std::string subject = CertificateSubject(context); !subject.empty()) {
    return engine::Caller{"cert:" + std::move(subject)};
  }
  constexpr std::string_view kScheme = "Bearer ";
  const auto header = context.client_metadata().find("authorization");
  if (header != context.client_metadata().end() && !bearer_token_.empty()) {
    const std::string_view value(header->second.data(), header->second.size());
    if (value.starts_with(kScheme) && SameSecret(value.substr(kScheme.size()), bearer_token_)) {
      return engine::Caller{"token:default"};
    }
  }
  return Status(Code::kUnauthenticated, "TOKEN_REQUIRED",
                "this door needs \"authorization: Bearer TOKEN\" with the daemon's token");
}

Result<Admitted> Admission::Admit(const grpc::ServerContextBase& context, std::string_view method) {
  Reach reach = Reach::kNetwork;
  TRY_ASSIGN(engine::Caller caller, Authenticate(context, reach));
  const RpcRule* rule = FindRule(method);
  if (rule == nullptr ||
      (rule->open_to == OpenTo::kUnixSocketOnly && reach != Reach::kThisMachine)) {
    return Status(Code::kPermissionDenied, "RPC_NOT_OPEN_HERE",
                  std::string(method) + " is not open to this door");
  }
  const bool watch = method == kWatch || method == kHealthWatch;
  TRY(Take(caller.principal, watch));
  return Admitted(*this, std::move(caller), reach, watch);
}

void Admission::Drain(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  draining_ = true;
  drained_.wait_until(lock, deadline, [&] { return all_.calls == 0 && all_.watches == 0; });
}

std::chrono::steady_clock::duration Admission::IdleFor() const {
  std::lock_guard lock(mutex_);
  if (all_.calls != 0 || all_.watches != 0) return {};
  return std::chrono::steady_clock::now() - last_end_;
}

Status Admission::Take(const std::string& principal, bool watch) {
  std::lock_guard lock(mutex_);
  if (draining_) return {Code::kUnavailable, "SHUTTING_DOWN", "the daemon is going down"};
  InFlight& own = by_principal_[principal];
  if (watch) {
    if (all_.watches >= limits_.watches || own.watches >= limits_.watches_per_peer) {
      return {Code::kResourceExhausted, "TOO_MANY_WATCHES", "too many watches are open"};
    }
    ++all_.watches;
    ++own.watches;
    return Status::Ok();
  }
  if (all_.calls >= limits_.calls || own.calls >= limits_.calls_per_peer) {
    return {Code::kResourceExhausted, "TOO_MANY_CALLS", "too many calls are in flight"};
  }
  ++all_.calls;
  ++own.calls;
  return Status::Ok();
}

void Admission::Release(const std::string& principal, bool watch) {
  std::lock_guard lock(mutex_);
  last_end_ = std::chrono::steady_clock::now();
  const auto own = by_principal_.find(principal);
  if (watch) {
    --all_.watches;
    --own->second.watches;
  } else {
    --all_.calls;
    --own->second.calls;
  }
  if (own->second.calls == 0 && own->second.watches == 0) by_principal_.erase(own);
  if (all_.calls == 0 && all_.watches == 0) drained_.notify_all();
}

}  // namespace inquest::doors
