#include "runtime/report/claims.h"
#include "runtime/report/json_parts.h"
#include "runtime/report/render.h"
#include "runtime/report/words.h"

namespace inquest::report {
namespace {

using nlohmann::json;

constexpr int kSchemaVersion = 1;

json Proof(const Dossier& dossier) {
  json list = json::array();
  for (const Claim& claim : ProofClaims(dossier)) {
    list.push_back({{"claim", claim.text}, {"effect_ids", claim.effect_ids}});
  }
  return list;
}

json TimelineList(const Dossier& dossier) {
  json list = json::array();
  for (const Moment& moment : Timeline(dossier)) {
    list.push_back({{"sequence", moment.sequence},
                    {"last_sequence", moment.last_sequence},
                    {"began_us", moment.began_us},
                    {"lasted_us", moment.lasted_us},
                    {"what", moment.what},
                    {"result", moment.result},
                    {"message", moment.message}});
  }
  return list;
}

}  // namespace

std::string RenderJson(const Dossier& dossier) {
  const v1::Investigation& investigation = dossier.investigation;
  json object;
  object["schema_version"] = kSchemaVersion;
  object["investigation"] = AsJson(investigation);
  object["outcome"] = OutcomeWord(investigation.outcome());
  object["outcome_imported"] = investigation.outcome_imported();
  object["summary"] = Summary(dossier);
  object["proof"] = Proof(dossier);
  object["patch"] = PatchJson(dossier.patch);
  object["regression_patch"] = PatchJson(dossier.regression_patch);
  object["path"] = PathJson(dossier.path);
  object["hypotheses"] = HypothesesJson(dossier.hypotheses);
  object["certificate"] = nullptr;
  if (dossier.certificate) object["certificate"] = AsJson(*dossier.certificate);
  object["timeline"] = TimelineList(dossier);
  object["timings"] = TimingsJson(investigation.spent());
  object["journal"] = {{"events", dossier.events.size()}, {"chain", dossier.chain}};
  return DumpJson(object);
}

}  // namespace inquest::report
