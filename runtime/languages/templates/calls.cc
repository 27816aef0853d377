#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/languages/syntax/parts.h"
#include "runtime/languages/templates/offers.h"

// Wrong calls: arguments in the wrong order, missing or too many, a function's twin, a call too
// many, a method that should have been an assignment.
namespace inquest::languages::templates {
namespace {

// Functions and methods that are taken for one another.
constexpr std::pair<std::string_view, std::string_view> kTwins[] = {
    {"any", "all"},
    {"min", "max"},
    {"floor", "ceil"},
    {"append", "extend"},
    {"lower", "upper"},
    {"startswith", "endswith"},
    {"find", "rfind"},
    {"index", "rindex"},
    {"split", "rsplit"},
    {"lstrip", "rstrip"},
    {"strip", "rstrip"},
    {"pop", "popleft"},
    {"keys", "values"},
    {"items", "keys"},
    {"add", "discard"},
    {"union", "intersection"},
    {"remove", "discard"},
    {"get", "pop"},
    {"sort", "reverse"},
    {"read", "readline"},
    {"int", "float"},
    {"int", "round"},
    {"sum", "len"},
    {"sum", "max"},
    {"appendleft", "append"},
    {"some", "every"},
    {"push", "unshift"},
    {"pop", "shift"},
    {"slice", "splice"},
    {"indexOf", "lastIndexOf"},
    {"startsWith", "endsWith"},
    {"toUpperCase", "toLowerCase"},
    {"trimStart", "trimEnd"},
    {"trim", "trimEnd"},
    {"map", "filter"},
    {"map", "flatMap"},
    {"find", "filter"},
    {"find", "findIndex"},
    {"round", "floor"},
    {"round", "ceil"},
    {"trunc", "floor"},
    {"parseInt", "parseFloat"},
    {"reduce", "reduceRight"},
    {"isNaN", "isFinite"},
    {"charAt", "charCodeAt"},
    {"strcmp", "strncmp"},
    {"strcpy", "strcat"},
    {"isalpha", "isalnum"},
    {"isdigit", "isalnum"},
    {"isupper", "islower"},
    {"toupper", "tolower"},
    {"malloc", "calloc"},
    {"push_back", "pop_back"},
    {"begin", "end"},
    {"front", "back"},
    {"lower_bound", "upper_bound"},
    {"abs", "fabs"},
    {"fgets", "gets"},
    {"sin", "cos"},
    {"sqrt", "cbrt"},
};
constexpr double kTwinRank = 1.6;
constexpr double kSwappedArgumentsRank = 1.4;
constexpr double kInPlacePenalty = 0.4;
constexpr double kCrossedPenalty = -0.3;
constexpr double kWholeCallRank = 1.9;
constexpr double kOtherFunctionRank = 2.3;
constexpr double kMissingArgumentRank = 2.8;
constexpr double kSuperfluousArgumentRank = 2.8;
constexpr double kAssignmentRank = 2.6;
constexpr std::size_t kFunctionsLimit = 16;

void OfferTwins(TSNode name, Offers& offers) {
  const std::string_view text = offers.source().TextOf(name);
  for (const auto& [a, b] : kTwins) {
    if (text == a) offers.Replace(name, std::string(b), "function-twin", kTwinRank);
    if (text == b) offers.Replace(name, std::string(a), "function-twin", kTwinRank);
  }
}

// Other functions that the file defines or calls plainly.
void OfferOtherFunctions(TSNode name, std::size_t arguments, Offers& offers) {
  const Source& source = offers.source();
  std::set<std::string> known{offers.Text(name)};
  syntax::Walk(source.root(), [&](TSNode node) {
    if (known.size() > kFunctionsLimit) return false;
    std::string other;
    if (source.Is(node, Kind::kFunction)) {
      other = syntax::NameOfDefinition(source, node);
      if (other.find('.') != other.npos) other.clear();
    } else if (source.Is(node, Kind::kCall) &&
               source.Is(syntax::CalleeOf(node), Kind::kIdentifier) &&
               source.NamedChildren(syntax::ArgumentsOf(node)).size() == arguments) {
      other = offers.Text(syntax::CalleeOf(node));
    }
    if (!other.empty() && known.insert(other).second) {
      offers.Replace(name, other, "wrong-function", kOtherFunctionRank);
    }
    return true;
  });
}

bool IsPlain(const Source& source, TSNode argument) {
  return !source.IsAny(argument, {Kind::kKeywordArgument, Kind::kSpread});
}

// The names of what the function takes that the call names, where the file defines it.
std::vector<std::string_view> NamesOfParameters(const Source& source, TSNode call) {
  std::vector<std::string_view> names;
  const TSNode callee = syntax::CalleeOf(call);
  const bool member = source.Is(callee, Kind::kMember);
  const std::string_view called = source.TextOf(member ? syntax::PropertyOf(callee) : callee);
  syntax::Walk(source.root(), [&](TSNode node) {
    if (!names.empty()) return false;
    if (!source.Is(node, Kind::kFunction)) return true;
    if (syntax::NameOfDefinition(source, node) != called) return true;
    for (const syntax::Parameter& parameter : syntax::ParametersOf(source, node)) {
      const std::string_view name = source.TextOf(parameter.name);
      const bool receiver = member && names.empty() && (name == "self" || name == "cls");
      if (!receiver) names.push_back(name);
    }
    return true;
  });
  return names;
}

// How much less likely it is that two arguments are in the wrong order: what bears the name of its
// parameter is where it belongs.
double OrderPenalty(std::string_view first, std::string_view second, std::size_t i, std::size_t j,
                    const std::vector<std::string_view>& names) {
  if (j >= names.size()) return 0;
  const bool in_place = first == names[i] || second == names[j];
  const bool crossed = first == names[j] || second == names[i];
  if (in_place == crossed) return 0;
  return in_place ? kInPlacePenalty : kCrossedPenalty;
}

void OfferArguments(TSNode call, TSNode arguments, Offers& offers) {
  const Source& source = offers.source();
  const auto parts = source.NamedChildren(arguments);
  const auto names =
      parts.size() < 2 ? std::vector<std::string_view>() : NamesOfParameters(source, call);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!IsPlain(source, parts[i])) continue;
    for (std::size_t j = i + 1; j < parts.size() && j < i + 3; ++j) {
      if (!IsPlain(source, parts[j])) continue;
      const std::string middle(
          source.Between(ts_node_end_byte(parts[i]), ts_node_start_byte(parts[j])));
      offers.ReplaceSpan(
          parts[i], parts[j], offers.Text(parts[j]) + middle + offers.Text(parts[i]),
          "swapped-arguments",
          kSwappedArgumentsRank + (j > i + 1 ? 0.4 : 0) +
              OrderPenalty(source.TextOf(parts[i]), source.TextOf(parts[j]), i, j, names));
    }
  }
  // f(x) where x was meant: the call itself is too much.
  if (parts.size() == 1 && IsPlain(source, parts[0])) {
    offers.Replace(call, offers.Text(parts[0]), "superfluous-call", kWholeCallRank);
  }
  if (parts.size() >= 2) {
    offers.ReplaceSpan(parts[parts.size() - 2], parts.back(), offers.Text(parts[parts.size() - 2]),
                       "superfluous-argument", kSuperfluousArgumentRank);
    offers.ReplaceSpan(parts[0], parts[1], offers.Text(parts[1]), "superfluous-argument",
                       kSuperfluousArgumentRank);
  }
  for (const Name& name : offers.NamesAt(call)) {
    if (parts.empty()) {
      const std::uint32_t at = ts_node_end_byte(arguments) - 1;
      offers.Add({.begin = at,
                  .end = at,
                  .replacement = name.text,
                  .origin = "missing-argument",
                  .rank = kMissingArgumentRank,
                  .symptom_guard = false,
                  .description = ""});
    } else {
      offers.Replace(parts.back(), offers.Text(parts.back()) + ", " + name.text, "missing-argument",
                     kMissingArgumentRank);
    }
  }
}

