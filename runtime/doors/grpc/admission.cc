#include "runtime/doors/grpc/admission.h"

#include <openssl/crypto.h>
#include <sys/socket.h>

#include <charconv>
#include <utility>

#include "runtime/base/digest.h"

namespace inquest::doors {
namespace {

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

// What the kernel gives no two sockets; 0: no socket.
std::uint64_t Cookie(int fd) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof(cookie);
  return ::getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

}  // namespace

void PeerRegistry::Set(int fd, unsigned uid) {
  std::lock_guard lock(mutex_);
  peers_[fd] = {uid, Cookie(fd)};
}

std::string PeerRegistry::Principal(const std::string& peer) const {
  constexpr std::string_view kPrefix = "fd:";
  if (!peer.starts_with(kPrefix)) return "";
  int fd = -1;
  const char* begin = peer.data() + kPrefix.size();
  if (std::from_chars(begin, peer.data() + peer.size(), fd).ec != std::errc()) return "";
  std::lock_guard lock(mutex_);
  const auto found = peers_.find(fd);
  if (found == peers_.end() || found->second.cookie != Cookie(fd)) return "";
  return "uid:" + std::to_string(found->second.uid);
}

Admitted::Admitted(Admission& admission, engine::Caller caller, Reach reach, Kind kind)
    : admission_(&admission), caller_(std::move(caller)), reach_(reach), kind_(kind) {}

Admitted::Admitted(Admitted&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      caller_(std::move(other.caller_)),
      reach_(other.reach_),
      kind_(other.kind_) {}

Admitted::~Admitted() {
  if (admission_ != nullptr) admission_->Release(caller_.principal, kind_);
}

Admission::Admission(AdmissionLimits limits, const PeerRegistry& peers, std::string bearer_token,
                     bool reflection_on_tcp)
    : limits_(limits),
      peers_(peers),
      reflection_on_tcp_(reflection_on_tcp),
      bearer_token_(std::move(bearer_token)) {}

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
  const bool open =
      rule != nullptr && (rule->open_to == OpenTo::kAnyDoor || reach == Reach::kThisMachine ||
                          (rule->open_to == OpenTo::kUnixSocketUnlessAsked && reflection_on_tcp_));
  if (!open) {
    return Status(Code::kPermissionDenied, "RPC_NOT_OPEN_HERE",
                  std::string(method) + " is not open to this door");
  }
  TRY(Take(caller.principal, rule->kind));
  return Admitted(*this, std::move(caller), reach, rule->kind);
}

void Admission::Drain(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  draining_ = true;
  drained_.wait_until(lock, deadline, [&] { return all_.None(); });
}

std::chrono::steady_clock::duration Admission::IdleFor() const {
  std::lock_guard lock(mutex_);
  if (!all_.None()) return {};
  return std::chrono::steady_clock::now() - last_end_;
}

Status Admission::Take(const std::string& principal, Kind kind) {
  struct Row {
    std::size_t per_peer;
    std::size_t all;
    const char* reason;
    const char* message;
  };
  const Row row = kind == Kind::kCall ? Row{limits_.calls_per_peer, limits_.calls, "TOO_MANY_CALLS",
                                            "too many calls are in flight"}
                  : kind == Kind::kTransfer
                      ? Row{limits_.transfers_per_peer, limits_.transfers, "TOO_MANY_TRANSFERS",
                            "too many artifacts are on their way"}
                      : Row{limits_.streams_per_peer, limits_.streams, "TOO_MANY_STREAMS",
                            "too many watches are open"};
  std::lock_guard lock(mutex_);
  if (draining_) return {Code::kUnavailable, "SHUTTING_DOWN", "the daemon is going down"};
  const auto own = by_principal_.find(principal);
  const std::size_t of_own = own == by_principal_.end() ? 0 : own->second.Of(kind);
  if (all_.Of(kind) >= row.all || of_own >= row.per_peer) {
    return {Code::kResourceExhausted, row.reason, row.message};
  }
  ++all_.Of(kind);
  ++by_principal_[principal].Of(kind);
  return Status::Ok();
}

void Admission::Release(const std::string& principal, Kind kind) {
  std::lock_guard lock(mutex_);
  last_end_ = std::chrono::steady_clock::now();
  const auto own = by_principal_.find(principal);
  --all_.Of(kind);
  --own->second.Of(kind);
  if (own->second.None()) by_principal_.erase(own);
  if (all_.None()) drained_.notify_all();
}

}  // namespace inquest::doors
