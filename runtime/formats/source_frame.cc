#include "runtime/formats/source_frame.h"

#include <algorithm>
#include <array>

#include "runtime/formats/python_traceback.h"
#include "runtime/formats/text_lines.h"
#include "runtime/formats/tree_path.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kSectionsLimit = 16;
constexpr std::size_t kSectionFramesLimit = 64;

// Splits ":12" off the end; 0: there is none.
int TakeNumber(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return 0;
  const Number number = LeadingNumber(text.substr(colon + 1));
  if (number.digits == 0 || colon + 1 + number.digits != text.size()) return 0;
  text = text.substr(0, colon);
  return number.value;
}

// Functions of libc and of the sanitizers; debuggers give them paths that look relative.
bool IsRuntimeFunction(std::string_view function) {
  constexpr std::array<std::string_view, 20> kBeginnings = {
      "__libc_",     "__GI_",     "__pthread_", "__interceptor_", "__sanitizer",
      "__asan_",     "__lsan",    "__tsan",     "__ubsan",        "__assert",
      "__stack_chk", "__fortify", "__cxa_",     "__GI___",        "__restore_rt",
      "__kernel",    "__memcpy",  "__strlen",   "__mem",          "__str"};
  constexpr std::array<std::string_view, 6> kNames = {"_start", "raise",  "abort",
                                                      "clone",  "clone3", "start_thread"};
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](std::string_view name) { return function.starts_with(name); }) ||
         std::find(kNames.begin(), kNames.end(), function) != kNames.end();
}

}  // namespace

std::optional<SourcePlace> ReadPlace(std::string_view text) {
  SourcePlace place;
  place.path = text;
  const int last = TakeNumber(place.path);
  if (last == 0) return std::nullopt;
  const int first = TakeNumber(place.path);
  place.line = first == 0 ? last : first;
  if (place.path.empty()) return std::nullopt;
  return place;
}

std::optional<v1::Location> TreeFrame(SourcePlace place, std::string_view function) {
  constexpr std::string_view kFileUrl = "file://";
  if (place.path.starts_with(kFileUrl)) place.path.remove_prefix(kFileUrl.size());
  if (place.path.starts_with("node:") || place.path.starts_with("internal/") ||
      place.path.find("://") != place.path.npos ||
      place.path.find("<anonymous>") != place.path.npos ||
      place.path.find("node_modules/") != place.path.npos || IsRuntimeFunction(function)) {
    return std::nullopt;
  }
  auto path = TreePath(place.path);
  if (!path.has_value()) return std::nullopt;
  return MakeFrame(*std::move(path), place.line, function);
}

void FrameSections::Add(std::optional<v1::Location> frame) {
  if (!frame.has_value() || sections_.back().size() == kSectionFramesLimit) return;
  sections_.back().push_back(*std::move(frame));
}

void FrameSections::NextSection() {
  if (!sections_.back().empty() && sections_.size() < kSectionsLimit) sections_.emplace_back();
}

std::vector<v1::Location> FrameSections::InnermostLast(bool first_is_innermost) const {
  std::vector<v1::Location> frames;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    const auto& section = sections_[first_is_innermost ? sections_.size() - 1 - i : i];
    for (auto frame = section.rbegin(); frame != section.rend(); ++frame) AddFrame(*frame, frames);
  }
  return frames;
}

std::string WithoutAddresses(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    plain += text[i];
    if (text[i] != 'x' || i == 0 || text[i - 1] != '0') continue;
    const std::size_t end =
        std::min(text.find_first_not_of("0123456789abcdefABCDEF", i + 1), text.size());
    if (end == i + 1) continue;
    plain += "...";
    i = end - 1;
  }
  return plain;
}

}  // namespace inquest::formats
