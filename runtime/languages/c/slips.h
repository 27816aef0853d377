#pragma once

#include "runtime/languages/templates/offers.h"

// Slips with C's own library and types: what scanf and printf are given, characters and digits, the
// end of a text.
namespace inquest::languages::c {

// scanf wants to know where, of all that it reads.
void OfferAllAddresses(TSNode node, templates::Offers& offers);
// Conversions that fit what is printed or read, and none that nothing is given for.
void OfferConversions(TSNode node, templates::Offers& offers);
// '0' for 0, and digits for their characters.
void OfferCharacters(TSNode node, templates::Offers& offers);
// fabs for what is no int.
void OfferAbsoluteOfReals(TSNode node, templates::Offers& offers);
// A loop over a text that does not end with it.
void OfferTextEnd(TSNode node, templates::Offers& offers);

}  // namespace inquest::languages::c
