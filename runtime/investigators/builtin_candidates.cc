#include "runtime/investigators/builtin_candidates.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/investigators/builtin_experiment.h"
#include "runtime/investigators/builtin_survey.h"

namespace inquest::investigators {
namespace {

constexpr std::size_t kEditsLimit = 200;
constexpr std::size_t kNeighbourEditsLimit = 40;
constexpr std::size_t kCandidatesLimit = 300;
constexpr std::size_t kRivalPlacesLimit = 16;
constexpr std::size_t kRivalEditsLimit = 12;
constexpr std::size_t kSurveyedRivalsLimit = 40;

// The statements before and after the blamed one, in the same function.
Result<std::vector<v1::Location>> Neighbours(const TargetCode& code, const v1::Location& at) {
  TRY_ASSIGN(const std::string text, code.Read(at.path()));
  TRY_ASSIGN(const auto statements, code.language()->Statements(text));
  std::vector<v1::Location> neighbours;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].first_line != at.first_line()) continue;
    for (const std::size_t other : {i - 1, i + 1}) {
      if (other >= statements.size() || statements[other].function != statements[i].function) {
        continue;
      }
      v1::Location location;
      location.set_path(at.path());
      location.set_first_line(statements[other].first_line);
      location.set_last_line(statements[other].last_line);
      neighbours.push_back(std::move(location));
    }
  }
  return neighbours;
}

// An idea and the hypothesis whose place it changes; empty: the active one's.
struct Offer {
  PatchIdea idea;
  std::string hypothesis_id;
};

// Edits of the active hypothesis' place and of its neighbours, likeliest first.
Result<std::vector<Offer>> OwnOffers(const TargetCode& code, const v1::Location& at,
                                     std::set<std::string>& done,
                                     const std::set<std::string>& worked) {
  std::vector<Offer> offers;
  TRY_ASSIGN(std::vector<PatchIdea> ideas, code.IdeasFor(at, kEditsLimit));
  // Those that the experiment tried without effect are out.
  for (std::size_t i = 0; i < std::min(ideas.size(), kInterventionsLimit); ++i) {
    if (!worked.contains(ideas[i].digest)) done.insert(ideas[i].digest);
  }
  TRY_ASSIGN(const auto neighbours, Neighbours(code, at));
  for (const v1::Location& neighbour : neighbours) {
    TRY_ASSIGN(auto more, code.IdeasFor(neighbour, kNeighbourEditsLimit));
    std::move(more.begin(), more.end(), std::back_inserter(ideas));
  }
  for (PatchIdea& idea : ideas) offers.push_back({std::move(idea), ""});
  return offers;
}

// Edits of the places of the next hypotheses, which nothing has refuted: what survives there as
// well rivals the fix.
Result<std::vector<Offer>> RivalOffers(const steps::Brief& brief, const TargetCode& code) {
  std::vector<Offer> offers;
  std::size_t places = 0;
  for (const v1::Hypothesis& hypothesis : brief.hypotheses) {
    if (hypothesis.status() != v1::HYPOTHESIS_STATUS_PROPOSED) continue;
    if (++places > kRivalPlacesLimit) break;
    TRY_ASSIGN(auto ideas, code.IdeasFor(hypothesis.location(), kRivalEditsLimit));
    for (PatchIdea& idea : ideas) offers.push_back({std::move(idea), hypothesis.id()});
  }
  return offers;
}

Offer FromSurvey(const v1::Candidate& passed, std::string diff, std::string hypothesis_id) {
  Offer offer;
  offer.idea.diff = std::move(diff);
  offer.idea.digest = passed.patch_digest();
  offer.idea.edit.origin = passed.origin();
  offer.idea.edit.description = passed.description();
  offer.idea.edit.rank = passed.cost();
  offer.idea.edit.symptom_guard = passed.symptom_guard();
  offer.hypothesis_id = std::move(hypothesis_id);
  return offer;
}

