#pragma once

#include <grpcpp/server.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>
#include <vector>

namespace inquest::bench {

// The least that can stream: a callback server that gives every watcher the same messages, each
// serialized once and shared, as they are published. Listens on a Unix socket.
class BareServer {
 public:
  // `messages`: all that will be published; the first is sent to whoever comes.
  BareServer(const std::string& socket_path, std::vector<std::string> messages);
  ~BareServer();

  // The next message, to all.
  void Publish();

 private:
  class Service;
  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace inquest::bench
