#pragma once

#include <string_view>

namespace inquest::cli {

// Of this build; version.cc.in is filled in by CMake.
extern const std::string_view kVersion;
extern const std::string_view kCommit;  // unknown outside of a git checkout
extern const std::string_view kBuildType;

}  // namespace inquest::cli
