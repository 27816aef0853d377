#include "runtime/engine/requests.h"

#include <utility>

namespace inquest::engine {

Status RequestIdReused(const std::string& request_id) {
  return {Code::kAlreadyExists, "REQUEST_ID_REUSED",
          "request_id " + request_id + " was used with another body"};
}

std::optional<Settled> Requests::Begin(const std::string& request_id, const Digest& body,
                                       Settled settled) {
  const auto [found, first] = under_way_->try_emplace(request_id, UnderWay{body, {}});
  if (!first && found->second.body != body) {
    settled(RequestIdReused(request_id));
    return std::nullopt;
  }
  found->second.waiting.push_back(std::move(settled));
  if (!first) return std::nullopt;
  return [all = under_way_, request_id](const auto& outcome) {
    // No longer under way before anybody is told: who tries again after a failure begins anew.
    auto ended = all->extract(request_id);
    if (ended.empty()) return;
    for (const Settled& waiting : ended.mapped().waiting) waiting(outcome);
  };
}

}  // namespace inquest::engine
