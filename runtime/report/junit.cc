#include <google/protobuf/util/time_util.h>

#include <cstdio>

#include "runtime/report/claims.h"
#include "runtime/report/html.h"
#include "runtime/report/render.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

std::string Attribute(const std::string& name, const std::string& value) {
  return " " + name + "=\"" + EscapeHtml(value) + "\"";
}

std::string Seconds(std::int64_t us) {
  char buffer[32];  // NOLINT(*-avoid-c-arrays): snprintf's
  const int length = std::snprintf(buffer, sizeof buffer, "%.3f", static_cast<double>(us) / 1e6);
  return {buffer, static_cast<std::size_t>(length)};
}

struct Case {
  std::string name;
  std::int64_t lasted_us = 0;
  std::string failure;  // empty: passed
};

// A visit that was refuted or gave up is how the method works, and no failure; only the verdict is.
std::vector<Case> Cases(const Dossier& dossier) {
  std::vector<Case> cases;
  int visit = 0;
  for (const Moment& moment : Timeline(dossier)) {
    if (moment.what == "ended" || moment.what == "event") continue;
    cases.push_back(
        {std::to_string(++visit) + " " + moment.what + " " + moment.result, moment.lasted_us, ""});
  }
  std::string summary;
  for (const std::string& sentence : Summary(dossier)) summary += sentence + "\n";
  const bool verified = dossier.investigation.outcome() == v1::OUTCOME_VERIFIED_FIX;
  cases.push_back({"verified fix", 0, verified ? "" : summary});
  return cases;
}

}  // namespace

std::string RenderJunit(const Dossier& dossier) {
  const v1::Investigation& investigation = dossier.investigation;
  const std::vector<Case> cases = Cases(dossier);
  const int failures = cases.back().failure.empty() ? 0 : 1;
  std::string inner;
  std::int64_t total_us = 0;
  for (const Case& one : cases) {
    total_us += one.lasted_us;
    inner += "    <testcase" + Attribute("classname", "inquest." + IdOf(investigation)) +
             Attribute("name", one.name) + Attribute("time", Seconds(one.lasted_us));
    if (one.failure.empty()) {
      inner += "/>\n";
      continue;
    }
    inner += ">\n      " +
             TextElement("failure", one.failure,
                         Attribute("type", OutcomeWord(investigation.outcome())).substr(1) +
                             Attribute("message", investigation.ended_message())) +
             "\n    </testcase>\n";
  }
  const std::string counts = Attribute("tests", std::to_string(cases.size())) +
                             Attribute("failures", std::to_string(failures)) +
                             Attribute("errors", "0") + Attribute("skipped", "0") +
                             Attribute("time", Seconds(total_us));
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite" +
         Attribute("name", investigation.problem().title()) + counts +
         Attribute("timestamp",
                   google::protobuf::util::TimeUtil::ToString(investigation.create_time())) +
         ">\n" + inner + "  </testsuite>\n</testsuites>\n";
}

}  // namespace inquest::report
