#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

namespace inquest::bench {

// The least that can stream: a callback server that writes the given bytes one after the other to
// whoever watches, whatever is asked. Listens on a Unix socket.
class BareServer {
 public:
  // Borrows the messages (serialized WatchInvestigationResponse each).
  BareServer(const std::string& socket_path, const std::vector<std::string>& messages);
  ~BareServer();

 private:
  class Service;
  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace inquest::bench
