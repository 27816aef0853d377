#include "runtime/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace inquest {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: CHECK(%s) failed\n", file, line, condition);
  std::abort();
}

}  // namespace inquest
