#include "runtime/report/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <utility>

namespace inquest::report {
namespace {

constexpr int kMode = 0644;
constexpr std::size_t kReadBytes = std::size_t{64} << 10U;

Status Bad(const std::string& what) { return {Code::kInvalidArgument, "BAD_BUNDLE", what}; }

// libarchive's words for what went wrong last; may be none.
std::string Words(archive* of) {
  const char* words = archive_error_string(of);
  return words == nullptr ? "it cannot be read" : words;
}

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

struct ArchiveWriter::Writing {
  Sink sink;
  Status failed;
  archive* out = archive_write_new();

  static la_ssize_t Write(archive*, void* self, const void* bytes, std::size_t size) {
    auto& writing = *static_cast<Writing*>(self);
    writing.failed = writing.sink({static_cast<const char*>(bytes), size});
    return writing.failed.ok() ? static_cast<la_ssize_t>(size) : -1;
  }

  // The sink's own words, if it was the sink.
  Status Check(int code) const {
    if (code >= ARCHIVE_WARN) return Status::Ok();
    return failed.ok() ? Status(Code::kInternal, "ARCHIVE_FAILED", Words(out)) : failed;
  }
};

ArchiveWriter::ArchiveWriter(Sink sink) : writing_(std::make_unique<Writing>()) {
  writing_->sink = std::move(sink);
  archive_write_set_format_pax_restricted(writing_->out);
  archive_write_add_filter_zstd(writing_->out);
  archive_write_set_bytes_in_last_block(writing_->out, 1);
  archive_write_open(writing_->out, writing_.get(), nullptr, &Writing::Write, nullptr);
}

ArchiveWriter::~ArchiveWriter() {
  if (writing_->out != nullptr) archive_write_free(writing_->out);
}

Status ArchiveWriter::Add(const std::string& path, std::string_view bytes) {
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), path.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kMode);
  TRY(writing_->Check(archive_write_header(writing_->out, entry.get())));
  while (!bytes.empty()) {
    const la_ssize_t written = archive_write_data(writing_->out, bytes.data(), bytes.size());
    if (written <= 0) return writing_->Check(ARCHIVE_FATAL);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return Status::Ok();
}

Status ArchiveWriter::Finish() { return writing_->Check(archive_write_close(writing_->out)); }

struct ArchiveReader::Reading {
  Source source;
  Status failed;
  std::string block;
  bool opened = false;
  archive* in = archive_read_new();

  static la_ssize_t Read(archive* in, void* self, const void** bytes) {
    auto& reading = *static_cast<Reading*>(self);
    Result<std::string> next = reading.source();
    if (!next.ok()) {
      reading.failed = next.status();
      archive_set_error(in, ARCHIVE_FATAL, "the source failed");
      return -1;
    }
    reading.block = *std::move(next);
    *bytes = reading.block.data();
    return static_cast<la_ssize_t>(reading.block.size());
  }

  Status Why() const { return failed.ok() ? Bad("this is no bundle: " + Words(in)) : failed; }
};

ArchiveReader::ArchiveReader(Source source) : reading_(std::make_unique<Reading>()) {
  reading_->source = std::move(source);
  archive_read_support_format_tar(reading_->in);
  archive_read_support_filter_zstd(reading_->in);
}

ArchiveReader::~ArchiveReader() { archive_read_free(reading_->in); }

Result<bool> ArchiveReader::Next(std::string& path, std::string& bytes, std::int64_t limit_bytes) {
  archive* const in = reading_->in;
  if (!reading_->opened) {
    reading_->opened = true;
    if (archive_read_open(in, reading_.get(), nullptr, &Reading::Read, nullptr) < ARCHIVE_WARN) {
      return reading_->Why();
    }
  }
  archive_entry* entry = nullptr;
  const int found = archive_read_next_header(in, &entry);
  if (found == ARCHIVE_EOF) return false;
  if (found < ARCHIVE_WARN) return reading_->Why();
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG ||
      archive_entry_hardlink(entry) != nullptr) {
    return Bad("this is no bundle: it holds something other than files");
  }
  path = name;
  bytes.clear();
  std::string chunk(kReadBytes, '\0');
  while (true) {
    const la_ssize_t size = archive_read_data(in, chunk.data(), chunk.size());
    if (size < 0) return reading_->Why();
    if (size == 0) return true;
    bytes.append(chunk, 0, static_cast<std::size_t>(size));
    if (static_cast<std::int64_t>(bytes.size()) > limit_bytes) {
      return Status(Code::kResourceExhausted, "BUNDLE_TOO_LARGE",
                    path + ": longer than " + std::to_string(limit_bytes) + " bytes");
    }
  }
}

}  // namespace inquest::report
