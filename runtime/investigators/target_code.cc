#include "runtime/investigators/target_code.h"

#include <algorithm>
#include <iterator>

#include "runtime/formats/text_lines.h"
#include "runtime/formats/unified_diff.h"
#include "runtime/languages/oracle_files.h"

namespace inquest::investigators {
namespace {

constexpr std::size_t kQuoteBytes = 4096;
constexpr std::size_t kDescriptionBytes = 500;
// What other functions have to lend is unlikely to be right: only who asks for the unlikely gets
// it.
constexpr double kDonationsAbove = 3.0;
constexpr std::size_t kDonorsLimit = 40;
constexpr std::size_t kDonationsLimit = 4000;

// Byte offset of a 1-based line; the size when there are fewer.
std::size_t LineOffset(const std::string& text, int line) {
  std::size_t at = 0;
  for (int i = 1; i < line && at < text.size(); ++i) {
    const std::size_t newline = text.find('\n', at);
    at = newline == std::string::npos ? text.size() : newline + 1;
  }
  return at;
}

}  // namespace

v1::Location LocationOf(const std::string& path, const languages::Statement& statement) {
  v1::Location at;
  at.set_path(path);
  at.set_first_line(statement.first_line);
  at.set_last_line(statement.last_line);
  at.set_function(formats::ValidText(statement.function, kDescriptionBytes));
  return at;
}

bool SamePlace(const v1::Location& a, const v1::Location& b) {
  return a.path() == b.path() && a.first_line() == b.first_line();
}

std::vector<std::string> ExpectedTexts(const steps::Brief& brief) {
  constexpr std::size_t kTexts = 20;
  constexpr std::string_view kExpected = "expected";
  std::vector<std::string> texts;
  if (!brief.symptom.has_value()) return texts;
  for (const v1::RunReading& reading : brief.symptom->readings()) {
    for (const v1::Failure& failure : reading.failures()) {
      for (const formats::Line& line : formats::LastLines(failure.message())) {
        if (!line.text.starts_with(kExpected) || texts.size() >= kTexts) continue;
        std::string_view rest = line.text.substr(kExpected.size());
        if (!rest.starts_with(":")) continue;
        std::string text(formats::Trim(rest.substr(1)));
        if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) {
          texts.push_back(std::move(text));
        }
      }
    }
  }
  return texts;
}

Result<TargetCode> TargetCode::Open(const steps::Brief& brief, store::ArtifactStore& artifacts) {
  TRY_ASSIGN(sandbox::Tree tree, sandbox::ReadTree(artifacts, brief.acquired.tree_digest()));
  const languages::Language* language = languages::FindLanguage(brief.acquired.language());
  if (language == nullptr) {
    std::vector<std::string> paths;
    for (const sandbox::TreeEntry& entry : tree.entries) paths.push_back(entry.path);
    language = languages::DetectLanguage(paths);
  }
  return TargetCode(brief, artifacts, std::move(tree), language);
}

bool TargetCode::Judges(const std::string& path) const {
  return languages::JudgesFix(path, steps::JudgingCommands(brief_), [&] {
    const auto text = Read(path);
    return text.ok() ? *text : std::string("assert");  // not readable: not to be changed
  });
}

bool TargetCode::IsSuspect(const std::string& path) const {
  return language_->IsSource(path) && !Judges(path);
}

std::vector<std::string> TargetCode::Suspects() const {
  std::vector<std::string> paths;
  for (const sandbox::TreeEntry& entry : tree_.entries) {
    if (entry.kind != sandbox::TreeEntry::Kind::kSymlink && IsSuspect(entry.path)) {
      paths.push_back(entry.path);
    }
  }
  return paths;
}

std::vector<std::string> TargetCode::Tests() const {
  std::vector<std::string> paths;
  for (const sandbox::TreeEntry& entry : tree_.entries) {
    if (language_->IsSource(entry.path) && languages::IsTestPath(entry.path)) {
      paths.push_back(entry.path);
    }
  }
  return paths;
}

Result<std::string> TargetCode::Read(const std::string& path) const {
  TRY_ASSIGN(std::optional<std::string> text, sandbox::ReadText(artifacts_, tree_, path));
  if (text.has_value()) return *std::move(text);
  return Status(Code::kNotFound, "FILE_NOT_IN_TREE", path + " is no file of the tree");
}

v1::Citation TargetCode::Cite(const std::string& path, const std::string& text, int first_line,
                              int last_line) const {
  const std::size_t begin = LineOffset(text, first_line);
  const std::size_t end = std::min(LineOffset(text, last_line + 1), begin + kQuoteBytes);
  v1::Citation citation;
  citation.set_digest(tree_.Find(path)->content.ToHex());
  citation.set_begin_byte(static_cast<std::int64_t>(begin));
  citation.set_end_byte(static_cast<std::int64_t>(end));
  citation.set_quote(text.substr(begin, end - begin));
  return citation;
}

const std::vector<languages::Donation>& TargetCode::Donations(const std::string& near) const {
  if (donations_.has_value()) return *donations_;
  std::vector<std::string> paths = Suspects();
  const std::string folder = near.substr(0, near.rfind('/') + 1);
  const auto distance = [&](const std::string& path) {
    return path == near ? 0 : (path.starts_with(folder) ? 1 : 2);
  };
  std::stable_sort(paths.begin(), paths.end(), [&](const std::string& a, const std::string& b) {
    return distance(a) < distance(b);
  });
  if (paths.size() > kDonorsLimit) paths.resize(kDonorsLimit);
  donations_.emplace();
  for (const std::string& path : paths) {
    const auto text = Read(path);
    if (!text.ok()) continue;
    auto more = language_->Donations(*text);
    if (!more.ok()) continue;  // no text: it has nothing to lend
    std::move(more->begin(), more->end(), std::back_inserter(*donations_));
    if (donations_->size() > kDonationsLimit) break;
  }
  return *donations_;
}

Result<std::vector<PatchIdea>> TargetCode::IdeasFor(const v1::Location& at,
                                                    std::size_t limit) const {
  const languages::Language::Where anything;
  return IdeasFor(at, limit, anything.above_rank, anything.up_to_rank);
}

Result<std::vector<PatchIdea>> TargetCode::IdeasFor(const v1::Location& at, std::size_t limit,
                                                    double above_rank, double up_to_rank) const {
  TRY_ASSIGN(const std::string text, Read(at.path()));
  languages::Language::Where where{at.first_line(), at.last_line(), above_rank, up_to_rank};
  where.expected = expected_;
  if (above_rank >= kDonationsAbove) where.donations = Donations(at.path());
  TRY_ASSIGN(std::vector<languages::Edit> edits, language_->Edits(text, where, limit));
  std::vector<PatchIdea> ideas;
  for (languages::Edit& edit : edits) {
    PatchIdea idea;
    idea.diff =
        formats::FormatPatch(formats::DiffTexts(at.path(), text, languages::Apply(text, edit)));
    if (idea.diff.empty()) continue;
    idea.digest = Sha256(idea.diff).ToHex();
    idea.edit = std::move(edit);
    idea.edit.description = formats::ValidText(idea.edit.description, kDescriptionBytes);
    ideas.push_back(std::move(idea));
  }
  return ideas;
}

std::set<int> RefusedItems(const v1::AskWork& ask) {
  std::set<int> items;
  for (const v1::Defect& defect : ask.defects()) items.insert(defect.item());
  return items;
}

}  // namespace inquest::investigators
