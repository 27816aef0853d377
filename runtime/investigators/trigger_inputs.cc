#include "runtime/investigators/trigger_inputs.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "runtime/languages/oracle_files.h"

namespace inquest::investigators {
namespace {

// Smaller ones can be read as they are.
constexpr std::size_t kFewestLines = 21;
constexpr std::size_t kFewestBytes = 401;
constexpr std::size_t kFewestStatements = 9;
constexpr std::size_t kFewestWords = 9;
// Of statements that are worth telling apart.
constexpr std::size_t kFewestToLookAt = 3;
// Each change of a round is a patch of the whole file.
constexpr std::size_t kMostBytes = std::size_t{128} << 10U;
constexpr std::size_t kFilesMost = 3;
constexpr std::size_t kFilesLookedAt = 20;
// A shorter name may be any word.
constexpr std::size_t kShortestName = 5;

std::size_t CountLines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool IsSource(const std::string& path) {
  const auto all = languages::AllLanguages();
  return std::any_of(all.begin(), all.end(),
                     [&](const languages::Language* language) { return language->IsSource(path); });
}

// The outermost frame of the failure in a test; nullptr: there is none.
const v1::Location* FrameInTest(const steps::Brief& brief) {
  for (const v1::RunReading& reading : brief.symptom->readings()) {
    for (const v1::Failure& failure : reading.failures()) {
      for (const v1::Location& frame : failure.frames()) {
        if (languages::IsTestPath(frame.path())) return &frame;
      }
    }
  }
  return nullptr;
}

std::vector<TriggerInput> DataFiles(const steps::Brief& brief, const sandbox::Tree& tree,
                                    const TargetCode& code, const std::string& test_text,
                                    InputSize size) {
  const std::array<std::string, 1> command = {brief.target.test_command()};
  std::vector<TriggerInput> found;
  std::size_t looked_at = 0;
  for (const auto& [path, kind, content, size_bytes] : tree.entries) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const bool named = languages::IsNamedIn(path, command) ||
                       (name.size() >= kShortestName && test_text.find(name) != test_text.npos);
    if (!named || IsSource(path)) continue;
    if (found.size() == kFilesMost || ++looked_at > kFilesLookedAt) break;
    auto text = code.Read(path);
    if (!text.ok() || text->size() > kMostBytes || text->find('\0') != text->npos) continue;
    const bool small = CountLines(*text) < kFewestLines && text->size() < kFewestBytes;
    if (small && size == InputSize::kWorthReducing) continue;
    found.push_back({TriggerInput::Kind::kData, path, path, *std::move(text), {}});
  }
  return found;
}

std::optional<TriggerInput> TestBody(const v1::Location& frame, const TargetCode& code,
                                     const std::string& text, InputSize size) {
  if (code.language() == nullptr || frame.function().empty() || text.size() > kMostBytes) {
    return std::nullopt;
  }
  const auto statements = code.language()->Statements(text);
  if (!statements.ok()) return std::nullopt;
  const auto around =
      std::find_if(statements->begin(), statements->end(), [&](const languages::Statement& one) {
        return one.first_line <= frame.first_line() && frame.first_line() <= one.last_line;
      });
  if (around == statements->end() || !around->function.ends_with(frame.function())) {
    return std::nullopt;
  }
  const std::vector<Piece> lines = Cut(text, Grain::kLines);
  TriggerInput input{TriggerInput::Kind::kTest, frame.path(), around->function, text, {}};
  for (const languages::Statement& statement : *statements) {
    if (statement.function != around->function) continue;
    const auto first = static_cast<std::size_t>(statement.first_line - 1);
    const auto last = static_cast<std::size_t>(statement.last_line - 1);
    if (last >= lines.size()) return std::nullopt;
    // Statements that share lines are one.
    if (!input.pieces.empty() && input.pieces.back().end > lines[first].begin) continue;
    input.pieces.push_back({lines[first].begin, lines[last].end});
  }
  const std::size_t fewest = size == InputSize::kAny ? kFewestToLookAt : kFewestStatements;
  if (input.pieces.size() < fewest) return std::nullopt;
  return input;
}

bool IsWord(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || byte >= 0x80 || c == '_';
}

}  // namespace

