#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/base/file.h"
#include "runtime/formats/run_output.h"

namespace inquest::formats {

// What real tools printed, by the name of its file in the corpus.
inline std::string Corpus(const std::string& name) {
  auto bytes = ReadFile(std::string(INQUEST_SOURCE_DIR) + "/tests/formats/corpus/" + name, 1 << 20);
  EXPECT_TRUE(bytes.ok()) << name;
  return bytes.ok() ? *bytes : "";
}

inline v1::PhaseOutcome Exited(int code) {
  v1::PhaseOutcome phase;
  phase.set_ending(v1::ENDING_EXITED);
  phase.set_exit_code(code);
  phase.mutable_stdout()->set_digest("out");
  phase.mutable_stderr()->set_digest("err");
  return phase;
}

inline v1::PhaseOutcome Signaled(int signal) {
  v1::PhaseOutcome phase = Exited(0);
  phase.set_ending(v1::ENDING_SIGNALED);
  phase.set_signal(signal);
  return phase;
}

inline std::vector<std::string> Frames(const v1::Failure& failure) {
  std::vector<std::string> frames;
  for (const v1::Location& frame : failure.frames()) {
    frames.push_back(frame.path() + ":" + std::to_string(frame.first_line()));
  }
  return frames;
}

inline std::vector<std::string> Tests(
    const google::protobuf::RepeatedPtrField<std::string>& tests) {
  return {tests.begin(), tests.end()};
}

inline std::vector<std::string> FailedTests(const v1::RunReading& reading) {
  std::vector<std::string> tests;
  for (const v1::Failure& failure : reading.failures()) tests.push_back(failure.test());
  return tests;
}

// Every citation quotes what stands at its range.
inline void ExpectCitationsResolve(const v1::RunReading& reading, const std::string& out,
                                   const std::string& err) {
  for (const v1::Failure& failure : reading.failures()) {
    const v1::Citation& at = failure.citation();
    const std::string& bytes = at.digest() == "out" ? out : err;
    const auto begin = static_cast<std::size_t>(at.begin_byte());
    const auto end = static_cast<std::size_t>(at.end_byte());
    ASSERT_LT(begin, end);
    ASSERT_LE(end, bytes.size());
    EXPECT_EQ(at.quote(), bytes.substr(begin, end - begin));
    EXPECT_LE(at.quote().size(), 4096U);
  }
}

inline const v1::Failure* Find(const v1::RunReading& reading, const std::string& test) {
  for (const v1::Failure& failure : reading.failures()) {
    if (failure.test() == test) return &failure;
  }
  return nullptr;
}

}  // namespace inquest::formats
