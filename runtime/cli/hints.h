#pragma once

#include <string_view>

namespace inquest::cli {

// What a person can do about an error, by its stable id; empty when the message has to be enough.
std::string_view HintFor(std::string_view reason);

}  // namespace inquest::cli
