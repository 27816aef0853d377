#include "runtime/report/retention.h"

#include <algorithm>
#include <utility>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "runtime/report/bundle_layout.h"

namespace inquest::report {
namespace {

constexpr int kHeadsAtOnce = 500;
constexpr int kEventsAtOnce = 500;

template <typename Take>
Status ForEachHead(store::Store& store, const Take& take) {
  store::ListQuery query;
  query.limit = kHeadsAtOnce;
  while (true) {
    TRY_ASSIGN(const std::vector<store::Head> heads, store.List(query));
    if (heads.empty()) return Status::Ok();
    for (const store::Head& head : heads) TRY(take(head));
    query.before_id = heads.back().id;
  }
}

Result<std::vector<v1::Event>> ReadJournal(const std::string& id, store::Store& store) {
  std::vector<v1::Event> events;
  while (true) {
    TRY_ASSIGN(const auto batch,
               store.ReadEvents(id, static_cast<std::int64_t>(events.size()), kEventsAtOnce));
    if (batch.empty()) return events;
    for (const store::JournalEvent& one : batch) {
      if (!events.emplace_back().ParseFromString(one.payload)) {
        return Status(Code::kDataLoss, "JOURNAL_DAMAGED",
                      id + ": event " + std::to_string(one.sequence) + " cannot be read");
      }
    }
  }
}

}  // namespace

Result<std::vector<store::Head>> EndedBefore(TimeUs before_us, const std::set<std::string>& kept,
                                             store::Store& store) {
  std::vector<store::Head> ended;
  TRY(ForEachHead(store, [&](const store::Head& head) {
    const bool over = head.state == v1::STATE_ENDED && head.updated_at_us < before_us;
    if (over && !kept.contains(head.id)) ended.push_back(head);
    return Status::Ok();
  }));
  std::reverse(ended.begin(), ended.end());
  return ended;
}

Result<std::unordered_set<Digest>> NamedArtifacts(const std::set<std::string>& left_out,
                                                  store::Store& store) {
  std::unordered_set<Digest> named;
  TRY(ForEachHead(store, [&](const store::Head& head) -> Status {
    if (left_out.contains(head.id)) return Status::Ok();
    TRY_ASSIGN(const std::vector<v1::Event> events, ReadJournal(head.id, store));
    TRY_ASSIGN(const std::vector<NamedArtifact> artifacts, ArtifactsNamedBy(events, store));
    for (const NamedArtifact& artifact : artifacts) {
      TRY_ASSIGN(const Digest digest, DigestFromHex(artifact.digest));
      named.insert(digest);
    }
    return Status::Ok();
  }));
  return named;
}

}  // namespace inquest::report
