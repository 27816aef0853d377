#include "sandbox/workspace/tar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "runtime/formats/printable.h"
#include "runtime/formats/safe_path.h"

// The format: POSIX.1-2001, pax, "ustar Interchange Format" and "pax Header Block".

namespace inquest::sandbox {

namespace {

constexpr std::size_t kBlockBytes = 512;
constexpr std::int64_t kExtensionBytesLimit = 64 << 10;

using Block = std::array<char, kBlockBytes>;

Status BadArchive(const std::string& what) {
  return {Code::kInvalidArgument, "BAD_ARCHIVE", "the tar archive " + what};
}

// A text field: up to its first NUL.
std::string Text(const Block& block, std::size_t offset, std::size_t size) {
  const std::string_view field(block.data() + offset, size);
  return std::string(field.substr(0, field.find('\0')));
}

// An octal field, with spaces or NULs around it.
std::optional<std::int64_t> Octal(const Block& block, std::size_t offset, std::size_t size) {
  std::string_view field(block.data() + offset, size);
  while (!field.empty() && field.front() == ' ') field.remove_prefix(1);
  while (!field.empty() && (field.back() == ' ' || field.back() == '\0')) field.remove_suffix(1);
  if (field.empty()) return 0;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value, 8);
  if (error != std::errc() || end != field.data() + field.size() || value < 0) return std::nullopt;
  return value;
}

bool ChecksumHolds(const Block& block) {
  static constexpr std::size_t kOffset = 148;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool own = i >= kOffset && i < kOffset + 8;
    sum += own ? ' ' : static_cast<unsigned char>(block[i]);
  }
  return Octal(block, kOffset, 8) == sum;
}

struct Header {
  std::string path;
  std::string link;
  std::int64_t size_bytes = 0;
  bool executable = false;
  char type = '0';
};

// What extension headers say about the next entry.
struct Extension {
  std::optional<std::string> path;
  std::optional<std::string> link;
  std::optional<std::int64_t> size_bytes;
};

Result<Header> ParseHeader(const Block& block) {
  if (!ChecksumHolds(block)) return BadArchive("has a header with a wrong checksum");
  const std::string_view magic(block.data() + 257, 5);
  const auto mode = Octal(block, 100, 8);
  const auto size = Octal(block, 124, 12);
  if (magic != "ustar" || !mode || !size) return BadArchive("has a header that is not ustar's");
  Header header;
  header.path = Text(block, 0, 100);
  header.link = Text(block, 157, 100);
  header.size_bytes = *size;
  header.executable = (*mode & 0100) != 0;
  header.type = block[156] == '\0' || block[156] == '7' ? '0' : block[156];
  const bool posix = block[262] == '\0';  // GNU's own header has other things where the prefix is
  if (const std::string prefix = posix ? Text(block, 345, 155) : ""; !prefix.empty()) {
    header.path = prefix + '/' + header.path;
  }
  return header;
}

// "<length> <key>=<value>\n", one after the other.
Status ParsePax(std::string_view records, Extension& extension) {
  while (!records.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(
        records.data(), records.data() + std::min<std::size_t>(records.size(), 8), length);
    const auto digits = static_cast<std::size_t>(end - records.data());
    if (error != std::errc() || length > records.size() || length < digits + 3 ||
        records[digits] != ' ' || records[length - 1] != '\n') {
      return BadArchive("has a malformed pax header");
    }
    const std::string_view record = records.substr(digits + 1, length - digits - 2);
    records.remove_prefix(length);
    const std::size_t equals = record.find('=');
    if (equals == record.npos) return BadArchive("has a malformed pax header");
    const std::string_view key = record.substr(0, equals);
    const std::string value(record.substr(equals + 1));
    if (key == "path") extension.path = value;
    if (key == "linkpath") extension.link = value;
    if (key.starts_with("GNU.sparse.")) return BadArchive("has sparse files");
    if (key != "size") continue;
    std::int64_t size = -1;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), size);
    if (read.ec != std::errc() || read.ptr != value.data() + value.size() || size < 0) {
      return BadArchive("has a malformed size in a pax header");
    }
    extension.size_bytes = size;
  }
  return Status::Ok();
}

// "./a/b/" names "a/b"; "./" and "." the root itself: empty.
std::string Normal(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/') && path.size() > 1) path.remove_suffix(1);
  return path == "." ? "" : std::string(path);
}

