// Watches beyond the plain case, lists and their tokens, deadlines, and clients that misbehave.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/fd.h"
#include "tests/doors/doors_fixture.h"

namespace inquest::doors {
namespace {

// Events until the stream has given the one of that sequence.
std::vector<v1::Event> ReadUntil(grpc::ClientReader<v1::WatchInvestigationResponse>& stream,
                                 std::int64_t sequence) {
  std::vector<v1::Event> events;
  v1::WatchInvestigationResponse message;
  while ((events.empty() || events.back().sequence() < sequence) && stream.Read(&message)) {
    events.insert(events.end(), message.events().begin(), message.events().end());
  }
  return events;
}

std::size_t ResidentBytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * 4096;
}

v1::Investigation Get(v1::InvestigationService::Stub& stub, const std::string& name) {
  v1::GetInvestigationRequest request;
  request.set_name(name);
  v1::GetInvestigationResponse response;
  grpc::ClientContext context;
  EXPECT_TRUE(stub.GetInvestigation(&context, request, &response).ok());
  return response.investigation();
}

TEST_F(Doors, ABrokenWatchIsTakenUpAfterTheLastSequenceSeen) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  const std::string name = Create(*stub).name();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(Note(*stub, name, "n").ok());
  const std::int64_t last = Get(*stub, name).last_sequence();
  for (std::int64_t after = 0; after < last; ++after) {
    v1::WatchInvestigationRequest request;
    request.set_name(name);
    request.set_after_sequence(after);
    grpc::ClientContext context;
    auto stream = stub->WatchInvestigation(&context, request);
    const auto events = ReadUntil(*stream, last);
    context.TryCancel();
    ASSERT_EQ(events.size(), static_cast<std::size_t>(last - after));
    for (std::size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i].sequence(), after + 1 + static_cast<std::int64_t>(i));
    }
  }
  v1::WatchInvestigationRequest request;
  request.set_name(name);
  request.set_after_sequence(last + 1);
  grpc::ClientContext context;
  auto stream = stub->WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;
  EXPECT_FALSE(stream->Read(&message));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Reason(status), "SEQUENCE_OUT_OF_RANGE");
}

TEST_F(Doors, SeveralWatchersSeeTheSameAndOneThatNeverReadsHoldsNobodyUp) {
  auto channel = Unix({.stalled = std::chrono::milliseconds(400)});
  auto stub = v1::InvestigationService::NewStub(channel);
  const std::string name = Create(*stub).name();
  v1::WatchInvestigationRequest request;
  request.set_name(name);
  grpc::ChannelArguments own;
  own.SetInt("inquest.channel", 1);
  own.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 4096);
  auto lazy = v1::InvestigationService::NewStub(
      grpc::CreateCustomChannel("unix:" + SocketPath(), grpc::InsecureChannelCredentials(), own));
  grpc::ClientContext never;
  auto silent = lazy->WatchInvestigation(&never, request);

  constexpr int kWatchers = 8;
  constexpr int kNotes = 1500;  // 24 MB, more than the feed keeps
  std::vector<std::vector<v1::Event>> seen(kWatchers);
  std::vector<std::thread> watchers;
  for (int i = 0; i < kWatchers; ++i) {
    watchers.emplace_back([&, i] {
      grpc::ClientContext context;
      auto stream = stub->WatchInvestigation(&context, request);
      v1::WatchInvestigationResponse message;
      std::int64_t last = 0;
      while (stream->Read(&message)) {
        for (auto& event : *message.mutable_events()) {
          event.mutable_steered()->clear_note();  // the sequence is what matters here
          EXPECT_EQ(event.sequence(), last + 1);
          last = event.sequence();
          seen[static_cast<std::size_t>(i)].push_back(event);
        }
      }
      EXPECT_TRUE(stream->Finish().ok());
    });
  }
  const std::size_t before = ResidentBytes();
  const std::string note(16'000, 'n');
  for (int i = 0; i < kNotes; ++i) ASSERT_TRUE(Note(*stub, name, note).ok());
  ASSERT_TRUE(Cancel(*stub, name).ok());
  for (auto& watcher : watchers) watcher.join();

  for (const auto& events : seen) EXPECT_EQ(events.size(), seen[0].size());
  EXPECT_GE(seen[0].size(), static_cast<std::size_t>(kNotes));
  // The journal itself is in memory here (24 MB), and once more in the feed and the state.
  EXPECT_LT(ResidentBytes() - std::min(before, ResidentBytes()), std::size_t{400} << 20U);
  server_->Stop(std::chrono::hours(1));  // returns only because the silent watch was cut
  v1::WatchInvestigationResponse message;
  while (silent->Read(&message)) {
  }
  EXPECT_FALSE(silent->Finish().ok());
}

