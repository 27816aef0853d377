#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/languages/templates/offers.h"

// What a program prints, beside what a test wanted it to.
namespace inquest::languages::c {

// The body of a format or text ("%d is odd\\n") so that it prints part of what was expected ("7 is
// Odd."): with its words, its conversions and the blanks between them. Nothing: it does already, or
// is about something else. Pure; both are bounded.
std::optional<std::string> Corrected(std::string_view body, std::string_view expected);

// Texts that are printed, by what the failing tests expected (Where::expected).
void OfferExpectedTexts(TSNode node, templates::Offers& offers);

}  // namespace inquest::languages::c