// What the survey let pass: at the active hypothesis' place, and, as rivals, elsewhere.
Result<std::vector<Offer>> SurveyedOffers(const steps::Brief& brief,
                                          const v1::Hypothesis& hypothesis,
                                          const TargetCode& code) {
  std::vector<const v1::Candidate*> passed;
  for (const v1::Candidate& candidate : brief.survey->passed()) passed.push_back(&candidate);
  std::stable_sort(passed.begin(), passed.end(),
                   [](const auto* a, const auto* b) { return a->cost() < b->cost(); });
  std::vector<Offer> offers;
  std::size_t rivals = 0;
  for (const v1::Candidate* candidate : passed) {
    const bool own = SamePlace(candidate->location(), hypothesis.location());
    if (!own && ++rivals > kSurveyedRivalsLimit) continue;
    std::string of;
    for (const v1::Hypothesis& other : brief.hypotheses) {
      if (!own && SamePlace(other.location(), candidate->location())) of = other.id();
    }
    // A place that no hypothesis speaks of, or one that fell, has no rivals.
    if (!own && of.empty()) continue;
    TRY_ASSIGN(std::string diff, code.artifacts().ReadAll(candidate->patch_digest()));
    offers.push_back(FromSurvey(*candidate, std::move(diff), std::move(of)));
  }
  return offers;
}

// What made the failure go away first, then the likeliest, guards against the symptom last.
void Rank(const std::set<std::string>& worked, std::vector<Offer>& offers) {
  std::stable_sort(offers.begin(), offers.end(), [&](const Offer& a, const Offer& b) {
    const auto order = [&](const Offer& offer) {
      return std::tuple(offer.idea.edit.symptom_guard, !worked.contains(offer.idea.digest),
                        offer.idea.edit.rank);
    };
    return order(a) < order(b);
  });
}

}  // namespace

Result<v1::Submission> OfferCandidates(const steps::Brief& brief, const v1::AskWork& ask,
                                       const TargetCode& code) {
  v1::Submission submission;
  const v1::Hypothesis* hypothesis = steps::ActiveHypothesis(brief);
  if (hypothesis == nullptr || !brief.judgement.has_value()) {
    submission.set_nothing_because("no supported hypothesis is active");
    return submission;
  }
  const auto& effective = brief.judgement->effective_patches();
  const std::set<std::string> worked(effective.begin(), effective.end());
  std::set<std::string> done(brief.rejected_patches.begin(), brief.rejected_patches.end());
  std::vector<Offer> offers;
  if (brief.survey.has_value() && !PassedAt(*brief.survey, hypothesis->location()).empty()) {
    TRY_ASSIGN(offers, SurveyedOffers(brief, *hypothesis, code));
  } else {
    TRY_ASSIGN(offers, OwnOffers(code, hypothesis->location(), done, worked));
    TRY_ASSIGN(std::vector<Offer> rivals, RivalOffers(brief, code));
    std::move(rivals.begin(), rivals.end(), std::back_inserter(offers));
  }
  Rank(worked, offers);
  const std::set<int> refused = RefusedItems(ask);
  std::vector<store::NewArtifact> patches;
  int item = 0;
  bool own = false;
  for (const Offer& offer : offers) {
    if (patches.size() >= kCandidatesLimit) break;
    if (!done.insert(offer.idea.digest).second || refused.contains(item++)) continue;
    v1::Candidate& candidate = *submission.add_candidates();
    candidate.set_patch_digest(offer.idea.digest);
    candidate.set_origin(offer.idea.edit.origin);
    candidate.set_description(offer.idea.edit.description);
    candidate.set_symptom_guard(offer.idea.edit.symptom_guard);
    candidate.set_hypothesis_id(offer.hypothesis_id);
    own = own || offer.hypothesis_id.empty();
    patches.push_back({offer.idea.diff, "text/x-diff"});
  }
  if (!own) {
    submission.clear_candidates();
    submission.set_nothing_because("every edit that the templates know for " + hypothesis->id() +
                                   " was tried");
    return submission;
  }
  TRY(code.artifacts().PutAll(patches).status());
  return submission;
}

}  // namespace inquest::investigators
