#include "runtime/effects/trace_path.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "runtime/analysis/execution_path.h"
#include "runtime/formats/text_lines.h"
#include "runtime/languages/language.h"
#include "runtime/languages/oracle_files.h"
#include "sandbox/workspace/tree.h"

namespace inquest::effects {
namespace {

constexpr std::size_t kFilesLimit = 400;
constexpr std::int64_t kSourcesLimitBytes = std::int64_t{16} << 20U;
constexpr std::size_t kQuoteBytes = 1024;
constexpr std::size_t kNameBytes = 200;

using Frames = google::protobuf::RepeatedPtrField<v1::Location>;

// The frames that say most: those which end outside of the tests.
const Frames* ChooseFrames(const v1::TracePath& work) {
  const Frames* first = nullptr;
  for (const v1::RunReading& reading : work.readings()) {
    for (const v1::Failure& failure : reading.failures()) {
      if (failure.frames().empty()) continue;
      if (!languages::IsTestPath(failure.frames().rbegin()->path())) return &failure.frames();
      if (first == nullptr) first = &failure.frames();
    }
  }
  return first;
}

bool IsSource(const std::string& path) {
  const auto languages = languages::AllLanguages();
  return std::any_of(languages.begin(), languages.end(),
                     [&](const languages::Language* language) { return language->IsSource(path); });
}

// A file's text with the starts of its lines.
class CitedFile {
 public:
  CitedFile(std::string digest, const std::string& text) : digest_(std::move(digest)), text_(text) {
    starts_.push_back(0);
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
      starts_.push_back(at + 1);
    }
  }

  v1::Citation Cite(int first_line, int last_line) const {
    const std::size_t begin = StartOf(first_line);
    const std::size_t end = std::min(StartOf(last_line + 1), begin + kQuoteBytes);
    v1::Citation citation;
    citation.set_digest(digest_);
    citation.set_begin_byte(static_cast<std::int64_t>(begin));
    citation.set_end_byte(static_cast<std::int64_t>(end));
    citation.set_quote(text_.substr(begin, end - begin));
    return citation;
  }

 private:
  std::size_t StartOf(int line) const {
    const auto index = static_cast<std::size_t>(std::max(1, line)) - 1;
    return index < starts_.size() ? starts_[index] : text_.size();
  }

  std::string digest_;
  const std::string& text_;
  std::vector<std::size_t> starts_;
};

v1::ValueFlow::Kind KindOf(languages::FlowKind kind) {
  switch (kind) {
    case languages::FlowKind::kSource:
      return v1::ValueFlow::KIND_SOURCE;
    case languages::FlowKind::kTransformation:
      return v1::ValueFlow::KIND_TRANSFORMATION;
    case languages::FlowKind::kStore:
      return v1::ValueFlow::KIND_STORE;
    case languages::FlowKind::kUse:
      break;
  }
  return v1::ValueFlow::KIND_USE;
}

v1::PathStep Describe(const analysis::CodeStep& step, const CitedFile& file) {
  v1::PathStep described;
  v1::Location& at = *described.mutable_location();
  at.set_path(step.path);
  at.set_first_line(step.code.first_line);
  at.set_last_line(step.code.last_line);
  at.set_function(formats::ValidText(step.code.function, kNameBytes));
  *described.mutable_code() = file.Cite(step.code.first_line, step.code.last_line);
  for (const languages::Flow& flow : step.code.flows) {
    v1::ValueFlow& value = *described.add_values();
    value.set_name(formats::ValidText(flow.name, kNameBytes));
    value.set_kind(KindOf(flow.kind));
    value.set_line(flow.first_line);
    *value.mutable_code() = file.Cite(flow.first_line, flow.last_line);
  }
  return described;
}

}  // namespace

Result<std::vector<v1::PathStep>> TracePath(const v1::TracePath& work,
                                            store::ArtifactStore& artifacts,
                                            const std::stop_token& stop) {
  std::vector<v1::PathStep> path;
  const Frames* frames = ChooseFrames(work);
  if (frames == nullptr) return path;
  analysis::ExecutionInput input;
  input.language = languages::FindLanguage(work.language());
  if (!work.coverage_digest().empty()) {
    TRY_ASSIGN(const std::string jsonl, artifacts.ReadAll(work.coverage_digest()));
    input.ran = analysis::FailingLines(analysis::ReadCoverage(jsonl));
  }
  TRY_ASSIGN(const sandbox::Tree tree, sandbox::ReadTree(artifacts, work.tree_digest()));
  // Those of the frames first: they are on the path for certain.
  std::vector<std::string> wanted;
  for (const v1::Location& frame : *frames) wanted.push_back(frame.path());
  for (const auto& [file, lines] : input.ran) wanted.push_back(file);
  std::map<std::string, std::string> digests;
  std::int64_t bytes = 0;
  for (const std::string& file : wanted) {
    const sandbox::TreeEntry* entry = tree.Find(file);
    if (entry == nullptr || entry->kind == sandbox::TreeEntry::Kind::kSymlink) continue;
    if (!IsSource(file) || input.sources.contains(file)) continue;
    bytes += entry->size_bytes;
    if (input.sources.size() >= kFilesLimit || bytes > kSourcesLimitBytes) break;
    digests[file] = entry->content.ToHex();
    TRY_ASSIGN(input.sources[file], artifacts.ReadAll(digests[file]));
    if (stop.stop_requested()) return path;
  }
  for (const auto& step : analysis::TraceExecution(input, {frames->begin(), frames->end()})) {
    const CitedFile file(digests[step.path], input.sources[step.path]);
    path.push_back(Describe(step, file));
  }
  return path;
}

}  // namespace inquest::effects
