#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "runtime/base/file.h"

namespace inquest::languages {

// Runs an instrument for C as it ships, with the machine's own compilers, outside of the sandbox.
class CInstrument : public testing::Test {
 protected:
  explicit CInstrument(std::string name) : name_(std::move(name)) {}

  void SetUp() override {
    std::string name = testing::TempDir() + "instrument.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = std::filesystem::canonical(name);
    for (const char* folder : {"out", "tree", "tmp"}) {
      std::filesystem::create_directories(root_ / folder);
    }
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / "tree" / name) << text;
  }

  // The exit code. Output goes to the file log.
  int Run(const std::string& script) {
    Write("../script", script);
    std::string variables = "PATH='" + Folder() + "/bin':$PATH";
    std::ifstream environment(Folder() + "/environment");
    for (std::string line; std::getline(environment, line);) {
      if (line != "PATH+=/inquest/instrument/bin") variables += " " + line;
    }
    return RunLine(variables + " sh ../script");
  }
  int RunPlain(const std::string& command) { return RunLine(command); }

  std::string Log() { return *ReadFile((root_ / "log").string(), 1 << 20); }
  std::string Out(const std::string& name) {
    const auto text = ReadFile((root_ / "out" / name).string(), 1 << 20);
    return text.ok() ? *text : "";
  }

 private:
  std::string Folder() const {
    return std::string(INQUEST_BINARY_DIR) + "/share/inquest/instruments/" + name_;
  }
  int RunLine(const std::string& command) {
    const std::string line = "cd '" + (root_ / "tree").string() + "' && export TMPDIR='" +
                             (root_ / "tmp").string() + "' INQUEST_OUT='" +
                             (root_ / "out").string() + "' INQUEST_WORKSPACE='" +
                             (root_ / "tree").string() + "' INQUEST_INSTRUMENT_FOLDER='" +
                             Folder() + "' && { " + command + "; } > ../log 2>&1";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string name_;
  std::filesystem::path root_;
};

}  // namespace inquest::languages
