#include <string>
#include <utility>

#include "runtime/languages/python/edits.h"

// Wrong calls: arguments in the wrong order, a function's twin, a call too many.
namespace inquest::languages::python {
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
    {"update", "intersection_update"},
    {"appendleft", "append"},
};
constexpr double kTwinRank = 1.6;
constexpr double kSwappedArgumentsRank = 1.4;
constexpr double kWholeCallRank = 2.6;

void OfferTwins(TSNode function, Offers& offers) {
  const TSNode name = Is(function, "attribute") ? Field(function, "attribute") : function;
  if (!Is(name, "identifier")) return;
  const std::string_view text = offers.source().TextOf(name);
  for (const auto& [a, b] : kTwins) {
    if (text == a) offers.Replace(name, std::string(b), "function-twin", kTwinRank);
    if (text == b) offers.Replace(name, std::string(a), "function-twin", kTwinRank);
  }
}

void OfferArguments(TSNode call, TSNode arguments, Offers& offers) {
  const Source& source = offers.source();
  const auto parts = NamedChildren(arguments);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (IsAny(parts[i], {"keyword_argument", "dictionary_splat", "list_splat"}) ||
        Is(parts[i + 1], "keyword_argument")) {
      continue;
    }
    Change change;
    change.begin = ts_node_start_byte(parts[i]);
    change.end = ts_node_end_byte(parts[i + 1]);
    change.replacement =
        std::string(source.TextOf(parts[i + 1])) + ", " + std::string(source.TextOf(parts[i]));
    change.origin = "swapped-arguments";
    change.rank = kSwappedArgumentsRank;
    offers.Add(std::move(change));
  }
  // f(x) where x was meant: the call itself is too much.
  if (parts.size() == 1 && !Is(parts[0], "keyword_argument")) {
    offers.Replace(call, std::string(source.TextOf(parts[0])), "superfluous-call", kWholeCallRank);
  }
}

}  // namespace

void OfferCalls(TSNode node, Offers& offers) {
  if (!Is(node, "call")) return;
  OfferTwins(Field(node, "function"), offers);
  const TSNode arguments = Field(node, "arguments");
  if (Is(arguments, "argument_list")) OfferArguments(node, arguments, offers);
}

}  // namespace inquest::languages::python
