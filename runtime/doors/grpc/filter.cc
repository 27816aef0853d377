#include <google/protobuf/util/time_util.h>

#include <string>
#include <string_view>

#include "runtime/doors/grpc/validate.h"

namespace inquest::doors {
namespace {

constexpr std::size_t kFilterLimitBytes = 2048;
constexpr int kTermLimit = 16;

Status BadFilter(std::string message) {
  return {Code::kInvalidArgument, "BAD_FILTER", "filter: " + std::move(message)};
}

// One term: a name, one of = : >, and a value (a word, or a text in double quotes without escapes).
struct Term {
  std::string name;
  char op = 0;
  std::string value;
};

void SkipSpaces(std::string_view& rest) {
  const std::size_t first = rest.find_first_not_of(' ');
  rest.remove_prefix(first == std::string_view::npos ? rest.size() : first);
}

Result<Term> TakeTerm(std::string_view& rest) {
  const std::size_t at = rest.find_first_of("=:>");
  if (at == std::string_view::npos) {
    return BadFilter("\"" + std::string(rest) + "\" has no =, : or >");
  }
  Term term{std::string(rest.substr(0, at)), rest[at], ""};
  while (!term.name.empty() && term.name.back() == ' ') term.name.pop_back();
  rest.remove_prefix(at + 1);
  SkipSpaces(rest);
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find('"', 1);
    if (end == std::string_view::npos) return BadFilter("a quote is not closed");
    term.value = std::string(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
  } else {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    term.value = std::string(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return term;
}

template <typename Parse>
Status TakeEnum(const Term& term, const std::string& prefix, Parse parse, int& field) {
  typename std::remove_pointer_t<decltype(parse.value)> value{};
  if (term.op != '=' || !parse.function(prefix + term.value, &value) || value == 0) {
    return BadFilter(term.name + ": unknown value \"" + term.value + "\"");
  }
  if (field != 0) return BadFilter(term.name + " is given twice");
  field = value;
  return Status::Ok();
}

template <typename E>
struct Parser {
  bool (*function)(google::protobuf::ConstStringParam, E*);
  E* value = nullptr;
};

Status Apply(const Term& term, store::ListQuery& query) {
  if (term.name == "state") {
    return TakeEnum(term, "STATE_", Parser<v1::State>{&v1::State_Parse}, query.state);
  }
  if (term.name == "outcome") {
    return TakeEnum(term, "OUTCOME_", Parser<v1::Outcome>{&v1::Outcome_Parse}, query.outcome);
  }
  if (term.name == "ended_by") {
    return TakeEnum(term, "ENDED_BY_", Parser<v1::EndedBy>{&v1::EndedBy_Parse}, query.ended_by);
  }
  if (term.name == "title" && term.op == ':' && query.title_contains.empty() &&
      !term.value.empty()) {
    query.title_contains = term.value;
    return Status::Ok();
  }
  if (term.name == "create_time" && term.op == '>' && query.created_after_us == 0) {
    google::protobuf::Timestamp time;
    if (!google::protobuf::util::TimeUtil::FromString(term.value, &time)) {
      return BadFilter("create_time: \"" + term.value + "\" is no RFC 3339 time");
    }
    query.created_after_us = google::protobuf::util::TimeUtil::TimestampToMicroseconds(time);
    return Status::Ok();
  }
  return BadFilter(
      "\"" + term.name + term.op + term.value +
      "\" is not one of state=, outcome=, ended_by=, title:, create_time> (each once)");
}

}  // namespace

Result<store::ListQuery> ParseFilter(std::string_view filter) {
  if (filter.size() > kFilterLimitBytes) return BadFilter("longer than 2048 bytes");
  store::ListQuery query;
  std::string_view rest = filter;
  SkipSpaces(rest);
  for (int terms = 0; !rest.empty(); ++terms) {
    if (terms == kTermLimit) return BadFilter("more than 16 terms");
    TRY_ASSIGN(const Term term, TakeTerm(rest));
    TRY(Apply(term, query));
    SkipSpaces(rest);
    if (rest.empty()) break;
    if (!rest.starts_with("AND ")) return BadFilter("terms are joined by AND");
    rest.remove_prefix(4);
    SkipSpaces(rest);
    if (rest.empty()) return BadFilter("a term is missing after AND");
  }
  return query;
}

}  // namespace inquest::doors
