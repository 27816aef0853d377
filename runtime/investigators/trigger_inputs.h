#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/formats/unified_diff.h"
#include "runtime/investigators/target_code.h"

namespace inquest::investigators {

// Holds the trigger's command where its arguments are made smaller.
inline constexpr char kTriggerFile[] = "inquest-trigger.sh";

// Bytes [begin, end) of a text that may be left out.
struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// What a trigger takes in and may be made smaller, in the order in which that is worth trying.
struct TriggerInput {
  enum class Kind { kData, kTest, kArguments };
  Kind kind = Kind::kData;
  std::string path;  // of the tree, or kTriggerFile
  std::string what;  // for people
  std::string text;  // before
  // Of the test's statements and of the arguments; those of data are cut anew as it gets smaller.
  std::vector<Piece> pieces;
};

// Data files that the command or the failing test names, the body of the failing test, a list of
// arguments. At most five.
enum class InputSize { kWorthReducing, kAny };
Result<std::vector<TriggerInput>> FindInputs(const steps::Brief& brief, const TargetCode& code,
                                             InputSize size);

// The patch from one text of a file to another that has fewer lines, or few: all of it in one hunk.
formats::FileDiff RewriteInput(const std::string& path, std::string_view before,
                               std::string_view after);

// How a text is cut: the coarsest first.
enum class Grain { kLines, kWords, kCharacters };
std::vector<Piece> Cut(std::string_view text, Grain grain);

// The words of a command that uses nothing of the shell but words; empty: it uses more.
std::vector<Piece> WordsOfCommand(std::string_view command);

// The text with the kept pieces only (indices, ascending) and all that is no piece.
std::string Assemble(std::string_view text, const std::vector<Piece>& pieces,
                     const std::vector<std::size_t>& kept);

}  // namespace inquest::investigators
