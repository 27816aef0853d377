#include "runtime/analysis/minimiser.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include "runtime/base/check.h"

namespace inquest::analysis {
namespace {

using Elements = Minimiser::Elements;

// How much likelier an element is needed after it was removed in vain among as many as are removed
// at that probability: 1 / (1 - 1/e).
const double kGrowth = 1 / (1 - std::exp(-1.0));

Elements Without(const Elements& all, const Elements& removed) {
  Elements rest;
  std::set_difference(all.begin(), all.end(), removed.begin(), removed.end(),
                      std::back_inserter(rest));
  return rest;
}

Elements Union(std::span<const Elements> parts) {
  Elements all;
  for (const Elements& part : parts) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

Minimiser::Minimiser(std::size_t count, Limits limits) : limits_(limits), counters_(count, 0) {
  CHECK(limits_.batch > 0);
  for (std::size_t i = 0; i < count; ++i) kept_.push_back(i);
  const double fits = static_cast<double>(limits_.batch) / static_cast<double>(count + 1);
  probability_ = std::min(limits_.base_probability, 1 - std::exp(-fits));
}

std::size_t Minimiser::SizeFor(int count) const {
  const double needed = probability_ * std::pow(kGrowth, count);
  if (needed >= 0.5) return 1;
  return static_cast<std::size_t>(std::max(1.0, std::floor(-1 / std::log(1 - needed))));
}

std::vector<Elements> Minimiser::Parts(const Elements& from) const {
  std::vector<Elements> parts;
  for (const std::size_t element : from) {
    const bool fits = !parts.empty() && counters_[parts.back().back()] == counters_[element] &&
                      parts.back().size() < SizeFor(counters_[element]);
    if (!fits) parts.emplace_back();
    parts.back().push_back(element);
  }
  return parts;
}

std::vector<Elements> Minimiser::Next() {
  CHECK(batch_.empty());
  do {
    Plan();
  } while (batch_.empty() && RaiseCounters());
  return batch_;
}

void Minimiser::Plan() {
  const std::size_t most =
      std::min(limits_.batch, limits_.tests - std::min(limits_.tests, answers_.size()));
  const auto add = [&](Elements kept) {
    if (batch_.size() >= most || answers_.contains(kept)) return false;
    if (std::find(batch_.begin(), batch_.end(), kept) != batch_.end()) return false;
    batch_.push_back(std::move(kept));
    return true;
  };
  const std::span<const Elements> removable = removable_;
  const Elements left = Without(kept_, Union(removable));
  if (removable.size() > 1) add(left);
  if (removable.size() > 3) {
    const std::size_t half = removable.size() / 2;
    add(Without(kept_, Union(removable.first(half))));
    add(Without(kept_, Union(removable.subspan(half))));
  }
  for (Elements& part : Parts(left)) {
    if (add(Without(left, part))) parts_.push_back(std::move(part));
  }
}

void Minimiser::Take(const std::vector<bool>& shows) {
  CHECK(shows.size() == batch_.size());
  for (std::size_t i = 0; i < shows.size(); ++i) answers_[std::move(batch_[i])] = shows[i];
  batch_.clear();
  const std::vector<Elements> parts = std::move(parts_);
  parts_.clear();
  if (!Settle()) return;
  for (const Elements& part : parts) {
    if (Showed(Without(kept_, part))) {
      removable_.push_back(part);
    } else {
      for (const std::size_t element : part) ++counters_[element];
    }
  }
  if (removable_.size() == 1) Settle();
}

bool Minimiser::Settle() {
  const std::vector<Elements> parts = std::move(removable_);
  removable_.clear();
  const std::span<const Elements> all = parts;
  const Elements left = Without(kept_, Union(all));
  // One part was asked for already; and no part leaves everything as it is.
  if (all.size() < 2 || Showed(left)) {
    kept_ = left;
    return true;
  }
  const std::size_t half = all.size() / 2;
  Elements best = kept_;
  const auto consider = [&](std::span<const Elements> some) {
    Elements kept = Without(kept_, Union(some));
    if (kept.size() < best.size() && Showed(kept)) best = std::move(kept);
  };
  consider(all.first(half));
  consider(all.subspan(half));
  for (std::size_t i = 0; i < all.size(); ++i) consider(all.subspan(i, 1));
  kept_ = std::move(best);
  return false;
}

// Where larger removals are exhausted, smaller ones go on.
bool Minimiser::RaiseCounters() {
  if (answers_.size() >= limits_.tests) return false;
  bool raised = false;
  for (const std::size_t element : kept_) {
    if (SizeFor(counters_[element]) == 1) continue;
    ++counters_[element];
    raised = true;
  }
  return raised;
}

bool Minimiser::Showed(const Elements& kept) const {
  const auto it = answers_.find(kept);
  return it != answers_.end() && it->second;
}

}  // namespace inquest::analysis
