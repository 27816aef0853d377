#pragma once

#include "runtime/languages/language.h"

namespace inquest::languages::cpp {

const Language& TheLanguage();

}  // namespace inquest::languages::cpp
