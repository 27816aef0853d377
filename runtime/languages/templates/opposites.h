#pragma once

#include <string_view>

namespace inquest::languages::templates {

// Names that say the opposite of one another ("left_child", "rightChild"): alike but for one word,
// and that word's opposite. Such names are confused more often than others.
bool AreOpposites(std::string_view one, std::string_view other);

}  // namespace inquest::languages::templates
