#include "runtime/report/sarif.h"

#include <algorithm>
#include <charconv>

#include "runtime/base/digest.h"
#include "runtime/base/visible_text.h"
#include "runtime/report/claims.h"
#include "runtime/report/json_parts.h"
#include "runtime/report/render.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

using nlohmann::json;

constexpr const char* kRule = "root-cause";

// A relative URI reference of a path (RFC 3986): what is not unreserved or a slash is escaped.
std::string UriOf(const std::string& path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~/").find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += '%';
      uri += kHex[byte >> 4U];
      uri += kHex[byte & 15U];
    }
  }
  return uri;
}

json ArtifactOf(const std::string& path) {
  return {{"uri", UriOf(path)}, {"uriBaseId", "SRCROOT"}};
}

json PhysicalLocation(const v1::Location& location) {
  json region = {{"startLine", std::max(1, location.first_line())}};
  if (location.last_line() > location.first_line()) region["endLine"] = location.last_line();
  json place = {{"physicalLocation",
                 {{"artifactLocation", ArtifactOf(location.path())}, {"region", region}}}};
  if (!location.function().empty()) {
    place["logicalLocations"] = {{{"name", location.function()}, {"kind", "function"}}};
  }
  return place;
}

json CodeFlow(const Dossier& dossier) {
  json steps = json::array();
  for (const v1::PathStep& step : dossier.path) {
    steps.push_back({{"location", PhysicalLocation(step.location())}});
  }
  return {{{"threadFlows", {{{"locations", steps}}}}}};
}

