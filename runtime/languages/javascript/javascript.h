#pragma once

#include "runtime/languages/language.h"

namespace inquest::languages::javascript {

// CommonJS and ES modules, as Node.js 18 and later run them.
const Language& TheLanguage();

}  // namespace inquest::languages::javascript
