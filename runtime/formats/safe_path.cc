#include "runtime/formats/safe_path.h"

#include <algorithm>

namespace inquest::formats {

namespace {

constexpr std::size_t kPartBytesLimit = 255;  // NAME_MAX

bool IsDotGit(std::string_view part) {
  return part.size() == 4 && part[0] == '.' && (part[1] | 0x20) == 'g' && (part[2] | 0x20) == 'i' &&
         (part[3] | 0x20) == 't';
}

const char* WhyUnsafePart(std::string_view part) {
  if (part.empty()) return "has an empty part";
  if (part == "." || part == "..") return "has a '.' or '..' part";
  if (part.size() > kPartBytesLimit) return "has a part of more than 255 bytes";
  if (IsDotGit(part)) return "is inside a .git folder";
  return nullptr;
}

}  // namespace

const char* WhyUnsafePath(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.front() == '/') return "is absolute";
  if (path.size() > kPathBytesLimit) return "has more than 3072 bytes";
  if (path.find('\0') != std::string_view::npos) return "has a NUL byte";
  for (std::size_t parts = 1, begin = 0;; ++parts) {
    if (parts > kPathPartsLimit) return "has more than 128 parts";
    const std::size_t end = path.find('/', begin);
    if (const char* why = WhyUnsafePart(path.substr(begin, end - begin))) return why;
    if (end == std::string_view::npos) return nullptr;
    begin = end + 1;
  }
}

bool HasGitPart(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (IsDotGit(path.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace inquest::formats
