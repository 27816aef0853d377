#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"

namespace inquest::sandbox {

// Runs git on a private bare repository of ours: never in a repository that somebody else has
// written to. No system or user configuration, no hooks, no helpers, no prompts, no lazy fetches,
// no inherited environment but the operator's proxies and certificates, one transport protocol at
// most. Blocks; one thread at a time.
class GitProcess {
 public:
  struct Options {
    std::string repository;  // absolute
    std::string protocol;    // the one transport that is allowed; empty: none
    std::chrono::steady_clock::time_point deadline;
    std::int64_t file_bytes = 0;  // of any one file that git writes
  };
  using Sink = std::function<Status(std::string_view bytes)>;

  GitProcess(Options options, std::stop_token stop)
      : options_(std::move(options)), stop_(std::move(stop)) {}

  // `git <arguments>`, with the file as standard input (empty: none) and its output to `sink`.
  // FAILED_PRECONDITION (GIT_MISSING; GIT_FAILED: the end of what git wrote to stderr),
  // DEADLINE_EXCEEDED (GIT_TIMED_OUT), CANCELLED; what `sink` fails with. Git and what it has
  // started are dead when this returns.
  Status Stream(const std::vector<std::string>& arguments, const std::string& stdin_file,
                const Sink& sink) const;

  // The output as text. RESOURCE_EXHAUSTED (GIT_OUTPUT_TOO_LARGE), and as Stream.
  Result<std::string> Run(const std::vector<std::string>& arguments,
                          std::size_t output_bytes_limit) const;

 private:
  std::vector<std::string> FullArguments(const std::vector<std::string>& arguments) const;
  std::vector<std::string> Environment() const;

  const Options options_;
  const std::stop_token stop_;
};

}  // namespace inquest::sandbox
