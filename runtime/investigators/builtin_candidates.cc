#include "runtime/investigators/builtin_candidates.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/base/digest.h"
#include "runtime/formats/text_lines.h"
#include "runtime/formats/unified_diff.h"
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
// Of the likeliest patches that the survey let pass: what is as near to them as they are to the
// code.
constexpr std::size_t kSlippedFromMost = 2;
constexpr std::size_t kSlipsLimit = 40;
constexpr double kSlipRank = 2.65;
// A slip that is so much less likely than the patch itself says nothing against it.
constexpr double kSlipMargin = 0.6;
constexpr double kAnyRank = 4.0;
constexpr std::size_t kDescriptionBytes = 1000;
constexpr std::size_t kKnownLimit = 600;

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

// The lines of the file that the patch writes, in the file as it leaves it; nothing: it writes
// none.
std::optional<languages::Language::Where> WrittenLines(const formats::FileDiff& file) {
  languages::Language::Where where;
  for (const formats::Hunk& hunk : file.hunks) {
    int line = static_cast<int>(hunk.new_start);
    for (const std::string& text : hunk.lines) {
      if (text.starts_with("-")) continue;
      if (text.starts_with("+")) {
        if (where.first_line == 0) where.first_line = line;
        where.last_line = line;
      }
      ++line;
    }
  }
  if (where.first_line == 0) return std::nullopt;
  return where;
}

// What is as near to a patch of one file as the patch is to the file: a slip further. Where tests
// pass with one of these as well, they do not say that the patch itself is right.
Result<std::vector<Offer>> OneSlipFurther(const v1::Candidate& passed, const TargetCode& code) {
  std::vector<Offer> offers;
  TRY_ASSIGN(const std::string diff, code.artifacts().ReadAll(passed.patch_digest()));
  TRY_ASSIGN(const formats::Patch patch, formats::ParsePatch(diff));
  if (patch.files.size() != 1) return offers;
  const std::string& path = formats::PathOf(patch.files.front());
  TRY_ASSIGN(const std::string text, code.Read(path));
  TRY_ASSIGN(
      const std::vector<formats::PatchedFile> patched,
      formats::ApplyPatch(patch, [&](const std::string&) -> Result<std::optional<std::string>> {
        return std::optional(text);
      }));
  auto where = WrittenLines(patch.files.front());
  if (!where.has_value() || !patched.front().text.has_value()) return offers;
  where->up_to_rank = std::min(kSlipRank, passed.cost() + kSlipMargin);
  // A slip in what the patch leaves as it is has nothing to do with the patch.
  languages::Language::Where here = *where;
  here.first_line = passed.location().first_line();
  here.last_line = passed.location().last_line();
  here.up_to_rank = kAnyRank;
  std::set<std::string> elsewhere;
  TRY_ASSIGN(const std::vector<languages::Edit> known,
             code.language()->Edits(text, here, kKnownLimit));
  for (const languages::Edit& edit : known) elsewhere.insert(edit.description);
  const std::string& fixed = *patched.front().text;
  TRY_ASSIGN(std::vector<languages::Edit> edits,
             code.language()->Edits(fixed, *where, kSlipsLimit));
  for (languages::Edit& edit : edits) {
    if (elsewhere.contains(edit.description)) continue;
    Offer offer;
    offer.idea.diff =
        formats::FormatPatch(formats::DiffTexts(path, text, languages::Apply(fixed, edit)));
    if (offer.idea.diff.empty()) continue;  // the slip that was there
    offer.idea.digest = Sha256(offer.idea.diff).ToHex();
    offer.idea.edit = std::move(edit);
    offer.idea.edit.rank += passed.cost();
    offer.idea.edit.description = formats::ValidText(
        passed.description() + ", and " + offer.idea.edit.description, kDescriptionBytes);
    offers.push_back(std::move(offer));
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
    std::size_t looked_at = 0;
    for (const v1::Candidate* passed : PassedAt(*brief.survey, hypothesis->location())) {
      if (passed->symptom_guard() || ++looked_at > kSlippedFromMost) continue;
      TRY_ASSIGN(std::vector<Offer> further, OneSlipFurther(*passed, code));
      std::move(further.begin(), further.end(), std::back_inserter(offers));
    }
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
