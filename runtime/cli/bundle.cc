#include "runtime/cli/bundle.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/base/visible_text.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/verbs.h"

namespace inquest::cli {
namespace {

constexpr mode_t kPrivateFile = 0600;  // evidence may hold what is nobody else's business
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
constexpr std::size_t kNameMax = 200;

Status WriteAndRename(const Fd& fd, const std::string& part, const std::string& file,
                      const std::function<Status(const Client::TakeBytes&)>& stream) {
  Status written;
  TRY(stream([&](std::string_view piece) {
    written = WriteAll(fd.get(), piece);
    return written.ok();
  }));
  TRY(written);
  if (::fsync(fd.get()) != 0) return ErrnoStatus("write " + part, errno);
  if (std::rename(part.c_str(), file.c_str()) != 0) return ErrnoStatus("write " + file, errno);
  return Status::Ok();
}

}  // namespace

Status WriteBundleFile(Session& session, const v1::ExportBundleRequest& request,
                       const std::string& file) {
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  const std::string part = file + ".part";
  const Fd fd(
      ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, kPrivateFile));
  if (!fd.valid()) return ErrnoStatus("write " + part, errno);
  Status written = WriteAndRename(fd, part, file, [&](const Client::TakeBytes& take) {
    return client->ExportBundle(request, take);
  });
  if (!written.ok()) ::unlink(part.c_str());
  return written;
}

Result<v1::ImportBundleResponse> ImportFile(Session& session, const std::string& file) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("read " + file, errno);
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  return client->ImportBundle([&]() -> Result<std::string> {
    std::string chunk(kChunkBytes, '\0');
    ssize_t size = 0;
    do {
      size = ::read(fd.get(), chunk.data(), chunk.size());
    } while (size < 0 && errno == EINTR);
    if (size < 0) return ErrnoStatus("read " + file, errno);
    chunk.resize(static_cast<std::size_t>(size));
    return chunk;
  });
}

ExitCode Export(Session& session, const ExportOptions& options) {
  const Result<std::string> name = session.Resolve(options.word);
  if (!name.ok()) return Fail(session, name.status());
  const std::string id = name->substr(name->find('/') + 1);
  const std::string file = options.file.empty() ? id + ".inquest" : options.file;
  v1::ExportBundleRequest request;
  request.set_name(*name);
  request.set_withhold_outputs(options.withhold_outputs);
  const Status written = WriteBundleFile(session, request, file);
  if (!written.ok()) return Fail(session, written);
  session.console().Data(file + "\n");
  session.console().Note("prove it elsewhere: inquest certify " + OneLine(file, kNameMax));
  return ExitCode::kVerifiedFix;
}

ExitCode Import(Session& session, const std::string& file) {
  const Result<v1::ImportBundleResponse> imported = ImportFile(session, file);
  if (!imported.ok()) return Fail(session, imported.status());
  const std::string id = imported->name().substr(imported->name().find('/') + 1);
  session.console().Data(id + "\n");
  std::string note = std::string(imported->known() ? "it was here already: " : "took in ") +
                     std::to_string(imported->events()) + " events and " +
                     std::to_string(imported->artifacts()) + " artifacts";
  if (imported->withheld() > 0) {
    note += "; " + std::to_string(imported->withheld()) + " that the journal names are withheld";
  }
  session.console().Note(note);
  if (imported->known()) return ExitCode::kVerifiedFix;
  session.console().Note("its verdict is that of the machine that made it; inquest certify " + id +
                         " makes the proof again here");
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
