#include "runtime/effects/write_regression_test.h"

#include <algorithm>
#include <array>
#include <string>

#include "runtime/base/digest.h"
#include "runtime/formats/text_lines.h"
#include "runtime/formats/unified_diff.h"
#include "runtime/languages/language.h"
#include "runtime/languages/oracle_files.h"
#include "sandbox/workspace/tree.h"

namespace inquest::effects {
namespace {

constexpr std::size_t kExpectedLimitBytes = 65536;
constexpr std::size_t kNameDigits = 8;

bool RunsATestOf(const sandbox::Tree& tree, const std::string& command) {
  return std::any_of(tree.entries.begin(), tree.entries.end(),
                     [&](const sandbox::TreeEntry& entry) {
                       return languages::IsTestPath(entry.path) &&
                              languages::IsNamedIn(entry.path, std::array<std::string, 1>{command});
                     });
}

bool IsText(const std::string& bytes) {
  return bytes.find('\0') == std::string::npos &&
         formats::ValidText(bytes, kExpectedLimitBytes) == bytes;
}

}  // namespace

Result<v1::RegressionTest> WriteRegressionTest(const v1::WriteRegressionTest& work,
                                               store::ArtifactStore& artifacts) {
  v1::RegressionTest written;
  const v1::Oracle& oracle = work.recipe().oracle();
  const std::string& command = work.recipe().shell_command();
  const languages::Language* language = languages::FindLanguage(work.language());
  // A test that measures time or memory fails for reasons of the machine.
  if (language == nullptr || !oracle.script().empty() || !oracle.output_matches().empty() ||
      oracle.has_more_than()) {
    return written;
  }
  TRY_ASSIGN(const sandbox::Tree tree, sandbox::ReadTree(artifacts, work.tree_digest()));
  if (RunsATestOf(tree, command)) return written;

  languages::RecordedFailure failure;
  failure.name = Sha256(command).ToHex().substr(0, kNameDigits);
  failure.trigger = command;
  failure.build = work.build_command();
  failure.text = oracle.output_contains();
  if (oracle.timeout_counts()) failure.limit_seconds = work.recipe().time_limit().seconds();
  failure.compares_output = !oracle.expected_stdout_digest().empty();
  if (failure.compares_output) {
    TRY_ASSIGN(failure.expected, artifacts.ReadAll(oracle.expected_stdout_digest()));
  }
  if (!IsText(failure.expected) || !IsText(failure.text) || !IsText(command)) return written;

  const languages::RegressionTest test = language->WriteRegressionTest(failure);
  if (tree.Find(test.path) != nullptr) return written;
  formats::Patch patch = formats::DiffTexts(test.path, "", test.text);
  patch.files.front().old_path.clear();
  TRY_ASSIGN(const v1::Artifact put, artifacts.Put(formats::FormatPatch(patch), "text/x-diff"));
  written.set_patch_digest(put.digest());
  written.set_command(test.command);
  written.set_says(std::string(languages::kBugShowsAgain));
  return written;
}

}  // namespace inquest::effects
