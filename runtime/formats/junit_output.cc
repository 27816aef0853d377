#include "runtime/formats/junit_output.h"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <string>
#include <type_traits>

#include "runtime/formats/failure_details.h"
#include "runtime/formats/source_frame.h"
#include "runtime/formats/test_names.h"

namespace inquest::formats {
namespace {

constexpr std::size_t kTextBytes = 64U << 10U;  // of one failure

std::string_view Attribute(const XML_Char** attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2) {
    if (attributes[0] == name) return attributes[1];
  }
  return {};
}

class Reader {
 public:
  Reader(const Stream& stream, std::size_t begin) : stream_(stream), begin_(begin) {}

  v1::RunReading Read() {
    parser_.reset(XML_ParserCreate(nullptr));
    if (parser_ == nullptr) return {};
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &OnStart, &OnEnd);
    XML_SetCharacterDataHandler(parser_.get(), &OnText);
    // No document type, so no entities that grow.
    XML_SetStartDoctypeDeclHandler(parser_.get(), &OnDoctype);
    const std::string_view xml = stream_.bytes.substr(begin_);
    // What is read before an error, or before something after the document, counts.
    XML_Parse(parser_.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
    if (!recognised_) return {};
    reading_.set_format("junit");
    return std::move(reading_);
  }

 private:
  using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)>;
  enum class Outcome { kPassed, kFailed, kSkipped };

  static void OnStart(void* self, const XML_Char* name, const XML_Char** attributes) {
    static_cast<Reader*>(self)->Start(name, attributes);
  }
  static void OnEnd(void* self, const XML_Char* name) { static_cast<Reader*>(self)->End(name); }
  static void OnText(void* self, const XML_Char* text, int length) {
    Reader& reader = *static_cast<Reader*>(self);
    if (!reader.in_failure_ || reader.text_.size() > kTextBytes) return;
    reader.text_.append(text, static_cast<std::size_t>(length));
  }
  static void OnDoctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    XML_StopParser(static_cast<Reader*>(self)->parser_.get(), XML_FALSE);
  }

  std::size_t Position() const {
    const auto at = XML_GetCurrentByteIndex(parser_.get());
    return begin_ + static_cast<std::size_t>(std::max<XML_Index>(at, 0));
  }

  void Start(std::string_view name, const XML_Char** attributes) {
    if (name == "testsuite") {
      recognised_ = true;
      suites_.Set(depth_++, Attribute(attributes, "name"));
    } else if (name == "testsuites") {
      recognised_ = true;
    } else if (name == "testcase") {
      StartTest(attributes);
    } else if (in_test_ && (name == "failure" || name == "error")) {
      in_failure_ = outcome_ != Outcome::kFailed;
      outcome_ = Outcome::kFailed;
      if (in_failure_) kind_ = Attribute(attributes, "type");
      if (in_failure_) message_ = Attribute(attributes, "message");
    } else if (in_test_ && name == "skipped" && outcome_ == Outcome::kPassed) {
      outcome_ = Outcome::kSkipped;
    }
  }

  void StartTest(const XML_Char** attributes) {
    in_test_ = true;
    outcome_ = Outcome::kPassed;
    test_begin_ = Position();
    const std::string_view name = WithoutRoot(Attribute(attributes, "name"));
    const std::string_view in = Attribute(attributes, "classname");
    // Node.js writes classname="test" for all of them.
    id_ = in.empty() || in == "test" ? suites_.Of(depth_, name)
                                     : std::string(in) + "." + std::string(name);
    file_ = Attribute(attributes, "file");
    line_ = LeadingNumber(Attribute(attributes, "line")).value;
    kind_.clear();
    message_.clear();
    text_.clear();
    if (Attribute(attributes, "status") == "notrun") outcome_ = Outcome::kSkipped;
  }

  void End(std::string_view name) {
    if (name == "testsuite" && depth_ > 0) --depth_;
    if (name == "failure" || name == "error") in_failure_ = false;
    if (name != "testcase" || !in_test_) return;
    in_test_ = false;
    if (outcome_ == Outcome::kPassed) AddTest(id_, reading_.mutable_passed_tests());
    if (outcome_ == Outcome::kSkipped) AddTest(id_, reading_.mutable_skipped_tests());
    if (outcome_ != Outcome::kFailed) return;
    v1::Failure* failure = AddFailure(id_, stream_, test_begin_, Position(), reading_);
    if (failure == nullptr) return;
    const std::vector<Traceback> details = ReadFailureText(text_);
    if (!details.empty()) Describe(details.front(), *failure);
    if (failure->kind().empty()) failure->set_kind(ValidText(kind_, kNameBytes));
    if (!message_.empty()) failure->set_message(ValidText(message_, kMessageBytes));
    if (failure->message().empty()) failure->set_message(ValidText(Trim(text_), kMessageBytes));
    if (failure->frames().empty()) AddPlace(*failure);
  }

  // GoogleTest begins the text with the place; others say at least where the test is.
  void AddPlace(v1::Failure& failure) const {
    auto place = ReadPlace(std::string_view(text_).substr(0, text_.find('\n')));
    if (!place.has_value() && line_ > 0) place = SourcePlace{file_, line_};
    if (!place.has_value()) return;
    if (const auto frame = TreeFrame(*place, "")) *failure.add_frames() = *frame;
  }

  const Stream& stream_;
  const std::size_t begin_;
  Parser parser_{nullptr, &XML_ParserFree};
  v1::RunReading reading_;
  SuiteNames suites_;
  std::size_t depth_ = 0;
  std::size_t test_begin_ = 0;
  std::string id_;
  std::string file_;
  int line_ = 0;
  std::string kind_;
  std::string message_;
  std::string text_;
  Outcome outcome_ = Outcome::kPassed;
  bool in_test_ = false;
  bool in_failure_ = false;
  bool recognised_ = false;
};

}  // namespace

v1::RunReading ReadJunit(const Stream& stream, std::span<const Line> lines) {
  constexpr std::size_t kAhead = 100;  // lines that a program may print before its report
  for (std::size_t i = 0; i < std::min(lines.size(), kAhead); ++i) {
    const std::string_view text = Trim(lines[i].text);
    if (text.starts_with("<?xml ") || text.starts_with("<testsuite")) {
      const auto skipped = static_cast<std::size_t>(text.data() - lines[i].text.data());
      return Reader(stream, lines[i].begin + skipped).Read();
    }
  }
  return {};
}

}  // namespace inquest::formats
