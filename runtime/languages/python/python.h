#pragma once

#include "runtime/languages/language.h"

namespace inquest::languages::python {

const Language& TheLanguage();

}  // namespace inquest::languages::python