// x.update(y) where x = y was meant; x.f(y) where y.f(x) was.
void OfferMethod(TSNode call, TSNode callee, TSNode arguments, Offers& offers) {
  const Source& source = offers.source();
  const auto parts = source.NamedChildren(arguments);
  const std::string object = offers.Text(syntax::ObjectOf(callee));
  if (parts.size() == 1 && IsPlain(source, parts[0])) {
    const std::string argument = offers.Text(parts[0]);
    if (source.Is(ts_node_parent(call), Kind::kExpressionStatement)) {
      offers.Replace(call, object + " = " + argument, "assignment", kAssignmentRank);
    }
    if (source.IsAny(parts[0], {Kind::kIdentifier, Kind::kMember, Kind::kIndex})) {
      offers.Replace(call,
                     argument + "." + offers.Text(syntax::PropertyOf(callee)) + "(" + object + ")",
                     "swapped-object", 2.2);
    }
  }
  if (!source.Is(ts_node_parent(call), Kind::kExpressionStatement)) {
    offers.Replace(call, object, "superfluous-call", kWholeCallRank + 0.3);
  }
}

}  // namespace

void OfferCalls(TSNode node, Offers& offers) {
  const Source& source = offers.source();
  if (!source.Is(node, Kind::kCall)) return;
  const TSNode callee = syntax::CalleeOf(node);
  const TSNode arguments = syntax::ArgumentsOf(node);
  if (syntax::IsNull(callee)) return;
  // any(x > 0 for x in xs): the generator stands in the arguments' place.
  if (source.Is(arguments, Kind::kComprehension)) OfferTwins(callee, offers);
  if (!source.Is(arguments, Kind::kArguments)) return;
  if (source.Is(callee, Kind::kMember)) {
    OfferTwins(syntax::PropertyOf(callee), offers);
    OfferMethod(node, callee, arguments, offers);
  } else if (source.Is(callee, Kind::kIdentifier)) {
    OfferTwins(callee, offers);
    OfferOtherFunctions(callee, source.NamedChildren(arguments).size(), offers);
  }
  OfferArguments(node, arguments, offers);
}

}  // namespace inquest::languages::templates