// Replacements of one file's hunks, as SARIF wants them: lines that go and text that comes.
class Changes {
 public:
  explicit Changes(const std::string& patch) {
    std::string_view rest = patch;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      Take(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    Close();
  }

  json AsJson() const { return files_; }

 private:
  void Take(std::string_view line) {
    if (line.starts_with("--- ")) {
      Close();
      in_hunk_ = false;
      return;
    }
    if (line.starts_with("+++ ") && !in_hunk_) {
      const std::string_view name = line.substr(4);
      path_ = std::string(name.starts_with("b/") ? name.substr(2) : "");
      return;
    }
    if (line.starts_with("@@ -")) {
      Close();
      in_hunk_ = true;
      line_ = 0;
      std::from_chars(line.data() + 4, line.data() + line.size(), line_);
      return;
    }
    if (!in_hunk_ || line.empty()) return;
    if (line[0] == '-') {
      if (first_ == 0) first_ = line_;
      ++removed_;
      ++line_;
    } else if (line[0] == '+') {
      if (first_ == 0) first_ = line_;
      inserted_ += std::string(line.substr(1)) + "\n";
    } else if (line[0] == ' ') {
      Close();
      ++line_;
    }
  }

  void Close() {
    if (first_ != 0 && !path_.empty()) {
      // Whole lines: from the beginning of the first to that of the one after the last.
      json replacement = {{"deletedRegion",
                           {{"startLine", std::max(1, first_)},
                            {"startColumn", 1},
                            {"endLine", std::max(1, first_ + removed_)},
                            {"endColumn", 1}}}};
      if (!inserted_.empty()) replacement["insertedContent"] = {{"text", inserted_}};
      if (files_.empty() || files_.back()["artifactLocation"]["uri"] != UriOf(path_)) {
        files_.push_back(
            {{"artifactLocation", ArtifactOf(path_)}, {"replacements", json::array()}});
      }
      files_.back()["replacements"].push_back(replacement);
    }
    first_ = removed_ = 0;
    inserted_.clear();
  }

  json files_ = json::array();
  std::string path_;
  std::string inserted_;
  bool in_hunk_ = false;
  int line_ = 0;
  int first_ = 0;
  int removed_ = 0;
};

std::string Fingerprint(const v1::Hypothesis& cause) {
  return Sha256(cause.location().path() + "\n" + cause.location().function() + "\n" +
                cause.mechanism())
      .ToHex();
}

json ResultAt(const v1::Hypothesis& cause, const std::string& text) {
  return {{"ruleId", kRule},
          {"level", "error"},
          {"message", {{"text", text}}},
          {"locations", {PhysicalLocation(cause.location())}},
          {"partialFingerprints", {{"inquestCause/v1", Fingerprint(cause)}}}};
}

// The code of the cause, and what stands around it: for who has not the tree at hand.
void AddCode(const SourcePart& source, json& place) {
  json& region = place["region"];
  const int first = region["startLine"];
  const int last = region.value("endLine", first);
  std::string snippet;
  int line = source.first_line;
  for (std::size_t at = 0; at < source.text.size(); ++line) {
    const std::size_t end = std::min(source.text.find('\n', at), source.text.size() - 1);
    if (line >= first && line <= last) snippet += source.text.substr(at, end + 1 - at);
    at = end + 1;
  }
  if (snippet.empty()) return;
  region["snippet"] = {{"text", snippet}};
  place["contextRegion"] = {{"startLine", source.first_line},
                            {"endLine", line - 1},
                            {"snippet", {{"text", source.text}}}};
}

json ResultOf(const Dossier& dossier, const v1::Hypothesis& cause) {
  std::string text;
  for (const std::string& sentence : Summary(dossier)) text += (text.empty() ? "" : " ") + sentence;
  json result = ResultAt(cause, text);
  AddCode(dossier.cause, result["locations"][0]["physicalLocation"]);
  result["properties"] = {{"outcome", OutcomeWord(dossier.investigation.outcome())},
                          {"outcomeImported", dossier.investigation.outcome_imported()},
                          {"hypothesis", cause.id()},
                          {"verdict", cause.verdict_reason()}};
  if (!dossier.path.empty()) result["codeFlows"] = CodeFlow(dossier);
  if (!dossier.patch.empty() && IsUtf8(dossier.patch) &&
      cause.id() == dossier.investigation.fix().hypothesis_id()) {
    result["fixes"] = {{{"description", {{"text", dossier.investigation.fix().description()}}},
                        {"artifactChanges", Changes(dossier.patch).AsJson()}}};
  }
  return result;
}

std::string LogOf(const std::string& id, bool complete, const json& results) {
  const json rule = {
      {"id", kRule},
      {"name", "RootCause"},
      {"shortDescription", {{"text", "A cause that an experiment supported"}}},
      {"fullDescription",
       {{"text",
         "Where the code is changed, the failure goes away: a prediction that was registered "
         "before "
         "the experiment, measured on a control and on interventions, held."}}},
      {"help", {{"text", "`inquest report` shows the evidence and the proof of the fix."}}}};
  const json run = {
      {"tool",
       {{"driver",
         {{"name", "Inquest"}, {"semanticVersion", INQUEST_VERSION}, {"rules", {rule}}}}}},
      {"automationDetails", {{"id", id}}},
      {"originalUriBaseIds",
       {{"SRCROOT", {{"description", {{"text", "the root of the examined tree"}}}}}}},
      {"columnKind", "unicodeCodePoints"},
      {"invocations", {{{"executionSuccessful", complete}}}},
      {"results", results}};
  const json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", {run}}};
  return DumpJson(log);
}

}  // namespace

std::string SarifOf(const std::string& id, const std::vector<SarifFinding>& findings) {
  json results = json::array();
  for (const SarifFinding& finding : findings) {
    results.push_back(ResultAt(finding.cause, finding.text));
  }
  return LogOf(id, true, results);
}

std::string RenderSarif(const Dossier& dossier) {
  json results = json::array();
  if (const v1::Hypothesis* cause = dossier.CauseHypothesis(); cause != nullptr) {
    results.push_back(ResultOf(dossier, *cause));
  }
  return LogOf("inquest/" + IdOf(dossier.investigation),
               dossier.investigation.state() == v1::STATE_ENDED, results);
}

}  // namespace inquest::report
