#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inquest::tests {

// The log of every start of a command, a line each: INVESTIGATION.EFFECT.ATTEMPT. Written by the
// programs that stand in for inquest-run and bwrap, into the data directory.
inline constexpr char kStartLogFile[] = "starts.log";
// How the two hand it on.
inline constexpr int kStartLogFd = 100;
inline constexpr int kStartLineFd = 101;

// The lines in order. For targets whose runs have one phase, so that a run starts one command.
std::vector<std::string> StartsOf(std::string_view log);
// Those that come more than once, each named once.
std::vector<std::string> StartedTwice(const std::vector<std::string>& starts);

}  // namespace inquest::tests
