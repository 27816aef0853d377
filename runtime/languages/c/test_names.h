#pragma once

#include <string_view>

// How tests in C and C++ are named. Pure, and of no other layer, as the instruments ask it too.
namespace inquest::languages::c {

// Whether a file of that path is a test.
bool IsTestName(std::string_view path);

}  // namespace inquest::languages::c
