#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/base/digest.h"
#include "runtime/engine/case.h"

namespace inquest::engine {

// The requests with a request_id that are under way. The store knows an id once its request is
// durable; until then the same request again joins the first. Belongs to the engine's thread.
class Requests {
 public:
  // For the first with its id: what it is to settle, which tells all that joined. Nothing: the
  // request has joined one that is under way and is told what that is told, or its body is another
  // one (ALREADY_EXISTS, REQUEST_ID_REUSED) and it has been told so. What is returned must be
  // called; it may outlive this.
  std::optional<Settled> Begin(const std::string& request_id, const Digest& body, Settled settled);

 private:
  struct UnderWay {
    Digest body;
    std::vector<Settled> waiting;
  };
  using All = std::unordered_map<std::string, UnderWay>;

  const std::shared_ptr<All> under_way_ = std::make_shared<All>();
};

// The refusal of an id that came with another body before.
Status RequestIdReused(const std::string& request_id);

}  // namespace inquest::engine
