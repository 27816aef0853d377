#pragma once

#include "runtime/languages/regression_test.h"

namespace inquest::languages::c {

// A shell script that builds as the target is built; for C and C++, which have no framework of
// their own.
RegressionTest WriteRegressionTest(const RecordedFailure& failure);

}  // namespace inquest::languages::c
