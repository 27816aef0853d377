#include <cstdint>
#include <map>
#include <string_view>

#include "runtime/base/check.h"
#include "runtime/formats/unified_diff.h"

// A patch that is read is printed and read back as the same, and so is its reverse; what applies to
// some text gives that text again when it is reversed.

using inquest::Result;
using inquest::formats::ApplyPatch;
using inquest::formats::FormatPatch;
using inquest::formats::ParsePatch;
using inquest::formats::Patch;
using inquest::formats::Reverse;

namespace {

using Files = std::map<std::string, std::string>;

// The text that the hunks of a file say stands there, with filler between them.
Files FilesFor(const Patch& patch) {
  constexpr std::int64_t kFillerLimit = 1000;
  Files files;
  for (const auto& file : patch.files) {
    if (file.old_path.empty() || files.contains(file.old_path)) continue;
    std::string& text = files[file.old_path];
    std::int64_t line = 0;
    for (const auto& hunk : file.hunks) {
      const std::int64_t start = hunk.old_count == 0 ? hunk.old_start : hunk.old_start - 1;
      for (int filled = 0; line < start && filled < kFillerLimit; ++line, ++filled) text += "~\n";
      for (const std::string& entry : hunk.lines) {
        if (entry.front() == '+') continue;
        text += entry.substr(1);
        ++line;
      }
    }
  }
  return files;
}

bool Apply(const Patch& patch, Files& files) {
  const auto read = [&](const std::string& path) -> Result<std::optional<std::string>> {
    const auto at = files.find(path);
    return at == files.end() ? std::optional<std::string>() : std::optional(at->second);
  };
  const auto after = ApplyPatch(patch, read);
  if (!after.ok()) return false;
  for (const auto& file : *after) {
    if (file.text) {
      files[file.path] = *file.text;
    } else {
      files.erase(file.path);
    }
  }
  return true;
}

void ReadsBack(const Patch& patch) {
  const std::string text = FormatPatch(patch);
  const auto again = ParsePatch(text);
  CHECK(again.ok());
  CHECK(FormatPatch(*again) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto patch = ParsePatch({reinterpret_cast<const char*>(data), size});
  if (!patch.ok()) return 0;
  ReadsBack(*patch);
  ReadsBack(Reverse(*patch));
  const Files before = FilesFor(*patch);
  Files files = before;
  if (!Apply(*patch, files)) return 0;
  CHECK(Apply(Reverse(*patch), files));
  CHECK(files == before);
  return 0;
}
