#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace inquest::report {

struct JunitCase {
  std::string name;
  std::int64_t lasted_us = 0;
  std::string failure;  // empty: passed
  std::string failure_type;
};

struct JunitSuite {
  std::string name;
  std::string classname;  // of all its cases
  std::string timestamp;  // RFC 3339
  std::vector<JunitCase> cases;
};

// JUnit's XML, as CI systems read it; texts of any origin.
std::string JunitOf(const JunitSuite& suite);

}  // namespace inquest::report
