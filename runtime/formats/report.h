#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "inquest/v1/submission.pb.h"
#include "runtime/formats/python_traceback.h"

namespace inquest::formats {

inline constexpr std::size_t kFailuresLimit = 200;
inline constexpr std::size_t kTestsLimit = 10'000;
inline constexpr std::size_t kCitationBytes = 4096;

// One stream of a finished phase: its bytes, and the artifact that they are.
struct Stream {
  std::string_view bytes;
  std::string digest;
};

// The bytes [begin, end) of the stream as a citation, cut to what a citation may quote.
v1::Citation Cite(const Stream& stream, std::size_t begin, std::size_t end);

// Adds a name once, up to kTestsLimit.
void AddTest(std::string_view name, google::protobuf::RepeatedPtrField<std::string>* tests);

// Adds a failing test that stands at [begin, end); nullptr: there are kFailuresLimit of them.
v1::Failure* AddFailure(std::string_view test, const Stream& stream, std::size_t begin,
                        std::size_t end, v1::RunReading& reading);

// The failure is what `what` says: kind, message and frames.
void Describe(const Traceback& what, v1::Failure& failure);

// What to do about a module that cannot be imported.
std::string MissingModuleAdvice(std::string_view module);
// X of "No module named 'X'" or "No module named X"; empty: the text does not say that.
std::string_view MissingModule(std::string_view text);

}  // namespace inquest::formats
