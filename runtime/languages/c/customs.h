#pragma once

#include <array>
#include <span>
#include <string_view>

#include "runtime/languages/syntax/dialect.h"
#include "runtime/languages/templates/offers.h"

// What C and C++ share.
namespace inquest::languages::c {

std::span<const syntax::TypeKind> SharedTypes();
extern const syntax::Words kWords;
std::span<const templates::Template> SharedTemplates();

}  // namespace inquest::languages::c
