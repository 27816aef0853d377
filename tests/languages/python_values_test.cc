#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "runtime/base/file.h"

// Runs the instrument as it ships, under the machine's own python3, outside of the sandbox.
namespace inquest::languages {
namespace {

class PythonValues : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "values.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = std::filesystem::canonical(name);
    std::filesystem::create_directories(root_ / "out");
    std::filesystem::create_directories(root_ / "tree");
    std::ofstream(root_ / "tree" / "sum.py") << "import sys\n"                   // 1
                                                "def add(items):\n"              // 2
                                                "    total = 0\n"                // 3
                                                "    for item in items:\n"       // 4
                                                "        total += item\n"        // 5
                                                "    return total\n"             // 6
                                                "if __name__ == '__main__':\n"   // 7
                                                "    sys.exit(add([1, 20]))\n";  // 8
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  // What the program records at the lines; it must still exit with 21.
  std::string Record(int first, int last, const std::string& expression) {
    const std::string instrument =
        std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/python-values";
    const std::string line =
        "cd '" + (root_ / "tree").string() + "' && PYTHONPATH='" + instrument + "' INQUEST_OUT='" +
        (root_ / "out").string() + "' INQUEST_WORKSPACE='" + (root_ / "tree").string() +
        "' INQUEST_INSTRUMENT=inquest_values PYTHONDONTWRITEBYTECODE=1 INQUEST_VALUE_PATH=sum.py " +
        "INQUEST_VALUE_FIRST_LINE=" + std::to_string(first) +
        " INQUEST_VALUE_LAST_LINE=" + std::to_string(last) + " INQUEST_VALUE_EXPRESSION='" +
        expression + "' python3 sum.py > ../log 2>&1";
    const int status = std::system(line.c_str());
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 21);
    const auto recorded = ReadFile((root_ / "out" / "values.jsonl").string(), 1 << 20);
    return recorded.ok() ? *recorded : "";
  }

  std::filesystem::path root_;
};

constexpr char kStarted[] = "{\"started\": true}\n";

TEST_F(PythonValues, AreThoseBeforeTheLineRuns) {
  EXPECT_EQ(Record(5, 5, "(total, item)"), std::string(kStarted) +
                                               "{\"line\": 5, \"value\": \"(0, 1)\"}\n"
                                               "{\"line\": 5, \"value\": \"(1, 20)\"}\n");
}

TEST_F(PythonValues, OfALineThatIsNotReachedAreNone) {
  EXPECT_EQ(Record(90, 95, "total"), kStarted);
}

TEST_F(PythonValues, ThatCannotBeHadAreSaidToBeMissing) {
  EXPECT_EQ(Record(6, 6, "total.size"),
            std::string(kStarted) + "{\"line\": 6, \"error\": \"AttributeError\"}\n");
}

TEST_F(PythonValues, OfAnExpressionThatIsNoneLeaveTheProgramAlone) {
  EXPECT_EQ(Record(6, 6, "total +"), "");
}

}  // namespace
}  // namespace inquest::languages
