#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/event.pb.h"
#include "runtime/report/bundle.h"
#include "runtime/report/dossier.h"
#include "runtime/report/render.h"
#include "runtime/report/replay.h"
#include "runtime/store/memory.h"

// An imported journal says what it likes, as long as it folds: whatever it says, it is exported,
// rendered and replayed, or refused.
namespace {

using inquest::Result;
using inquest::Sha256;
using inquest::Status;
namespace report = inquest::report;
namespace store = inquest::store;
namespace v1 = inquest::v1;

constexpr std::string_view kBetween = "\n---\n";

class Silence : public google::protobuf::io::ErrorCollector {
  void AddError(int /*line*/, google::protobuf::io::ColumnNumber /*column*/,
                const std::string& /*message*/) override {}
};

// Blocks: a certificate (JSON), a patch, and then events as text.
std::vector<std::string> BlocksOf(std::string_view text) {
  std::vector<std::string> blocks;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kBetween), text.size());
    blocks.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + kBetween.size()));
  }
  return blocks;
}

// What it names as certificate and patch is in the store, all else was withheld.
void Name(const std::string& certificate, const std::string& patch, v1::Event& event) {
  if (event.step_settled().has_verification()) {
    event.mutable_step_settled()->mutable_verification()->set_certificate_digest(certificate);
  }
  if (event.step_settled().has_fix()) {
    event.mutable_step_settled()->mutable_fix()->set_patch_digest(patch);
  }
}

void Render(const std::string& id, store::Store& store) {
  const Result<report::Dossier> dossier = report::Gather(id, store, 1);
  if (!dossier.ok()) return;
  const std::string html = report::RenderHtml(*dossier);
  if (html.find("<script") != std::string::npos) std::abort();
  for (auto* render :
       {&report::RenderMarkdown, &report::RenderJson, &report::RenderSarif, &report::RenderJunit}) {
    if (render(*dossier).empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> blocks =
      BlocksOf(std::string_view(reinterpret_cast<const char*>(data), size));
  if (blocks.size() < 3) return 0;
  store::MemoryStore store;
  static_cast<void>(store.PutAll({{blocks[0], "application/json"}, {blocks[1], "text/x-diff"}}));
  store::AppendRequest request;
  request.id = "abcdefghijklmnopqrst";
  google::protobuf::TextFormat::Parser parser;
  parser.AllowPartialMessage(true);
  Silence silence;
  parser.RecordErrorsTo(&silence);
  for (std::size_t i = 2; i < blocks.size(); ++i) {
    v1::Event event;
    // What could be read of it, as a journal of other hands would have it.
    static_cast<void>(parser.ParseFromString(blocks[i], &event));
    Name(Sha256(blocks[0]).ToHex(), Sha256(blocks[1]).ToHex(), event);
    request.events.push_back(event.SerializeAsString());
  }
  store.Append(request, [](const auto& /*result*/) {});

  Render(request.id, store);
  std::string bundle;
  const Status written = report::WriteBundle(request.id, store, {}, [&](std::string_view piece) {
    bundle += piece;
    return Status::Ok();
  });
  store::MemoryStore elsewhere;
  if (written.ok()) {
    const auto read = report::ReadBundle(
        [&]() -> Result<std::string> { return std::exchange(bundle, ""); }, elsewhere, "uid:7", 1);
    if (read.ok()) Render(read->id, elsewhere);
  }
  v1::Policy policy;
  policy.set_name("scratch");
  static_cast<void>(report::Replay(request.id, store, policy, [] { return Status::Ok(); }));
  return 0;
}
