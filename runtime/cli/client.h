#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/artifact.pb.h"
#include "inquest/v1/event.pb.h"
#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "inquest/v1/investigation_service.pb.h"
#include "inquest/v1/report_service.pb.h"
#include "runtime/base/status.h"

namespace inquest::cli {

// The daemon, as the verbs see it. Every answer that is not OK carries the daemon's own reason and
// message; a daemon that cannot be reached is UNAVAILABLE. Thread-safe. Calls that return at once
// on the server have a deadline here; a watch has none.
class Client {
 public:
  // Makes the channel; nothing is sent yet.
  explicit Client(const std::string& socket_path);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Waits until the daemon accepts calls. UNAVAILABLE (DAEMON_UNREACHABLE) after `limit`.
  Status WaitUntilReady(std::chrono::milliseconds limit);

  Result<v1::Investigation> Create(const v1::CreateInvestigationRequest& request);
  Result<v1::Investigation> Get(const std::string& name);
  Result<v1::ListInvestigationsResponse> List(const v1::ListInvestigationsRequest& request);
  Result<v1::Investigation> Cancel(const std::string& name);
  Result<v1::Investigation> Pause(const std::string& name);
  Result<v1::Investigation> Resume(const std::string& name);
  Result<v1::Investigation> Fork(const v1::ForkInvestigationRequest& request);
  Result<v1::Investigation> Steer(const v1::SteerInvestigationRequest& request);
  // All pages.
  Result<std::vector<v1::Hypothesis>> Hypotheses(const std::string& name);

  // Gives every message of the stream to `take` until it answers false, the stream ends, or `stop`
  // is requested (CANCELLED). OK also when `take` ended it.
  using TakeUpdate = std::function<bool(const v1::WatchInvestigationResponse&)>;
  Status Watch(const v1::WatchInvestigationRequest& request, const TakeUpdate& take,
               std::stop_token stop);

  // Gives the raw bytes, piece by piece, to `take` until it answers false.
  using TakeBytes = std::function<bool(std::string_view)>;
  Status ReadArtifact(const std::string& digest, const TakeBytes& take);
  // The same into memory; RESOURCE_EXHAUSTED (ARTIFACT_TOO_LARGE) over `limit_bytes`.
  Result<std::string> ReadArtifact(const std::string& digest, std::uint64_t limit_bytes);
  Result<v1::Artifact> WriteArtifact(std::string_view bytes, const std::string& media_type);

  // Bytes of a report or a bundle, as ReadArtifact gives them.
  Status RenderReport(const v1::RenderReportRequest& request, const TakeBytes& take);
  Status ExportBundle(const v1::ExportBundleRequest& request, const TakeBytes& take);
  // `next` gives the bundle's bytes piece by piece; empty: the end.
  using NextBytes = std::function<Result<std::string>()>;
  Result<v1::ImportBundleResponse> ImportBundle(const NextBytes& next);
  // No deadline: a long journal takes its time.
  Result<v1::ReplayInvestigationResponse> Replay(const std::string& name);

 private:
  struct Stubs;
  std::unique_ptr<Stubs> stubs_;
};

}  // namespace inquest::cli
