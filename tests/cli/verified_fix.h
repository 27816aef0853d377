#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/cli/program.h"

namespace inquest::cli {

inline void WriteFile(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string ReadWhole(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A home in which an investigation has ended with a verified fix.
class VerifiedFix : public testing::Test {
 protected:
  void SetUp() override {
    WriteFile(tree() + "/ages.py",
              "def adult(age):\n    if age > 18:\n        return True\n    return False\n");
    WriteFile(tree() + "/test_ages.py",
              "import unittest\nfrom ages import adult\n\n\n"
              "class Ages(unittest.TestCase):\n"
              "    def test_child(self):\n        self.assertFalse(adult(17))\n\n"
              "    def test_old(self):\n        self.assertTrue(adult(60))\n\n"
              "    def test_edge(self):\n        self.assertTrue(adult(18))\n");
    const Outcome outcome =
        home_.Run({"investigate", "--source", tree(), "--test",
                   "/usr/bin/python3 -m unittest -q test_ages", "--max-wall", "2m", "--json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    result_ = nlohmann::json::parse(outcome.out);
  }

  std::string tree() const { return home_.path() + "/target"; }
  const nlohmann::json& result() const { return result_; }  // of investigate --json

  Home home_;

 private:
  nlohmann::json result_;
};

}  // namespace inquest::cli
