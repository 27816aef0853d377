#pragma once

#include "inquest/v1/effect.pb.h"
#include "runtime/base/status.h"
#include "runtime/store/artifacts.h"

namespace inquest::effects {

// The recipe's command as a test file of the tree, in the target's own framework: a patch artifact
// that adds it. Empty when the command runs a test of the tree already, when its oracle is one that
// a test file cannot ask (a script, a regular expression, an output that is no text), or when the
// tree has a file of that name.
Result<v1::RegressionTest> WriteRegressionTest(const v1::WriteRegressionTest& work,
                                               store::ArtifactStore& artifacts);

}  // namespace inquest::effects
