#pragma once

#include <vector>

#include "runtime/languages/language.h"
#include "runtime/languages/syntax/source.h"

namespace inquest::languages::templates {

// What may stand for one another: values that are computed alike.
Donation::Sort SortOf(syntax::Kind kind);

// Language::Donations.
std::vector<Donation> CollectDonations(const syntax::Source& source);

}  // namespace inquest::languages::templates
