#include "mutations.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace inquest::inputs {
namespace {

constexpr std::size_t kInputsOfProcess = 150;
constexpr std::size_t kPlaces = 12;
constexpr std::size_t kLongestVaried = 2000;

// Replacements for a word: numbers near it and at the usual edges; shorter, longer.
std::vector<std::string> Near(const std::string& word) {
  char* end = nullptr;
  const long long number = std::strtoll(word.c_str(), &end, 10);
  if (!word.empty() && *end == '\0' && word.size() < 16) {
    std::vector<std::string> near;
    for (const long long other : {number + 1, number - 1, 0LL, -number, number * 2, 1LL}) {
      if (other != number) near.push_back(std::to_string(other));
    }
    return near;
  }
  if (word.empty()) return {"a"};
  return {word.substr(0, word.size() - 1), word + word, word.substr(1)};
}

struct Span {
  std::size_t begin = 0;
  std::size_t size = 0;
};

std::vector<Span> Split(const std::string& text, const char* between) {
  std::vector<Span> spans;
  for (std::size_t at = text.find_first_not_of(between); at != text.npos;) {
    const std::size_t end = std::min(text.find_first_of(between, at), text.size());
    spans.push_back({at, end - at});
    at = text.find_first_not_of(between, end);
  }
  return spans;
}

void MutateText(const Input& own, std::vector<Input>* out) {
  const auto add = [&](Span span, const std::string& with) {
    Input changed = own;
    changed.text.replace(span.begin, span.size, with);
    out->push_back(std::move(changed));
  };
  const std::string& text = own.text;
  const std::vector<Span> words = Split(text, " \t\r\n,;");
  for (std::size_t i = 0; i < std::min(words.size(), kPlaces); ++i) {
    const std::string word = text.substr(words[i].begin, words[i].size);
    for (const std::string& near : Near(word)) add(words[i], near);
    if (i + 1 == words.size()) break;
    const Span next = words[i + 1];
    const std::size_t gap = words[i].begin + words[i].size;
    add({words[i].begin, next.begin + next.size - words[i].begin},
        text.substr(next.begin, next.size) + text.substr(gap, next.begin - gap) + word);
  }
  const std::vector<Span> lines = Split(text, "\n");
  for (std::size_t i = 0; i < std::min(lines.size(), kPlaces / 2); ++i) {
    const std::string line = text.substr(lines[i].begin, lines[i].size);
    add({lines[i].begin, 0}, std::string(line).append("\n"));
    add({lines[i].begin, std::min(lines[i].size + 1, text.size() - lines[i].begin)}, "");
  }
  if (!text.empty()) add({0, text.size()}, "");
}

std::string Number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.17g", value);
  return text.data();
}

std::vector<std::string> NearText(const std::string& text) {
  if (text.size() > kLongestVaried) return {};
  std::vector<std::string> near = Near(text);
  std::string turned = text;
  for (char& c : turned) {
    const auto letter = static_cast<unsigned char>(c);
    c = static_cast<char>(std::islower(letter) != 0 ? std::toupper(letter) : std::tolower(letter));
  }
  near.push_back(turned);
  near.emplace_back(text.rbegin(), text.rend());
  near.push_back(text + " " + text);
  near.emplace_back("");
  // Words and numbers within it.
  const std::vector<Span> words = Split(text, " \t\r\n,;:.-+*/()[]{}");
  for (std::size_t i = 0; words.size() > 1 && i < std::min(words.size(), kPlaces / 2); ++i) {
    for (const std::string& word : Near(text.substr(words[i].begin, words[i].size))) {
      near.push_back(std::string(text).replace(words[i].begin, words[i].size, word));
    }
  }
  return near;
}

}  // namespace

std::vector<Input> MutatedInputs(const Input& own) {
  std::vector<Input> inputs{own};
  for (std::size_t i = 1; i < std::min(own.arguments.size(), kPlaces); ++i) {
    for (const std::string& near : Near(own.arguments[i])) {
      inputs.push_back(own);
      inputs.back().arguments[i] = near;
    }
  }
  MutateText(own, &inputs);
  std::set<Input> seen;
  std::vector<Input> unique;
  for (Input& input : inputs) {
    if (unique.size() < kInputsOfProcess && seen.insert(input).second) unique.push_back(input);
  }
  return unique;
}

std::vector<std::string> OtherLiterals(char kind, const std::string& text, bool with_negative) {
  std::vector<std::string> others;
  const auto add = [&](std::string other) {
    const bool turned = kind != 't' && other.front() == '-' && !text.starts_with("-");
    if (turned && !with_negative) return;
    if (other != text && std::find(others.begin(), others.end(), other) == others.end()) {
      others.push_back(std::move(other));
    }
  };
  if (kind == 't') {
    for (std::string& near : NearText(text)) add(std::move(near));
  } else if (kind == 'r') {
    const double value = std::strtod(text.c_str(), nullptr);
    for (const double other : {value + 1, -value, value / 2, 0.0, value - 1, value * 10}) {
      add(Number(other));
    }
  } else if (kind == 'b') {
    add(text == "0" ? "1" : "0");
  } else {
    const long long value = std::strtoll(text.c_str(), nullptr, 10);
    constexpr long long kLargest = 1LL << 40U;
    if (value > kLargest || value < -kLargest) return {};
    if (kind == 's') {
      for (const long long other : {value - 1, 0LL, 1LL, value / 2}) {
        if (other >= 0 && other < value) add(std::to_string(other));
      }
    } else if (kind == 'c') {
      for (const long long other : {value + 1, value - 1, 97LL, 32LL, 48LL, 65LL}) {
        add(std::to_string(other));
      }
    } else {
      for (const long long other : {value + 1, value - 1, 0LL, -value, value * 2, value + 7, 1LL}) {
        add(std::to_string(other));
      }
    }
  }
  return others;
}

}  // namespace inquest::inputs
