#pragma once

#include "runtime/languages/regression_test.h"

namespace inquest::languages::python {

// A unittest, which pytest runs as well.
RegressionTest WriteRegressionTest(const RecordedFailure& failure);

}  // namespace inquest::languages::python
