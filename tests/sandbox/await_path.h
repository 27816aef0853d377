#pragma once

#include <filesystem>

namespace inquest::sandbox {

// Returns once the path is there (or is gone): told by the kernel, not asked again and again. Its
// parent must exist.
void AwaitPath(const std::filesystem::path& path);
void AwaitNoPath(const std::filesystem::path& path);

}  // namespace inquest::sandbox
