#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inquest/v1/event.pb.h"
#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/investigation.pb.h"
#include "runtime/base/status.h"

namespace inquest::cli {

// All that is known of an investigation, as the verbs fetched it.
struct Findings {
  v1::Investigation investigation;
  std::vector<v1::Hypothesis> hypotheses;
  std::optional<std::string> patch;             // unified diff, raw
  std::optional<std::string> regression_patch;  // the same: adds the regression test
  std::optional<std::string> certificate;       // JSON, as it was recorded
  std::vector<v1::PathStep> path;               // how execution got to the failure, as code
};

// The one object of --output json (docs/cli.md), with a line feed. ASCII only: safe on a terminal.
std::string FindingsAsJson(const Findings& findings);

// The same for people: what it is, how far it got and why, the hypotheses, what to do next.
// Harmless on a terminal, without colours.
std::string FindingsAsText(const Findings& findings);

// Every hypothesis with its prediction, measurements and verdict.
std::string HypothesesAsText(const std::vector<v1::Hypothesis>& hypotheses);
std::string HypothesesAsJson(const std::vector<v1::Hypothesis>& hypotheses);

// `inquest list`.
std::string ListAsText(const std::vector<v1::Investigation>& investigations);
std::string ListAsJson(const std::vector<v1::Investigation>& investigations);

// What stands on stdout instead of a result: {"error": {"id", "message"}}.
std::string ErrorAsJson(const Status& status);

// One event on one line of JSON (the contract's JSON mapping).
std::string EventAsJson(const v1::Event& event);

}  // namespace inquest::cli
