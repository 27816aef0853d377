#include "sandbox/workspace/collect.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "runtime/formats/printable.h"
#include "sandbox/workspace/beneath.h"

namespace inquest::sandbox {

namespace {

constexpr std::size_t kLeftOutLimit = 100;
// Names that are looked at for each file that may be collected: folders and what is left out.
constexpr std::int64_t kEntriesPerFile = 20;

class Collector {
 public:
  explicit Collector(const CollectLimits& limits) : limits_(limits) {}

  Result<Enter> Visit(const Found& found) {
    const mode_t mode = found.status.st_mode;
    if (S_ISDIR(mode)) return Enter::kYes;
    if (!S_ISREG(mode)) {
      LeaveOut(found.path, "is not a regular file");
    } else if (std::ssize(files_) == limits_.files) {
      LeaveOut(found.path, "over the limit of " + std::to_string(limits_.files) + " files");
    } else {
      TakeFile(found);
    }
    return Enter::kNo;
  }

  void LeaveOut(const std::string& path, const std::string& why) {
    if (left_out_.size() < kLeftOutLimit) {
      left_out_.push_back(formats::Printable(path) + ": " + why);
    }
  }

  std::vector<Collected> TakeFiles() {
    std::sort(files_.begin(), files_.end(),
              [](const Collected& a, const Collected& b) { return a.path < b.path; });
    return std::move(files_);
  }
  std::vector<std::string> TakeLeftOut() { return std::move(left_out_); }

 private:
  void TakeFile(const Found& found) {
    const std::int64_t limit = std::min(limits_.file_bytes, limits_.total_bytes - total_bytes_);
    auto file = ReadFileAt(found.directory, found.name, limit);
    if (!file.ok()) return LeaveOut(found.path, file.status().message());
    const std::int64_t size = std::ssize(file->bytes);
    total_bytes_ += size;
    files_.push_back(
        {found.path, std::move(file->bytes), file->size_bytes, size < file->size_bytes});
  }

  const CollectLimits limits_;
  std::vector<Collected> files_;
  std::vector<std::string> left_out_;
  std::int64_t total_bytes_ = 0;
};

}  // namespace

Result<std::vector<Collected>> Collect(const std::string& directory, const CollectLimits& limits,
                                       std::vector<std::string>* left_out) {
  const Fd root(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root.valid()) return ErrnoStatus("open " + directory, errno);
  Collector collector(limits);
  const WalkLimits walk{.entries = kEntriesPerFile * (limits.files + 50), .depth = 64};
  const Status walked = WalkBeneath(
      root.get(), walk, {}, [&](const Found& found) { return collector.Visit(found); },
      [&](const std::string& path, const Status& status) {
        collector.LeaveOut(path, status.message());
      });
  // What was found until then is still evidence.
  if (!walked.ok()) collector.LeaveOut("(the rest)", walked.message());
  if (left_out != nullptr) *left_out = collector.TakeLeftOut();
  return collector.TakeFiles();
}

}  // namespace inquest::sandbox
