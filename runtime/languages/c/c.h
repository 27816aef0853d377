#pragma once

#include "runtime/languages/language.h"

namespace inquest::languages::c {

const Language& TheLanguage();

}  // namespace inquest::languages::c
