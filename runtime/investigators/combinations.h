#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

// Which single changes are worth trying together where none of them is enough. Pure.
namespace inquest::investigators {

struct Single {
  std::string path;
  std::string function;  // that it changes; empty: none
  // What it changes: bytes [begin, end) of the file, by which template, from what to what.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string origin;
  std::string before;
  std::string after;
  double cost = 0;
  // Which of the failing tests, by their bits, pass with it alone.
  std::uint32_t helps = 0;
};

struct Combination {
  std::vector<std::size_t> members;  // ascending
  double cost = 0;
};

struct CombinationLimits {
  std::size_t of_one_function = 30;  // of its likeliest changes
  std::size_t most = 1500;           // combinations
};

// `singles` are likeliest first. First those of which each helps tests that the other does not, and
// that help all of the tests together; then the same change at several places of a function, two of
// them or all; then pairs of a function's likeliest changes. None whose members overlap, none
// twice.
std::vector<Combination> Combine(std::span<const Single> singles, std::uint32_t all_tests,
                                 const CombinationLimits& limits);

}  // namespace inquest::investigators
