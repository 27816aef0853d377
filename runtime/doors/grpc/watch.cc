#include "runtime/doors/grpc/watch.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "runtime/doors/grpc/status_map.h"
#include "runtime/doors/grpc/watch_messages.h"

namespace inquest::doors {
namespace {

// One watcher: a cursor, and at most one write in flight; what to send next is chosen when the last
// message has left. Decides under its lock and acts outside of it. Called by gRPC's threads, the
// engine's, the feed's publisher and the catch-up thread. It holds itself until OnDone.
class Watch final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                    public engine::Feed::Watcher,
                    public WatchCatchUp::Client,
                    public std::enable_shared_from_this<Watch> {
 public:
  Watch(grpc::CallbackServerContext& context, Admitted admitted, std::string id,
        const v1::WatchInvestigationRequest& request, engine::Engine& engine,
        WatchCatchUp& catch_up)
      : context_(context),
        admitted_(std::move(admitted)),
        id_(std::move(id)),
        only_new_(request.only_new()),
        engine_(engine),
        catch_up_(catch_up),
        messages_(catch_up.messages().Of(id_)),
        cursor_(request.after_sequence()) {}

  void Start() {
    self_ = shared_from_this();
    catch_up_.Add(self_);
    engine_.Get(id_, [self = self_](Result<v1::Investigation> snapshot) {
      self->TakeSnapshot(std::move(snapshot));
    });
  }

  void Wake() override {
    {
      std::lock_guard lock(mutex_);
      store_has_no_more_ = false;
    }
    Pump();
  }

  void CaughtUp(Result<std::vector<store::JournalEvent>> events) override {
    {
      std::lock_guard lock(mutex_);
      catching_up_ = false;
      if (!events.ok()) {
        failure_ = events.status();
      } else if (events->empty() && cursor_ < last_sequence_) {
        failure_ = Status(Code::kDataLoss, "JOURNAL_DAMAGED",
                          "the journal ends before sequence " + std::to_string(last_sequence_));
      } else {
        store_has_no_more_ = events->empty();
        for (auto& event : *events) {
          caught_up_.push_back(
              {event.sequence, std::make_shared<const std::string>(std::move(event.payload))});
        }
      }
    }
    Pump();
  }

  void Tick(WatchCatchUp::TimePoint now) override {
    bool stalled = false;
    {
      std::lock_guard lock(mutex_);
      if (done_) return;
      stalled = busy_ && !finished_ && now - wrote_at_ >= catch_up_.limits().stalled;
      heartbeat_due_ = !busy_ && now - wrote_at_ >= catch_up_.limits().heartbeat;
    }
    if (stalled) {
      std::lock_guard alive(context_mutex_);
      if (!context_gone_) context_.TryCancel();
    }
    Pump();
  }

  void OnWriteDone(bool ok) override {
    {
      std::lock_guard lock(mutex_);
      busy_ = false;
      if (!ok) cancelled_ = true;
    }
    Pump();
  }

  void OnCancel() override {
    {
      std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    Pump();
  }

  void OnDone() override {
    {
      std::lock_guard alive(context_mutex_);
      context_gone_ = true;
    }
    {
      std::lock_guard lock(mutex_);
      done_ = true;
    }
    engine_.feed().Unsubscribe(id_, this);
    catch_up_.Remove(this);
    const std::shared_ptr<Watch> last = std::move(self_);
  }

 private:
  // What Decide found to do once the lock is gone.
  struct Next {
    enum class Kind { kNothing, kWrite, kCatchUp, kFinish } kind = Kind::kNothing;
    grpc::Status status;
    std::int64_t after_sequence = 0;
  };

  void TakeSnapshot(Result<v1::Investigation> snapshot) {
    bool subscribe = false;
    {
      std::lock_guard lock(mutex_);
      if (!snapshot.ok()) {
        failure_ = snapshot.status();
      } else if (cursor_ > snapshot->last_sequence()) {
        failure_ = Status(
            Code::kOutOfRange, "SEQUENCE_OUT_OF_RANGE",
            "after_sequence is past the last event, " + std::to_string(snapshot->last_sequence()));
      } else {
        last_sequence_ = snapshot->last_sequence();
        if (only_new_) cursor_ = last_sequence_;
        ended_ = snapshot->state() == v1::STATE_ENDED;
        snapshot_ = std::move(*snapshot);
        subscribe = !done_;
      }
    }
    if (subscribe) {
      engine_.feed().Subscribe(id_, shared_from_this());
      std::lock_guard lock(mutex_);
      if (done_) engine_.feed().Unsubscribe(id_, this);
    }
    Pump();
  }

  void Pump() {
    Next next;
    {
      std::lock_guard lock(mutex_);
      next = Decide();
    }
    switch (next.kind) {
      case Next::Kind::kNothing:
        return;
      case Next::Kind::kWrite:
        StartWrite(&in_flight_);
        return;
      case Next::Kind::kCatchUp:
        catch_up_.Request(shared_from_this(), id_, next.after_sequence);
        return;
      case Next::Kind::kFinish:
        Finish(next.status);
        return;
    }
  }

  Next Decide() {
    if (busy_ || finished_) return {};
    if (cancelled_) return End(grpc::Status(grpc::StatusCode::CANCELLED, "the watcher is gone"));
    if (!failure_.ok()) return End(ToGrpc(failure_));
    if (engine_.feed().closed()) {
      return End(ToGrpc(Status(Code::kUnavailable, "SHUTTING_DOWN", "the daemon is going down")));
    }
    if (snapshot_.has_value()) {
      in_flight_ = EncodeSnapshot(*std::exchange(snapshot_, std::nullopt));
      snapshot_sent_ = true;
      return Write();
    }
    if (!snapshot_sent_ || catching_up_) return {};
    if (std::optional<WatchMessage> message = TakeMessage(); message.has_value()) {
      cursor_ = message->last;
      last_sequence_ = std::max(last_sequence_, cursor_);
      ended_ = message->ended;
      in_flight_ = std::move(message->bytes);
      return Write();
    }
    if (cursor_ < last_sequence_ || feed_has_dropped_) {
      feed_has_dropped_ = false;
      catching_up_ = true;
      return {Next::Kind::kCatchUp, {}, cursor_};
    }
    if (ended_) return End(grpc::Status::OK);
    if (!heartbeat_due_) return {};
    in_flight_ = EncodeHeartbeat(last_sequence_);
    return Write();
  }

  Next Write() {
    busy_ = true;
    heartbeat_due_ = false;
    wrote_at_ = std::chrono::steady_clock::now();
    return {Next::Kind::kWrite, {}, 0};
  }

  Next End(grpc::Status status) {
    finished_ = true;
    return {Next::Kind::kFinish, std::move(status), 0};
  }

  // The next events as a message; shared with the other watchers unless this one is catching up.
  std::optional<WatchMessage> TakeMessage() {
    const bool live = cursor_ >= last_sequence_ && caught_up_.empty();
    if (live) {
      if (auto shared = messages_->After(cursor_); shared.has_value()) return shared;
    }
    const std::vector<engine::FeedItem> items = TakeBatch();
    if (items.empty()) return std::nullopt;
    WatchMessage message = EncodeEvents(items, std::max(last_sequence_, items.back().sequence));
    if (live) messages_->Keep(cursor_, message);
    return message;
  }

  // The next events, from what the store brought or else from the feed; empty: none, or (cursor
  // behind, feed_has_dropped_) the store has to be asked.
  std::vector<engine::FeedItem> TakeBatch() {
    const WatchLimits& limits = catch_up_.limits();
    std::vector<engine::FeedItem> source;
    if (!caught_up_.empty()) {
      source.assign(caught_up_.begin(), caught_up_.end());
    } else {
      auto items = engine_.feed().After(id_, cursor_, limits.batch_events);
      feed_has_dropped_ = !items.has_value() && !store_has_no_more_;
      if (items.has_value()) source = std::move(*items);
    }
    std::vector<engine::FeedItem> batch;
    std::size_t bytes = 0;
    std::int64_t expected = cursor_ + 1;
    for (auto& item : source) {
      bytes += item.payload->size();
      const bool full = !batch.empty() && bytes > limits.batch_bytes;
      if (item.sequence != expected || full) break;
      ++expected;
      batch.push_back(std::move(item));
    }
    const auto taken = std::min(batch.size(), caught_up_.size());
    caught_up_.erase(caught_up_.begin(), caught_up_.begin() + static_cast<std::ptrdiff_t>(taken));
    return batch;
  }

  grpc::CallbackServerContext& context_;
  const Admitted admitted_;
  const std::string id_;
  const bool only_new_;
  engine::Engine& engine_;
  WatchCatchUp& catch_up_;
  const std::shared_ptr<WatchMessages> messages_;

  // Keeps the context while Tick cancels; recursive, for gRPC may call back within TryCancel.
  std::recursive_mutex context_mutex_;
  bool context_gone_ = false;

  std::mutex mutex_;  // guards everything below
  std::int64_t cursor_;
  std::int64_t last_sequence_ = 0;
  std::optional<v1::Investigation> snapshot_;
  bool snapshot_sent_ = false;
  std::deque<engine::FeedItem> caught_up_;
  bool catching_up_ = false;
  bool feed_has_dropped_ = false;
  bool store_has_no_more_ = false;
  bool ended_ =
      false;  // the event at the cursor, or at last_sequence_ before any was sent, ended it
  bool heartbeat_due_ = false;
  bool busy_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
  bool done_ = false;
  Status failure_;
  WatchCatchUp::TimePoint wrote_at_ = std::chrono::steady_clock::now();
  grpc::ByteBuffer in_flight_;
  std::shared_ptr<Watch> self_;
};

class Refused final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit Refused(const Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartWatch(grpc::CallbackServerContext& context,
                                                       Admitted admitted, std::string id,
                                                       const v1::WatchInvestigationRequest& request,
                                                       engine::Engine& engine,
                                                       WatchCatchUp& catch_up) {
  auto watch = std::make_shared<Watch>(context, std::move(admitted), std::move(id), request, engine,
                                       catch_up);
  watch->Start();
  return watch.get();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* RefuseWatch(const Status& status) {
  return new Refused(status);
}

}  // namespace inquest::doors
