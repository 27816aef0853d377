// formats.mjs FILE...: checks each file by what its name ends in: .html against the HTML standard, .sarif against the
// JSON schema of SARIF 2.1.0. Prints what is wrong, a line each; exit 3 when there is such a line.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

const require = createRequire(import.meta.url);

function html(text) {
  const { HtmlValidate, StaticConfigLoader } = require("html-validate/browser");
  const checker = new HtmlValidate(new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended", "html-validate:document"],
    // Matters of taste: a title is as long as the bug's, a bar as long as its step took.
    rules: { "long-title": "off", "no-inline-style": "off" },
  }));
  const messages = checker.validateStringSync(text).results.flatMap((result) => result.messages);
  return messages.map((message) => `${message.line}:${message.column} ${message.ruleId}: ${message.message}`);
}

function sarif(text) {
  const Ajv = require("ajv-draft-04");
  const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  require("ajv-formats")(ajv);
  const log = JSON.parse(text);
  ajv.validate(schema, log);
  return [...(ajv.errors ?? []).map((error) => `${error.instancePath}: ${error.message}`), ...ingestion(log)];
}

// What the schema cannot say and code hosts demand of what they take in: see "SARIF support for code scanning" of
// GitHub. A result names a rule that is there, says where it is, and can be told from others.
function ingestion(log) {
  const findings = [];
  for (const run of log.runs) {
    const rules = new Set(run.tool.driver.rules.map((rule) => rule.id));
    for (const rule of run.tool.driver.rules) {
      if (!rule.fullDescription) findings.push(`the rule ${rule.id} has no fullDescription`);
    }
    for (const result of run.results) {
      if (!rules.has(result.ruleId)) findings.push(`there is no rule ${result.ruleId}`);
      if (!result.message.text) findings.push("a result without a message");
      const place = result.locations?.[0]?.physicalLocation;
      if (!(place?.region?.startLine >= 1)) findings.push("a result without a line");
      if (/^(\/|[a-z]+:)/.test(place?.artifactLocation?.uri ?? "/")) findings.push("a place that is not in the tree");
      if (!result.partialFingerprints) findings.push("a result without a fingerprint");
      const steps = result.codeFlows?.[0]?.threadFlows?.[0]?.locations ?? [];
      if (result.codeFlows && steps.length === 0) findings.push("a code flow that leads nowhere");
    }
  }
  return findings;
}

const kCheckers = { html, sarif };
for (const file of process.argv.slice(2)) {
  const check = kCheckers[file.split(".").at(-1)];
  if (!check) throw new Error(`no checker knows ${file}`);
  for (const finding of check(readFileSync(file, "utf8"))) {
    console.log(`${basename(file)}: ${finding}`);
    process.exitCode = 3;
  }
}
