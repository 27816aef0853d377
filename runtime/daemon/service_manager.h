#pragma once

#include <string_view>

namespace inquest::daemon {

// Tells the service manager what became of this daemon: "READY=1" once it serves, "STOPPING=1" when
// it ends (sd_notify(3), the datagram alone). Does nothing unless $NOTIFY_SOCKET names who listens.
void TellServiceManager(std::string_view state);

}  // namespace inquest::daemon
