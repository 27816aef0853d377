#pragma once

#include <string>

namespace inquest::doors {

// Cuts every connection of this process that came in by the Unix socket or the TCP port ("" and 0:
// none), whatever waits to be read or written on it. gRPC keeps the descriptors and finds their
// ends closed. For the end of a server only: a client that does not read its socket keeps what is
// written to it, and so gRPC's Shutdown, waiting for ever. Thread-safe.
void CutConnections(const std::string& socket_path, int tcp_port);

}  // namespace inquest::doors
