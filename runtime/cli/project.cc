#include "runtime/cli/project.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace inquest::cli {
namespace {

constexpr char kCertificates[] = "certificates";
constexpr std::size_t kFilesMax = 64;
constexpr std::size_t kFileBytesMax = 64 << 10;
constexpr int kDepthMax = 4;
constexpr std::uint64_t kTrustedBytesMax = 4 << 20;
constexpr unsigned kPrivateFile = 0600;
constexpr unsigned kPrivateDirectory = 0700;

Status Bad(const std::string& path, const std::string& what) {
  return {Code::kInvalidArgument, "BAD_PROJECT", std::string(kProjectFolder) + path + " " + what};
}

// Reads a folder that anybody may have written: no link is followed, and nothing is waited for.
class Reading {
 public:
  Status Folder(int parent, const std::string& name, const std::string& path, int depth) {
    if (depth > kDepthMax) return Bad(path, "is nested too deeply");
    Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) return Bad(path, "is not a folder");
    DIR* raw = ::fdopendir(fd.get());
    if (raw == nullptr) return ErrnoStatus("read " + name, errno);
    fd.release();
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(raw, &::closedir);
    // One stream, one thread.
    while (const dirent* entry = ::readdir(raw)) {  // NOLINT(concurrency-mt-unsafe)
      const std::string child(entry->d_name);
      if (child == "." || child == ".." || (depth == 0 && child == kCertificates)) continue;
      std::string inner = path;
      inner.append("/").append(child);
      TRY(Entry(::dirfd(raw), child, inner, depth));
    }
    return Status::Ok();
  }

  std::vector<ProjectFiles::File> files;

 private:
  Status Entry(int parent, const std::string& name, const std::string& path, int depth) {
    const Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd.valid()) return Bad(path, "is a link, or cannot be read");
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return ErrnoStatus("look at " + name, errno);
    if (S_ISDIR(info.st_mode)) return Folder(parent, name, path, depth + 1);
    if (!S_ISREG(info.st_mode)) return Bad(path, "is not a file");
    if (files.size() >= kFilesMax) return Bad("", "has too many files");
    std::string bytes(kFileBytesMax + 1, '\0');
    std::size_t size = 0;
    while (size < bytes.size()) {
      const ssize_t got = ::read(fd.get(), bytes.data() + size, bytes.size() - size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return ErrnoStatus("read " + name, errno);
      if (got == 0) break;
      size += static_cast<std::size_t>(got);
    }
    if (size > kFileBytesMax) return Bad(path, "is larger than 64 KiB");
    bytes.resize(size);
    files.push_back({path.substr(1), std::move(bytes)});
    return Status::Ok();
  }
};

// No two trees have the same: names and bytes are told apart by their lengths.
Digest DigestOf(const std::vector<ProjectFiles::File>& files) {
  std::string all;
  for (const ProjectFiles::File& file : files) {
    for (const std::string* part : {&file.path, &file.bytes}) {
      all += std::to_string(part->size()) + ":" + *part;
    }
  }
  return Sha256(all);
}

std::string TrustedPath(const Paths& paths) { return paths.config + "/trusted"; }

// What comes after the digest and a blank.
std::string_view PathOf(std::string_view line) {
  constexpr std::size_t kBefore = 65;
  return line.size() > kBefore ? line.substr(kBefore) : std::string_view();
}

// The lines of the file, without that of `directory`.
Result<std::vector<std::string>> OtherLines(const Paths& paths, const std::string& directory) {
  std::vector<std::string> lines;
  std::error_code error;
  if (!std::filesystem::exists(TrustedPath(paths), error)) return lines;
  TRY_ASSIGN(const std::string text, ReadFile(TrustedPath(paths), kTrustedBytesMax));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (PathOf(line) != directory) lines.push_back(line);
  }
  return lines;
}

Status WriteLines(const Paths& paths, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  TRY(MakeDirectories(paths.config, kPrivateDirectory));
  return WriteFileAtomically(TrustedPath(paths), text, kPrivateFile, Durability::kSynced);
}

std::string LineOf(const ProjectFiles& project) {
  return project.digest.ToHex() + " " + project.directory;
}

}  // namespace

Result<std::optional<ProjectFiles>> ReadProject(const std::string& directory) {
  std::error_code error;
  ProjectFiles project;
  project.directory = std::filesystem::canonical(directory, error).string();
  if (error) {
    return Status(Code::kInvalidArgument, "TARGET_NOT_FOUND",
                  "there is no directory '" + directory + "'");
  }
  const bool there = std::filesystem::exists(
      std::filesystem::symlink_status(project.directory + "/" + kProjectFolder, error));
  if (!there) return std::optional<ProjectFiles>();
  if (project.directory.find('\n') != std::string::npos) return Bad("", "lies at an odd path");
  const Fd root(::open(project.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return ErrnoStatus("open " + project.directory, errno);
  Reading reading;
  TRY(reading.Folder(root.get(), kProjectFolder, "", 0));
  if (reading.files.empty()) return std::optional<ProjectFiles>();
  project.files = std::move(reading.files);
  std::sort(project.files.begin(), project.files.end(),
            [](const auto& one, const auto& other) { return one.path < other.path; });
  project.digest = DigestOf(project.files);
  return std::optional<ProjectFiles>(std::move(project));
}

Result<std::optional<SettingsLayer>> SettingsOf(const ProjectFiles& project) {
  const auto file =
      std::find_if(project.files.begin(), project.files.end(),
                   [](const ProjectFiles::File& one) { return one.path == kProjectFile; });
  if (file == project.files.end()) return std::optional<SettingsLayer>();
  const std::string origin = project.directory + "/" + kProjectFolder + "/" + kProjectFile;
  TRY_ASSIGN(SettingsLayer layer, ParseSettings(origin, file->bytes));
  if (layer.values.has_socket() || layer.values.has_color() || layer.values.has_output()) {
    return Status(Code::kInvalidArgument, "BAD_SETTING",
                  origin + ": socket, color and output are the user's to set");
  }
  return std::optional<SettingsLayer>(std::move(layer));
}

Result<bool> IsTrusted(const Paths& paths, const ProjectFiles& project) {
  std::error_code error;
  if (!std::filesystem::exists(TrustedPath(paths), error)) return false;
  TRY_ASSIGN(const std::string text, ReadFile(TrustedPath(paths), kTrustedBytesMax));
  return ("\n" + text).find("\n" + LineOf(project) + "\n") != std::string::npos;
}

Status Trust(const Paths& paths, const ProjectFiles& project) {
  TRY_ASSIGN(std::vector<std::string> lines, OtherLines(paths, project.directory));
  lines.push_back(LineOf(project));
  return WriteLines(paths, lines);
}

Result<bool> Distrust(const Paths& paths, const std::string& directory) {
  std::error_code error;
  const std::string canonical = std::filesystem::weakly_canonical(directory, error).string();
  TRY_ASSIGN(const std::vector<std::string> all, OtherLines(paths, ""));
  TRY_ASSIGN(const std::vector<std::string> lines, OtherLines(paths, canonical));
  if (lines.size() == all.size()) return false;
  TRY(WriteLines(paths, lines));
  return true;
}

}  // namespace inquest::cli