class TarReader {
 public:
  TarReader(const ByteSource& source, store::ArtifactStore& artifacts, const SnapshotLimits& limits)
      : source_(source), builder_(artifacts, limits), headers_left_(4 * limits.files + 10'000) {}

  Result<Snapshot> Read(const std::stop_token& stop) {
    while (true) {
      if (stop.stop_requested()) return Status(Code::kCancelled, "CANCELLED", "cancelled");
      Block block;
      TRY(ReadExactly(block));
      if (std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; })) break;
      if (--headers_left_ < 0) return BadArchive("has too many entries");
      TRY_ASSIGN(Header header, ParseHeader(block));
      TRY(TakeEntry(std::move(header)));
    }
    return builder_.Finish();
  }

 private:
  Status ReadExactly(std::span<char> buffer) {
    while (!buffer.empty()) {
      TRY_ASSIGN(const std::size_t got, source_(buffer));
      if (got == 0) return BadArchive("is cut off");
      CHECK(got <= buffer.size());
      buffer = buffer.subspan(got);
    }
    return Status::Ok();
  }

  // The bytes of an entry, and the rest of its last block.
  Result<std::string> ReadBody(std::int64_t size_bytes) {
    std::string bytes(static_cast<std::size_t>(size_bytes), '\0');
    TRY(ReadExactly(bytes));
    TRY(SkipPadding(size_bytes));
    return bytes;
  }

  Status SkipPadding(std::int64_t size_bytes) {
    Block block;
    const std::size_t used = static_cast<std::size_t>(size_bytes) % kBlockBytes;
    return ReadExactly(std::span(block).first(used == 0 ? 0 : kBlockBytes - used));
  }

  Status SkipBody(std::int64_t size_bytes) {
    Block block;
    for (std::int64_t left = size_bytes; left > 0; left -= std::ssize(block)) {
      const auto size = std::min<std::size_t>(block.size(), static_cast<std::size_t>(left));
      TRY(ReadExactly(std::span(block).first(size)));
    }
    return SkipPadding(size_bytes);
  }

  Status TakeEntry(Header header) {
    if (std::string_view("xgLK").find(header.type) != std::string_view::npos) {
      return TakeExtension(header);
    }
    const Extension extension = std::exchange(extension_, {});
    header.path = extension.path.value_or(header.path);
    header.link = extension.link.value_or(header.link);
    header.size_bytes = extension.size_bytes.value_or(header.size_bytes);
    const std::string path = Normal(header.path);
    if (path.empty() || formats::HasGitPart(path)) return SkipBody(header.size_bytes);
    if (const char* why = formats::WhyUnsafePath(path)) {
      return BadArchive("names '" + formats::Printable(path) + "', which " + why);
    }
    switch (header.type) {
      case '0': {
        TRY(builder_.CheckRoom(path, header.size_bytes));
        TRY_ASSIGN(std::string bytes, ReadBody(header.size_bytes));
        const auto kind = header.executable ? TreeEntry::Kind::kExecutable : TreeEntry::Kind::kFile;
        return builder_.AddFile(path, kind, std::move(bytes));
      }
      case '1':
        TRY(SkipBody(header.size_bytes));
        return builder_.AddCopy(path, Normal(header.link));
      case '2':
        return builder_.AddSymlink(path, header.link);
      case '5':
        return Status::Ok();
      case '3':
      case '4':
      case '6':
        builder_.LeaveOut(path, header.type == '6' ? "a FIFO" : "a device");
        return Status::Ok();
      default:
        return BadArchive("has an entry of unknown type for " + formats::Printable(path));
    }
  }

  // Read as the format says, not kept: what a global header says holds for all, and none of it
  // matters.
  Status TakeExtension(const Header& header) {
    if (header.size_bytes > kExtensionBytesLimit) return BadArchive("has a too long extension");
    TRY_ASSIGN(std::string body, ReadBody(header.size_bytes));
    if (header.type == 'g') return Status::Ok();
    if (header.type == 'x') return ParsePax(body, extension_);
    body.resize(std::min(body.size(), body.find('\0')));
    (header.type == 'L' ? extension_.path : extension_.link) = std::move(body);
    return Status::Ok();
  }

  const ByteSource& source_;
  TreeBuilder builder_;
  std::int64_t headers_left_;
  Extension extension_;
};

}  // namespace

Result<Snapshot> SnapshotTar(const ByteSource& source, store::ArtifactStore& artifacts,
                             const SnapshotLimits& limits, const std::stop_token& stop) {
  return TarReader(source, artifacts, limits).Read(stop);
}

}  // namespace inquest::sandbox