Result<std::vector<TriggerInput>> FindInputs(const steps::Brief& brief, const TargetCode& code,
                                             InputSize size) {
  const v1::Location* frame = FrameInTest(brief);
  std::string test_text;
  if (frame != nullptr) {
    if (auto text = code.Read(frame->path()); text.ok()) test_text = *std::move(text);
  }
  TRY_ASSIGN(const sandbox::Tree tree,
             sandbox::ReadTree(code.artifacts(), brief.acquired.tree_digest()));
  std::vector<TriggerInput> inputs = DataFiles(brief, tree, code, test_text, size);
  if (frame != nullptr) {
    if (auto body = TestBody(*frame, code, test_text, size)) inputs.push_back(*std::move(body));
  }
  const std::string& command = brief.target.test_command();
  std::vector<Piece> words = WordsOfCommand(command);
  if (words.size() >= kFewestWords && !code.Read(kTriggerFile).ok()) {
    words.erase(words.begin());  // the program
    inputs.push_back({TriggerInput::Kind::kArguments, kTriggerFile, "the arguments of the trigger",
                      command + "\n", std::move(words)});
  }
  return inputs;
}

formats::FileDiff RewriteInput(const std::string& path, std::string_view before,
                               std::string_view after) {
  formats::Hunk hunk;
  const std::vector<Piece> old_lines = Cut(before, Grain::kLines);
  const std::vector<Piece> new_lines = Cut(after, Grain::kLines);
  std::size_t next = 0;
  for (const Piece& line : old_lines) {
    const std::string_view text = before.substr(line.begin, line.end - line.begin);
    const bool stays =
        next < new_lines.size() &&
        text == after.substr(new_lines[next].begin, new_lines[next].end - new_lines[next].begin);
    if (stays) ++next;
    hunk.lines.push_back((stays ? " " : "-") + std::string(text));
  }
  for (; next < new_lines.size(); ++next) {
    hunk.lines.push_back("+" +
                         std::string(after.substr(new_lines[next].begin,
                                                  new_lines[next].end - new_lines[next].begin)));
  }
  hunk.old_count = static_cast<std::int64_t>(old_lines.size());
  hunk.new_count = static_cast<std::int64_t>(new_lines.size());
  hunk.old_start = old_lines.empty() ? 0 : 1;
  hunk.new_start = new_lines.empty() ? 0 : 1;
  return {path, path, {std::move(hunk)}};
}

std::vector<Piece> Cut(std::string_view text, Grain grain) {
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (grain == Grain::kLines) {
      end = std::min(text.find('\n', at), text.size() - 1) + 1;
    } else if (grain == Grain::kWords && IsWord(text[at])) {
      while (end < text.size() && IsWord(text[end])) ++end;
    } else {
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) ++end;
    }
    pieces.push_back({at, end});
    at = end;
  }
  return pieces;
}

std::vector<Piece> WordsOfCommand(std::string_view command) {
  if (command.find_first_of("\n\\\"'`$&|;<>()*?[]{}~#!") != command.npos) return {};
  std::vector<Piece> words;
  for (std::size_t at = 0; at < command.size();) {
    const std::size_t begin = std::min(command.find_first_not_of(" \t", at), command.size());
    const std::size_t end = std::min(command.find_first_of(" \t", begin), command.size());
    // With the blanks before it.
    if (end > begin) words.push_back({at, end});
    at = end == begin ? command.size() : end;
  }
  return words;
}

std::string Assemble(std::string_view text, const std::vector<Piece>& pieces,
                     const std::vector<std::size_t>& kept) {
  std::string assembled;
  std::size_t at = 0;
  auto next = kept.begin();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (next != kept.end() && *next == i) {
      ++next;
      continue;
    }
    assembled += text.substr(at, pieces[i].begin - at);
    at = pieces[i].end;
  }
  return assembled + std::string(text.substr(at));
}

}  // namespace inquest::investigators
