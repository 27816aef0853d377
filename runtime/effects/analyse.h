#pragma once

#include <stop_token>

#include "inquest/v1/effect.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::effects {

// Computes what recorded evidence says: reads runs' outputs, tells in which runs a location ran or
// something matched and how execution got to the failure, splits patches, writes certificates. What
// comes back is a function of the work and of the artifacts that it names; what cannot be computed
// is an EffectFailure. Thread-safe; blocks on the artifact store.
class Analyser {
 public:
  // `artifacts` must outlive it.
  explicit Analyser(store::ArtifactStore& artifacts) : artifacts_(artifacts) {}

  v1::Observation Analyse(const v1::AnalyseWork& work, std::stop_token stop);

 private:
  Status Compute(const v1::AnalyseWork& work, std::stop_token stop, v1::Analysis& analysis);
  Status ReadRuns(const v1::ReadRuns& work, std::stop_token stop, v1::Analysis& analysis);
  Status LocationRan(const v1::LocationRan& work, std::stop_token stop, v1::Analysis& analysis);
  Status SplitPatch(const v1::SplitPatch& work, v1::Analysis& analysis);
  Status CompareAnswers(const v1::CompareAnswers& work, std::stop_token stop,
                        v1::Analysis& analysis);
  Status WriteCertificate(const v1::WriteCertificate& work, v1::Analysis& analysis);

  store::ArtifactStore& artifacts_;
};

}  // namespace inquest::effects