TEST_F(Doors, TokensFiltersAndPageSizesThatAreNoneAreRefused) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  for (int i = 0; i < 3; ++i) Create(*stub, "number " + std::to_string(i));
  const auto list = [&](v1::ListInvestigationsRequest request,
                        v1::ListInvestigationsResponse* out = nullptr) {
    v1::ListInvestigationsResponse response;
    grpc::ClientContext context;
    const grpc::Status status = stub->ListInvestigations(&context, request, &response);
    if (out != nullptr) *out = response;
    return Reason(status);
  };
  v1::ListInvestigationsRequest request;
  request.set_page_size(1);
  v1::ListInvestigationsResponse page;
  ASSERT_EQ(list(request, &page), "");
  request.set_page_token(page.next_page_token());
  EXPECT_EQ(list(request), "");
  request.set_filter("state=RUNNING");
  EXPECT_EQ(list(request), "BAD_PAGE_TOKEN") << "a token of another filter";
  request.clear_filter();
  for (const std::string& bad : {std::string("x"), page.next_page_token() + "/..",
                                 page.next_page_token().substr(1), std::string(100'000, 'a')}) {
    request.set_page_token(bad);
    EXPECT_EQ(list(request), "BAD_PAGE_TOKEN");
  }
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_EQ(list(request), "INVALID_FIELD");
  request.set_page_size(1'000'000);
  EXPECT_EQ(list(request, &page), "");
  EXPECT_EQ(page.investigations_size(), 3);
  request.set_filter(std::string(3000, 'x'));
  EXPECT_EQ(list(request), "BAD_FILTER");
}

TEST_F(Doors, EveryRpcOnAnUnknownInvestigationSaysNotFoundWithAReason) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  const std::string name = "investigations/none";
  const auto expect = [](const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(Reason(status), "INVESTIGATION_NOT_FOUND");
  };
  expect(Cancel(*stub, name));
  expect(Note(*stub, name, "x"));
  v1::ForkInvestigationRequest fork;
  fork.set_name(name);
  fork.set_from_sequence(1);
  v1::ForkInvestigationResponse forked;
  grpc::ClientContext context;
  expect(stub->ForkInvestigation(&context, fork, &forked));
}

TEST_F(Doors, ADeadlineThatHasPassedIsHonoured) {
  auto stub = v1::InvestigationService::NewStub(Unix({.heartbeat = std::chrono::hours(1)}));
  v1::WatchInvestigationRequest request;
  request.set_name(Create(*stub).name());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  auto stream = stub->WatchInvestigation(&context, request);
  v1::WatchInvestigationResponse message;
  while (stream->Read(&message)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  server_->Stop(std::chrono::hours(1));  // returns: the watch is gone on this side as well
}

TEST_F(Doors, MetadataOverTheLimitIsRefused) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  grpc::ClientContext context;
  context.AddMetadata("x-large", std::string(32 << 10, 'x'));
  v1::ListInvestigationsResponse response;
  EXPECT_EQ(stub->ListInvestigations(&context, {}, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

// A GET of HTTP/2 by hand: the header block of a call to List that is never finished, then a reset.
std::string OpenAndReset(std::uint32_t stream) {
  const auto frame = [&](std::size_t size, char type, char flags) {
    std::string head = {static_cast<char>(size >> 16U), static_cast<char>(size >> 8U),
                        static_cast<char>(size), type, flags};
    for (int shift = 24; shift >= 0; shift -= 8) {
      head.push_back(static_cast<char>(stream >> static_cast<unsigned>(shift)));
    }
    return head;
  };
  const auto literal = [](const std::string& name, const std::string& value) {
    return std::string(1, '\0') + static_cast<char>(name.size()) + name +
           static_cast<char>(value.size()) + value;
  };
  const std::string block =
      "\x83\x86" +  // POST, http
      literal(":path", "/inquest.v1.InvestigationService/ListInvestigations") +
      literal(":authority", "localhost") + literal("content-type", "application/grpc") +
      literal("te", "trailers");
  return frame(block.size(), 1, 4) + block + frame(4, 3, 0) + std::string("\0\0\0\x08", 4);
}

TEST_F(Doors, RapidResetsOfAnAllowedUserDoNotTakeTheDaemonDown) {
  auto stub = v1::InvestigationService::NewStub(Unix());
  const std::string name = Create(*stub).name();
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, SocketPath().data(), SocketPath().size());
  ASSERT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::string preface =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string("\0\0\0\4\0\0\0\0\0", 9);
  ASSERT_GT(::send(socket.get(), preface.data(), preface.size(), MSG_NOSIGNAL), 0);
  std::thread drain([&] {  // acknowledgements and the like must not fill the socket
    char buffer[65536];
    while (::recv(socket.get(), buffer, sizeof(buffer), 0) > 0) {
    }
  });
  int sent = 0;
  for (std::uint32_t stream = 1; stream < 60'000; stream += 2) {
    const std::string bytes = OpenAndReset(stream);
    if (::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) break;
    ++sent;
  }
  ::shutdown(socket.get(), SHUT_RDWR);
  drain.join();

  EXPECT_GT(sent, 100);
  // While the library works off what was queued it refuses others (docs/limits.md); then it serves.
  v1::GetInvestigationRequest request;
  request.set_name(name);
  v1::GetInvestigationResponse response;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  grpc::Status status;
  do {
    grpc::ClientContext context;
    status = stub->GetInvestigation(&context, request, &response);
  } while (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
           std::chrono::steady_clock::now() < patience);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.investigation().state(), v1::STATE_RUNNING);
}

}  // namespace
}  // namespace inquest::doors
