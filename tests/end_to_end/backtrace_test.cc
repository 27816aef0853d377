#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/end_to_end/runtime_under_test.h"

namespace inquest::tests {
namespace {

// gdb inside of the sandbox, by the debug profile: what it shows is evidence like any other.
TEST(Backtrace, OfACrashIsReadWhereTheProgramMayBeTraced) {
  RuntimeUnderTest runtime;
  runtime.Write("walk.c",
                "struct node { struct node* next; int value; };\n"
                "static int last(const struct node* at) {\n"
                "  while (at->value != 9) at = at->next;\n"
                "  return at->value;\n"
                "}\n"
                "int main(void) {\n"
                "  struct node only = {0, 1};\n"
                "  return last(&only);\n"
                "}\n");

  const Finished finished =
      runtime.Inquest({"investigate", "--source", runtime.target(), "--build", "gcc -o walk walk.c",
                       "--test", "./walk", "--debugger", "--max-wall", "1m", "--output", "json"});

  const auto result = nlohmann::json::parse(finished.out, nullptr, false);
  ASSERT_FALSE(result.is_discarded()) << finished.out << finished.err;
  ASSERT_TRUE(runtime.KillDaemon());
  v1::Failure crash;
  for (const v1::Event& event : runtime.Journal(result["investigation"])) {
    for (const auto& reading : event.effect_completed().observation().analysis().readings()) {
      if (reading.format() == "gdb" && !reading.failures().empty()) crash = reading.failures(0);
    }
  }
  EXPECT_EQ(crash.kind(), "SIGSEGV");
  ASSERT_EQ(crash.frames_size(), 2);
  EXPECT_EQ(crash.frames(1).path(), "walk.c");
  EXPECT_EQ(crash.frames(1).first_line(), 3);
}

}  // namespace
}  // namespace inquest::tests
