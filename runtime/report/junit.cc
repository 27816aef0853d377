#include "runtime/report/junit.h"

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

// A visit that was refuted or gave up is how the method works, and no failure; only the verdict is.
std::vector<JunitCase> Cases(const Dossier& dossier) {
  std::vector<JunitCase> cases;
  int visit = 0;
  for (const Moment& moment : Timeline(dossier)) {
    if (moment.what == "ended" || moment.what == "event") continue;
    cases.push_back({std::to_string(++visit) + " " + moment.what + " " + moment.result,
                     moment.lasted_us, "", ""});
  }
  std::string summary;
  for (const std::string& sentence : Summary(dossier)) summary += sentence + "\n";
  const bool verified = VerifiedHere(dossier.investigation);
  cases.push_back({"verified fix", 0, verified ? "" : summary, ""});
  return cases;
}

}  // namespace

std::string JunitOf(const JunitSuite& suite) {
  int failures = 0;
  std::int64_t total_us = 0;
  std::string inner;
  for (const JunitCase& one : suite.cases) {
    total_us += one.lasted_us;
    inner += "    <testcase" + Attribute("classname", suite.classname) +
             Attribute("name", one.name) + Attribute("time", Seconds(one.lasted_us));
    if (one.failure.empty()) {
      inner += "/>\n";
      continue;
    }
    ++failures;
    inner += ">\n      " +
             TextElement("failure", one.failure, Attribute("type", one.failure_type).substr(1)) +
             "\n    </testcase>\n";
  }
  const std::string counts = Attribute("tests", std::to_string(suite.cases.size())) +
                             Attribute("failures", std::to_string(failures)) +
                             Attribute("errors", "0") + Attribute("skipped", "0") +
                             Attribute("time", Seconds(total_us));
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite" +
         Attribute("name", suite.name) + counts + Attribute("timestamp", suite.timestamp) + ">\n" +
         inner + "  </testsuite>\n</testsuites>\n";
}

std::string RenderJunit(const Dossier& dossier) {
  const v1::Investigation& investigation = dossier.investigation;
  JunitSuite suite;
  suite.name = investigation.problem().title();
  suite.classname = "inquest." + IdOf(investigation);
  suite.timestamp = google::protobuf::util::TimeUtil::ToString(investigation.create_time());
  suite.cases = Cases(dossier);
  suite.cases.back().failure_type = OutcomeWords(investigation);
  return JunitOf(suite);
}

}  // namespace inquest::report
