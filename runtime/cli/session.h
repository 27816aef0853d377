#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/cli/client.h"
#include "runtime/cli/console.h"
#include "runtime/cli/paths.h"
#include "runtime/cli/result.h"
#include "runtime/cli/settings.h"

namespace inquest::cli {

// What every verb works with: where to write, where the daemon is, and a client of it that is
// connected when it is first asked for.
class Session {
 public:
  Session(Console& console, Paths paths, bool json, SettingsLayers settings = {})
      : console_(console), paths_(std::move(paths)), json_(json), settings_(std::move(settings)) {}

  Console& console() { return console_; }
  const Paths& paths() const { return paths_; }
  bool json() const { return json_; }
  // Without any project's.
  const SettingsLayers& settings() const { return settings_; }

  // Starts the daemon if need be.
  Result<std::shared_ptr<Client>> Connect();
  // After UNAVAILABLE: a new connection, to a new daemon if the old one is gone.
  Result<std::shared_ptr<Client>> Reconnect();

  // The full resource name for what a person typed (@last, a prefix, an id). NOT_FOUND
  // (ID_NOT_FOUND, NO_INVESTIGATIONS), INVALID_ARGUMENT (BAD_ID, ID_AMBIGUOUS).
  Result<std::string> Resolve(const std::string& word);

  // All that is known of it, patch and certificate included.
  Result<Findings> Fetch(const std::string& name);

  // Of an investigation that has one. DATA_LOSS (CERTIFICATE_UNREADABLE).
  Result<v1::Certificate> FetchCertificate(const v1::Investigation& investigation);

 private:
  Result<std::vector<v1::PathStep>> FetchPath(const std::string& name, std::int64_t last_sequence);
  Result<std::string> ResolveLast(Client& client);
  Result<std::string> ResolvePrefix(Client& client, const std::string& prefix);

  Console& console_;
  const Paths paths_;
  const bool json_;
  const SettingsLayers settings_;
  std::shared_ptr<Client> client_;
};

// Gives every event after `after_sequence` to `take`, across restarts of the daemon and without
// gaps or repetitions, until the investigation's end, until `take` answers false, or until `stop`
// (CANCELLED).
using TakeEvent = std::function<bool(const v1::Event&)>;
Status Follow(Session& session, const std::string& name, std::int64_t after_sequence,
              const TakeEvent& take, const std::stop_token& stop);

}  // namespace inquest::cli
