#include "runtime/languages/c/regression_test.h"

namespace inquest::languages::c {
namespace {

constexpr const char* kHead = R"sh(#!/bin/sh
# This command failed before it was fixed; it must not again.
cd "$(dirname "$0")/.." || exit 99
again() {
  echo ")sh";

constexpr const char* kRun = R"sh("
  cat "$out" "$err"
  exit 1
}
out=$(mktemp) && err=$(mktemp) || exit 99
trap 'rm -f "$out" "$err" "$out.expected"' EXIT
)sh";

constexpr const char* kCompare = R"sh( >"$out.expected"
sed 's/[[:space:]]*$//' "$out" >"$err"
[ "$(cat "$err")" = "$(sed 's/[[:space:]]*$//' "$out.expected")" ] || again
)sh";

}  // namespace

RegressionTest WriteRegressionTest(const RecordedFailure& failure) {
  std::string text = kHead;
  text += kBugShowsAgain;
  text += kRun;
  if (!failure.build.empty()) {
    text += "sh -c " + ShellQuoted(failure.build) + " >\"$out\" 2>\"$err\" || {\n" +
            "  cat \"$out\" \"$err\"\n  exit 99\n}\n";
  }
  text += "sh -c " + ShellQuoted(TriggerWithin(failure)) +
          " </dev/null >\"$out\" 2>\"$err\" || again\n";
  if (!failure.text.empty()) {
    text += "grep -qF -e " + ShellQuoted(failure.text) + " \"$out\" \"$err\" && again\n";
  }
  if (failure.compares_output) text += "printf %s " + ShellQuoted(failure.expected) + kCompare;
  text += "exit 0\n";
  const std::string path = "tests/regression_" + failure.name + ".sh";
  return {path, std::move(text), "sh " + path};
}

}  // namespace inquest::languages::c
