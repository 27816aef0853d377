#include "runtime/doors/grpc/server.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_posix.h>

#include <future>
#include <thread>
#include <utility>

#include "runtime/base/log.h"
#include "runtime/doors/grpc/admission.h"
#include "runtime/doors/grpc/connections.h"
#include "runtime/doors/grpc/health.h"
#include "runtime/doors/grpc/investigation_service.h"
#include "runtime/doors/grpc/reflection.h"
#include "runtime/doors/grpc/report_service.h"
#include "runtime/doors/grpc/small_services.h"
#include "runtime/doors/grpc/stall_guard.h"
#include "runtime/doors/grpc/unix_listener.h"

namespace inquest::doors {
namespace {

constexpr int kReceiveLimitBytes = 4 << 20;
constexpr int kSendLimitBytes = 16 << 20;
constexpr int kMetadataLimitBytes = 16 << 10;
constexpr std::size_t kMemoryQuotaBytes = std::size_t{256} << 20U;
constexpr int kThreads = 64;
constexpr int kStreamsPerConnection = 128;
constexpr int kKeepaliveTimeMs = 30'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
constexpr int kMinimumPingIntervalMs = 10'000;
// For last answers to leave once no call is in flight.
constexpr std::chrono::milliseconds kGoodbye{100};
constexpr std::size_t kTokenMinimumBytes = 32;

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.0.0.1:") || address.starts_with("[::1]:") ||
         address.starts_with("localhost:");
}

Status CheckDoors(const ServerOptions& options) {
  if (options.socket_path.empty() && options.tcp_address.empty()) {
    return {Code::kInvalidArgument, "NO_DOOR", "neither a socket nor an address to listen on"};
  }
  if (options.tcp_address.empty()) return Status::Ok();
  if (!IsLoopback(options.tcp_address) && (options.tls == nullptr || !options.behind_proxy)) {
    return {Code::kFailedPrecondition, "ADDRESS_NEEDS_TLS_AND_PROXY",
            "listening on " + options.tcp_address +
                " needs --tls-certificate, --tls-key, --tls-client-ca and --behind-proxy (a proxy "
                "that limits HTTP/2; docs/deploy.md); use 127.0.0.1:PORT or the Unix socket"};
  }
  if (options.tls == nullptr && options.bearer_token.size() < kTokenMinimumBytes) {
    return {Code::kFailedPrecondition, "TOKEN_REQUIRED",
            "listening on " + options.tcp_address +
                " needs a token of at least 32 bytes: --token-file"};
  }
  return Status::Ok();
}

std::shared_ptr<grpc::ServerCredentials> Credentials(const ServerOptions& options) {
  if (options.tls == nullptr) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = options.tls->client_ca_pem;
  tls.pem_key_cert_pairs.push_back({options.tls->key_pem, options.tls->certificate_pem});
  return grpc::SslServerCredentials(tls);
}

// gRPC's own lines go where ours go; what it says below errors is for its developers.
void LogLibraryLine(gpr_log_func_args* line) {
  Log(LogLevel::kWarning, "grpc", {{"text", line->message == nullptr ? "" : line->message}});
}

// The library stays until the process ends: to end it joins its threads, and the one that looks
// after a connection which takes no more bytes looks for 10 s (gRPC 1.51), whatever we do.
void KeepLibrary() {
  static const bool kept = (grpc_init(), true);
  static_cast<void>(kept);
}

void SetLimits(grpc::ServerBuilder& builder) {
  grpc::ResourceQuota quota("doors");
  quota.Resize(kMemoryQuotaBytes).SetMaxThreads(kThreads);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(kReceiveLimitBytes);
  builder.SetMaxSendMessageSize(kSendLimitBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataLimitBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kMinimumPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace

// Everything that serves, in the order in which it has to die.
class Server::Running {
 public:
  Running(ServerOptions options, engine::Engine& engine, store::Store& store)
      : options_(std::move(options)),
        engine_(engine),
        admission_({}, peers_, options_.tls == nullptr ? options_.bearer_token : "",
                   options_.reflection_on_tcp),
        stall_guard_(options_.transfers),
        catch_up_(store, options_.watch),
        investigations_(engine, store, options_.check_hypothesis, admission_, catch_up_),
        hypotheses_(engine, admission_),
        artifacts_(store, options_.unpack, admission_, stall_guard_),
        reports_(engine, store, admission_, stall_guard_),
        health_(engine, admission_),
        reflection_(admission_),
        reflection_alpha_(admission_) {}

  Status Start() {
    TRY(CheckDoors(options_));
    KeepLibrary();
    gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
    gpr_set_log_function(&LogLibraryLine);
    grpc::ServerBuilder builder;
    SetLimits(builder);
    if (!options_.tcp_address.empty()) {
      builder.AddListeningPort(options_.tcp_address, Credentials(options_), &tcp_port_);
    }
    builder.RegisterService(&investigations_);
    builder.RegisterService(&hypotheses_);
    builder.RegisterService(&artifacts_);
    builder.RegisterService(&reports_);
    builder.RegisterService(&health_);
    builder.RegisterService(&reflection_);
    builder.RegisterService(&reflection_alpha_);
    if (!options_.socket_path.empty()) {
      TRY_ASSIGN(listener_, UnixListener::Open({options_.socket_path, options_.allowed_uids,
                                                options_.allowed_group}));
    }
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || (!options_.tcp_address.empty() && tcp_port_ == 0)) {
      return {Code::kUnavailable, "CANNOT_LISTEN", "cannot listen on " + options_.tcp_address};
    }
    if (listener_ != nullptr) {
      listener_->Start([this](Fd connection, uid_t uid) {
        peers_.Set(connection.get(), uid);
        grpc::AddInsecureChannelFromFd(server_.get(), connection.release());
      });
    }
    health_.SetServing(true);
    return Status::Ok();
  }

  void Stop(std::chrono::milliseconds grace) {
    health_.Close();
    reflection_.Close();
    reflection_alpha_.Close();
    if (listener_ != nullptr) listener_->Stop();
    engine_.feed().Close();
    admission_.Drain(std::chrono::steady_clock::now() + grace);
    if (server_ != nullptr) ShutDown();
    catch_up_.Stop();
  }

  int tcp_port() const { return tcp_port_; }
  const Admission& admission() const { return admission_; }

 private:
  // Cancels what is left. That ends only when all that was begun to be written has left, and a
  // client that does not read lets nothing leave: then its connection is cut.
  void ShutDown() {
    std::promise<void> over;
    std::thread cutter([this, ended = over.get_future()] {
      auto patience = 2 * kGoodbye;
      while (ended.wait_for(patience) != std::future_status::ready) {
        CutConnections(options_.socket_path, tcp_port_);
        patience = kGoodbye;
      }
    });
    server_->Shutdown(std::chrono::system_clock::now() + kGoodbye);
    over.set_value();
    cutter.join();
  }

  const ServerOptions options_;
  engine::Engine& engine_;
  PeerRegistry peers_;
  Admission admission_;
  StallGuard stall_guard_;
  WatchCatchUp catch_up_;
  InvestigationService investigations_;
  HypothesisService hypotheses_;
  ArtifactService artifacts_;
  ReportService reports_;
  HealthService health_;
  ReflectionService<ReflectionV1> reflection_;
  ReflectionService<ReflectionV1Alpha> reflection_alpha_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<UnixListener> listener_;
  int tcp_port_ = 0;
};

Server::Server(std::unique_ptr<Running> running) : running_(std::move(running)) {}

Server::~Server() { Stop(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<Server>> Server::Start(ServerOptions options, engine::Engine& engine,
                                              store::Store& store) {
  auto running = std::make_unique<Running>(std::move(options), engine, store);
  TRY(running->Start());
  return std::unique_ptr<Server>(new Server(std::move(running)));
}

std::chrono::steady_clock::duration Server::IdleFor() const {
  return running_->admission().IdleFor();
}

int Server::tcp_port() const { return running_->tcp_port(); }

void Server::Stop(std::chrono::milliseconds grace) { running_->Stop(grace); }

}  // namespace inquest::doors
