#pragma once

#include "runtime/languages/regression_test.h"

namespace inquest::languages::javascript {

// A test of node:test, as CommonJS whatever the package is.
RegressionTest WriteRegressionTest(const RecordedFailure& failure);

}  // namespace inquest::languages::javascript
