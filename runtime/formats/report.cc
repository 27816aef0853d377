#include "runtime/formats/report.h"

#include <algorithm>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"

namespace inquest::formats {

v1::Citation Cite(const Stream& stream, std::size_t begin, std::size_t end) {
  end = std::min({end, begin + kCitationBytes, stream.bytes.size()});
  v1::Citation citation;
  citation.set_digest(stream.digest);
  citation.set_begin_byte(static_cast<std::int64_t>(begin));
  citation.set_end_byte(static_cast<std::int64_t>(end));
  citation.set_quote(std::string(stream.bytes.substr(begin, end - begin)));
  return citation;
}

void AddTest(std::string_view name, google::protobuf::RepeatedPtrField<std::string>* tests) {
  if (name.empty() || static_cast<std::size_t>(tests->size()) >= kTestsLimit) return;
  *tests->Add() = ValidText(name, kNameBytes);
}

v1::Failure* AddFailure(std::string_view test, const Stream& stream, std::size_t begin,
                        std::size_t end, v1::RunReading& reading) {
  if (static_cast<std::size_t>(reading.failures_size()) >= kFailuresLimit) return nullptr;
  v1::Failure* failure = reading.add_failures();
  failure->set_test(ValidText(test, kNameBytes));
  *failure->mutable_citation() = Cite(stream, begin, end);
  return failure;
}

void Describe(const Traceback& what, v1::Failure& failure) {
  failure.set_kind(what.kind);
  failure.set_message(what.message);
  failure.clear_frames();
  for (const v1::Location& frame : what.frames) *failure.add_frames() = frame;
}

std::string_view MissingModule(std::string_view text) {
  constexpr std::string_view kSays = "No module named ";
  const std::size_t at = text.find(kSays);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + kSays.size());
  const bool quoted = text.starts_with('\'');
  if (quoted) text.remove_prefix(1);
  return text.substr(0, text.find_first_of(quoted ? "'\n" : " ;\n"));
}

std::string MissingModuleAdvice(std::string_view module) {
  return "the Python module " + ValidText(module, kNameBytes) +
         " is not there: install it for the python that the command uses (a virtual environment in "
         "the source directory is seen; one elsewhere is named as a tool path), or name the module "
         "as it is spelled";
}

}  // namespace inquest::formats
