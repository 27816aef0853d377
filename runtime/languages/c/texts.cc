#include "runtime/languages/c/texts.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <vector>

#include "runtime/base/edit_distance.h"
#include "runtime/languages/syntax/parts.h"

namespace inquest::languages::c {
namespace {

using syntax::Kind;
using templates::Offers;
using templates::Source;

constexpr std::size_t kWordsLimit = 40;
constexpr std::size_t kWordBytes = 40;
constexpr std::size_t kBodyBytes = 400;
constexpr std::size_t kTextsLimit = 40;
constexpr double kCorrectedRank = 1.2;
constexpr double kAllRank = 1.1;
constexpr double kWholeRank = 2.0;
constexpr std::size_t kWholeWords = 8;

// A word and the blanks (escapes among them) before it.
struct Word {
  std::string before;
  std::string text;
};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// Words of the body of a literal; what is left over at its end is blanks.
std::vector<Word> WordsOf(std::string_view body, std::string& rest) {
  std::vector<Word> words;
  Word word;
  for (std::size_t at = 0; at < body.size(); ++at) {
    const bool escaped = body[at] == '\\' && at + 1 < body.size();
    const bool blank =
        IsBlank(body[at]) || (escaped && (body[at + 1] == 'n' || body[at + 1] == 't'));
    if (blank && !word.text.empty()) {
      words.push_back(std::move(word));
      word = {};
    }
    std::string& to = blank ? word.before : word.text;
    to += body[at];
    if (escaped) to += body[++at];
  }
  rest.clear();
  if (word.text.empty()) {
    rest = word.before;
  } else {
    words.push_back(std::move(word));
  }
  return words;
}

std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (!IsBlank(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::string Lower(std::string_view text) {
  std::string lower;
  for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// Letters that differ, without regard to case.
std::size_t Distance(std::string_view a, std::string_view b) {
  return EditDistance(Lower(a), Lower(b));
}

// The only conversion of a word: bytes [begin, end). Several or none: nothing.
struct Hole {
  std::size_t begin = 0;
  std::size_t end = 0;
  char kind = 0;
};
std::optional<Hole> OnlyHole(std::string_view word) {
  const std::size_t begin = word.find('%');
  if (begin == word.npos || word.find('%', begin + 1) != word.npos) return std::nullopt;
  std::size_t end = begin + 1;
  while (end < word.size() &&
         std::string_view("-+ #0123456789.hlLz").find(word[end]) != std::string_view::npos) {
    ++end;
  }
  if (end >= word.size()) return std::nullopt;
  return Hole{begin, end + 1, word[end]};
}

bool IsNumeral(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.'; }

constexpr int kNever = 1000;
constexpr int kTooMany = 3;  // a word that nobody expected
constexpr int kSignTooMany = 1;
constexpr int kTooFew = 1;

struct Match {
  int cost = kNever;
  std::string text;  // what the word should be
};

// "(%d," beside "[12;"
Match MatchHole(const std::string& word, const Hole& hole, const std::string& expected) {
  if (std::string_view("diufgeE").find(hole.kind) == std::string_view::npos) {
    const std::string after = word.substr(hole.end);
    const bool fits = expected.starts_with(word.substr(0, hole.begin)) && expected.ends_with(after);
    return fits ? Match{0, word} : Match{};
  }
  std::size_t first = 0;
  while (first < expected.size() && std::isdigit(static_cast<unsigned char>(expected[first])) == 0)
    ++first;
  if (first == expected.size()) return {};
  if (first > 0 && expected[first - 1] == '-') --first;
  std::size_t last = first + 1;
  while (last < expected.size() && IsNumeral(expected[last])) ++last;
  while (last > first + 1 && expected[last - 1] == '.') --last;
  const std::string text = expected.substr(0, first) +
                           word.substr(hole.begin, hole.end - hole.begin) + expected.substr(last);
  return {text == word ? 0 : 1, text};
}

bool IsLetter(const std::string& word) {
  return word.size() == 1 && std::isalpha(static_cast<unsigned char>(word[0])) != 0;
}

Match MatchWords(const std::string& word, const std::string& expected, Letters letters) {
  if (word == expected) return {0, word};
  if (letters == Letters::kKept && IsLetter(word) && IsLetter(expected)) return {1, word};
  if (word.size() > kWordBytes || expected.size() > kWordBytes) return {};
  if (const auto hole = OnlyHole(word)) return MatchHole(word, *hole, expected);
  if (word.find('%') != word.npos) return {};
  if (expected.find_first_of("\"\\%") != expected.npos) return {};
  const bool number = std::all_of(expected.begin(), expected.end(), IsNumeral);
  const std::size_t most = std::max<std::size_t>(1, std::min(word.size(), expected.size()) / 2);
  if (number || Distance(word, expected) > most) return {};
  return {1, expected};
}

bool HasDigit(const std::string& word) {
  return std::any_of(word.begin(), word.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

// The cheapest way to make the words some run of the expected ones.
class Alignment {
 public:
  Alignment(std::vector<Word> words, std::vector<std::string> expected, Letters letters)
      : words_(std::move(words)), expected_(std::move(expected)), letters_(letters) {}

  // Nothing: they are the same already, or too different.
  std::optional<std::string> Best() {
    const std::size_t rows = words_.size() + 1;
    const std::size_t columns = expected_.size() + 1;
    costs_.assign(rows * columns, 0);
    for (std::size_t i = 1; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) At(i, j) = Step(i, j).cost;
    }
    std::size_t end = 0;
    for (std::size_t j = 1; j < columns; ++j) {
      if (At(rows - 1, j) < At(rows - 1, end)) end = j;
    }
    const int cost = At(rows - 1, end);
    if (cost == 0 || cost > static_cast<int>(words_.size())) return std::nullopt;
    return Trace(rows - 1, end);
  }

 private:
  enum class Move { kMatch, kDrop, kAdd };
  struct Stepped {
    int cost = kNever;
    Move move = Move::kDrop;
    std::string text;
  };

  // The first and the last word may stand together with what something else printed: "Student" and
  // ">" in "Score? >Student passed".
  Match MatchAt(std::size_t word, std::size_t expected, bool sign) const {
    const std::string& text = words_[word].text;
    const bool follows = word == 0 && expected > 0 && FollowsSigns(text, expected_[expected]);
    const bool precedes =
        sign && word + 1 == words_.size() && expected_[expected].starts_with(text);
    if (follows || precedes) return {0, text};
    return MatchWords(text, expected_[expected], letters_);
  }

  static bool FollowsSigns(const std::string& word, const std::string& expected) {
    if (!expected.ends_with(word)) return false;
    return std::none_of(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(word.size()),
                        [](unsigned char c) { return std::isalnum(c) != 0; });
  }

  int& At(std::size_t i, std::size_t j) { return costs_[i * (expected_.size() + 1) + j]; }

  Stepped Step(std::size_t i, std::size_t j) {
    const bool sign =
        std::none_of(words_[i - 1].text.begin(), words_[i - 1].text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '%'; });
    Stepped best{At(i - 1, j) + (sign ? kSignTooMany : kTooMany), Move::kDrop, ""};
    if (j == 0) return best;
    const Match match = MatchAt(i - 1, j - 1, sign);
    if (At(i - 1, j - 1) + match.cost <= best.cost) {
      best = {At(i - 1, j - 1) + match.cost, Move::kMatch, match.text};
    }
    // Only between words, and only what is no value.
    const std::string& added = expected_[j - 1];
    const bool text = !HasDigit(added) && added.find_first_of("\"\\%") == added.npos;
    if (text && i < words_.size() && At(i, j - 1) + kTooFew < best.cost) {
      best = {At(i, j - 1) + kTooFew, Move::kAdd, added};
    }
    return best;
  }

  std::string Trace(std::size_t i, std::size_t j) {
    std::string body;
    while (i > 0) {
      const Stepped step = Step(i, j);
      if (step.move == Move::kMatch) {
        body.insert(0, words_[i - 1].before + step.text);
        --i;
        --j;
      } else if (step.move == Move::kAdd) {
        body.insert(0, " " + step.text);
        --j;
      } else {
        --i;
      }
    }
    return body;
  }

  const std::vector<Word> words_;
  const std::vector<std::string> expected_;
  const Letters letters_;
  std::vector<int> costs_;
};

bool IsPrinted(const Source& source, TSNode literal) {
  const TSNode call = source.Enclosing(literal, {Kind::kCall});
  if (syntax::IsNull(call)) return source.dialect().braces();
  const std::string_view callee = source.TextOf(syntax::CalleeOf(call));
  return callee == "printf" || callee == "puts" || callee == "fprintf" || callee == "sprintf";
}

// Of all that was expected, what the literal is nearest to.
std::optional<std::string> CorrectedLiteral(TSNode literal, Letters letters, Offers& offers) {
  if (syntax::TypeOf(literal) != "string_literal" || !IsPrinted(offers.source(), literal)) {
    return std::nullopt;
  }
  const std::string text = offers.Text(literal);
  if (text.size() < 3) return std::nullopt;
  const std::string body = text.substr(1, text.size() - 2);
  std::optional<std::string> best;
  std::size_t nearest = std::numeric_limits<std::size_t>::max();
  for (const std::string& expected : offers.where().expected) {
    auto corrected = Corrected(body, expected, letters);
    if (!corrected.has_value()) continue;
    const std::size_t distance = Distance(body, *corrected);
    if (distance >= nearest) continue;
    nearest = distance;
    best = "\"" + *std::move(corrected) + "\"";
  }
  return best;
}

// Every text of the function that is near to what was expected.
void OfferAll(TSNode literal, Letters letters, Offers& offers) {
  const Source& source = offers.source();
  const TSNode function = source.Enclosing(literal, {Kind::kFunction});
  if (syntax::IsNull(function)) return;
  std::string text;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::size_t texts = 0;
  syntax::Walk(function, [&](TSNode node) {
    if (!source.Is(node, Kind::kString) || texts >= kTextsLimit) return true;
    const auto corrected = CorrectedLiteral(node, letters, offers);
    if (!corrected.has_value()) return false;
    if (texts++ == 0) begin = end = ts_node_start_byte(node);
    text += source.Between(end, ts_node_start_byte(node));
    text += *corrected;
    end = ts_node_end_byte(node);
    return false;
  });
  if (texts < 2) return;
  offers.Add({.begin = begin,
              .end = end,
              .replacement = std::move(text),
              .origin = "expected-text",
              .rank = kAllRank,
              .symptom_guard = false,
              .description = "make " + std::to_string(texts) + " texts what the tests expect"});
}

}  // namespace

std::optional<std::string> Corrected(std::string_view body, std::string_view expected,
                                     Letters letters) {
  if (body.size() > kBodyBytes) return std::nullopt;
  std::string rest;
  std::vector<Word> words = WordsOf(body, rest);
  std::vector<std::string> wanted = Split(expected.substr(0, 4 * kBodyBytes));
  if (words.empty() || wanted.empty() || words.size() > kWordsLimit) return std::nullopt;
  if (wanted.size() > 2 * kWordsLimit) wanted.resize(2 * kWordsLimit);
  auto corrected = Alignment(std::move(words), std::move(wanted), letters).Best();
  if (!corrected.has_value() || corrected->empty() || *corrected + rest == body) {
    return std::nullopt;
  }
  return *corrected + rest;
}

void OfferExpectedTexts(TSNode node, Offers& offers) {
  if (!offers.source().Is(node, Kind::kString) || offers.where().expected.empty()) return;
  if (const auto corrected = CorrectedLiteral(node, Letters::kReplaced, offers)) {
    offers.Replace(node, *corrected, "expected-text", kCorrectedRank);
    OfferAll(node, Letters::kKept, offers);
    OfferAll(node, Letters::kReplaced, offers);
  }
  if (!IsPrinted(offers.source(), node) || offers.Text(node).find('%') != std::string::npos) return;
  for (const std::string& expected : offers.where().expected) {
    const auto words = Split(expected);
    const bool plain = expected.find_first_of("0123456789\"\\%") == expected.npos;
    if (!plain || words.empty() || words.size() > kWholeWords) continue;
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    offers.Replace(node, "\"" + text + "\"", "expected-text", kWholeRank);
  }
}

}  // namespace inquest::languages::c
