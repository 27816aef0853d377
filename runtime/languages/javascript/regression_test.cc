#include "runtime/languages/javascript/regression_test.h"

namespace inquest::languages::javascript {
namespace {

constexpr const char* kHead = R"(// This command failed before it was fixed; it must not again.
'use strict';
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const test = require('node:test');

)";

constexpr const char* kRun = R"(
test('the trigger does not fail', () => {
  const done = spawnSync('sh', ['-c', TRIGGER], {
    cwd: path.dirname(__dirname),
    encoding: 'utf8',
    maxBuffer: Infinity,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = done.stdout + done.stderr;
  assert.ok(done.status === 0, `${AGAIN}\n${output}`);
)";

constexpr const char* kCompare =
    R"(  const lines = (text) => text.trimEnd().split('\n').map((line) => line.trimEnd());
  assert.deepStrictEqual(lines(done.stdout), lines(EXPECTED), AGAIN);
)";

}  // namespace

RegressionTest WriteRegressionTest(const RecordedFailure& failure) {
  std::string text = kHead;
  text += "const AGAIN = " + DoubleQuoted(kBugShowsAgain) + ";\n";
  text += "const TRIGGER = " + DoubleQuoted(TriggerWithin(failure)) + ";\n";
  if (!failure.text.empty()) text += "const FAILURE = " + DoubleQuoted(failure.text) + ";\n";
  if (failure.compares_output) text += "const EXPECTED = " + DoubleQuoted(failure.expected) + ";\n";
  text += kRun;
  if (!failure.text.empty()) text += "  assert.ok(!output.includes(FAILURE), AGAIN);\n";
  if (failure.compares_output) text += kCompare;
  text += "});\n";
  const std::string path = "test/regression_" + failure.name + ".test.cjs";
  return {path, std::move(text), InterpreterOf(failure.trigger, "node") + " --test " + path};
}

}  // namespace inquest::languages::javascript
