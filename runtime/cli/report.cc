#include <array>
#include <filesystem>

#include "runtime/base/file.h"
#include "runtime/cli/follow.h"
#include "runtime/cli/verbs.h"

namespace inquest::cli {
namespace {

constexpr std::uint64_t kReportBytesMax = std::uint64_t{256} << 20;
constexpr unsigned kReadableFile = 0644;

struct Format {
  std::string_view name;
  std::string_view suffix;
  v1::ReportFormat format;
};
constexpr std::array kFormats = {Format{"md", ".md", v1::REPORT_FORMAT_MARKDOWN},
                                 Format{"html", ".html", v1::REPORT_FORMAT_HTML},
                                 Format{"json", ".json", v1::REPORT_FORMAT_JSON},
                                 Format{"sarif", ".sarif", v1::REPORT_FORMAT_SARIF},
                                 Format{"junit", ".xml", v1::REPORT_FORMAT_JUNIT}};

v1::ReportFormat FormatOf(const ReportOptions& options) {
  const std::string suffix = std::filesystem::path(options.file).extension().string();
  for (const Format& one : kFormats) {
    if (options.format.empty() ? one.suffix == suffix : one.name == options.format)
      return one.format;
  }
  return v1::REPORT_FORMAT_MARKDOWN;
}

Result<std::string> Fetch(Session& session, const ReportOptions& options) {
  TRY_ASSIGN(const std::string name, session.Resolve(options.word));
  TRY_ASSIGN(const std::shared_ptr<Client> client, session.Connect());
  v1::RenderReportRequest request;
  request.set_name(name);
  request.set_format(FormatOf(options));
  std::string text;
  bool fits = true;
  TRY(client->RenderReport(request, [&](std::string_view piece) {
    fits = text.size() + piece.size() <= kReportBytesMax;
    if (fits) text.append(piece);
    return fits;
  }));
  if (!fits) return Status(Code::kResourceExhausted, "REPORT_TOO_LARGE", "the report is too large");
  return text;
}

}  // namespace

ExitCode Report(Session& session, const ReportOptions& options) {
  const Result<std::string> text = Fetch(session, options);
  if (!text.ok()) return Fail(session, text.status());
  if (options.file.empty()) {
    session.console().Data(*text);
    return ExitCode::kVerifiedFix;
  }
  const Status written = WriteFileAtomically(options.file, *text, kReadableFile, Durability::kNone);
  if (!written.ok()) return Fail(session, written);
  session.console().Note("wrote " + options.file);
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
