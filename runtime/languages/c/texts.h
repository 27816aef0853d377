#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/languages/templates/offers.h"

// What a program prints, beside what a test wanted it to.
namespace inquest::languages::c {

// A letter that was not expected (the D of "a D grade", where a test gives an A) is another one, or
// stays: the test may be about something else.
enum class Letters { kReplaced, kKept };

// The body of a format or text ("%d is odd\\n") so that it prints part of what was expected ("7 is
// Odd."): with its words, its conversions and the blanks between them. Nothing: it does already, or
// is about something else. Pure; both are bounded.
std::optional<std::string> Corrected(std::string_view body, std::string_view expected,
                                     Letters letters = Letters::kReplaced);

// Texts that are printed, by what the failing tests expected (Where::expected).
void OfferExpectedTexts(TSNode node, templates::Offers& offers);

}  // namespace inquest::languages::c
