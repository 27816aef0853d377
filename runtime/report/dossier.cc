#include "runtime/report/dossier.h"

#include <algorithm>
#include <utility>

#include "runtime/base/digest.h"
#include "runtime/machine/state.h"
#include "runtime/report/json_parts.h"
#include "sandbox/workspace/tree.h"

namespace inquest::report {
namespace {

constexpr int kEventsAtOnce = 500;
constexpr std::size_t kExcerptsMax = 60;
constexpr std::size_t kCitedMax = 30;  // of these, parts that are cited
constexpr std::int64_t kBytesBefore = 400;
constexpr int kLinesAround = 5;
constexpr int kLinesMax = 40;
constexpr int kLineNumberMax = 1 << 30;

Result<machine::State> ReadJournal(const std::string& id, store::Store& store, Dossier& into) {
  machine::State state;
  while (true) {
    TRY_ASSIGN(const auto page, store.ReadEvents(id, state.sequence, kEventsAtOnce));
    for (const store::JournalEvent& row : page) {
      auto event = std::make_shared<v1::Event>();
      if (!event->ParseFromString(row.payload)) {
        return Status(Code::kDataLoss, "JOURNAL_UNREADABLE",
                      "event " + std::to_string(row.sequence) + " of " + id + " cannot be read");
      }
      into.events.push_back(event);
      into.chain = row.chain.ToHex();
      TRY(machine::FoldInto(state, into.events.back()));
    }
    if (page.size() < static_cast<std::size_t>(kEventsAtOnce)) return state;
  }
}

void IndexEvents(Dossier& dossier) {
  for (const auto& event : dossier.events) {
    switch (event->kind_case()) {
      case v1::Event::kEffectScheduled: {
        const v1::Effect& effect = event->effect_scheduled().effect();
        dossier.effects[effect.id()].effect = &effect;
        break;
      }
      case v1::Event::kEffectCompleted:
        dossier.effects[event->effect_completed().effect_id()].completed =
            &event->effect_completed();
        break;
      case v1::Event::kStepSettled: {
        const auto& path = event->step_settled().symptom().path();
        if (!path.empty()) dossier.path.assign(path.begin(), path.end());
        break;
      }
      default:
        break;
    }
  }
}

Status ReadCertificate(store::Store& store, Dossier& dossier) {
  const std::string& digest = dossier.investigation.certificate_digest();
  if (digest.empty()) return Status::Ok();
  TRY_ASSIGN(const std::string json, store.ReadAll(digest));
  TRY_ASSIGN(dossier.certificate, ParseCertificate(json));
  return Status::Ok();
}

// What cannot be read is left out: the digest still says what it was.
void ReadExcerpt(const std::string& digest, std::int64_t begin, store::Store& store,
                 Dossier& dossier) {
  if (dossier.excerpts.contains(digest)) return;
  const auto key = DigestFromHex(digest);
  if (!key.ok()) return;
  const auto artifact = store.Describe(*key);
  if (!artifact.ok()) return;
  auto bytes = store.Read(*key, begin, kExcerptBytes);
  if (!bytes.ok() || bytes->empty()) return;
  dossier.excerpts[digest] = {*std::move(bytes), begin, artifact->size_bytes()};
}

void ReadOutput(const v1::Artifact& artifact, store::Store& store, Dossier& dossier) {
  if (artifact.size_bytes() == 0 || dossier.excerpts.size() >= kExcerptsMax) return;
  ReadExcerpt(artifact.digest(), 0, store, dossier);
}

void ReadCited(const v1::Citation& citation, store::Store& store, Dossier& dossier) {
  if (dossier.excerpts.size() >= kCitedMax || citation.begin_byte() < 0) return;
  const bool near = citation.end_byte() <= kExcerptBytes;
  const std::int64_t begin =
      near ? 0 : std::max<std::int64_t>(0, citation.begin_byte() - kBytesBefore);
  ReadExcerpt(citation.digest(), begin, store, dossier);
}

// What the cause rests on first, then the path, then what else was tried.
void ReadCitations(store::Store& store, Dossier& dossier) {
  const v1::Hypothesis* cause = dossier.CauseHypothesis();
  const auto read = [&](const v1::Hypothesis& hypothesis) {
    for (const v1::Citation& citation : hypothesis.citations()) {
      ReadCited(citation, store, dossier);
    }
  };
  if (cause != nullptr) read(*cause);
  for (const v1::PathStep& step : dossier.path) ReadCited(step.code(), store, dossier);
  for (const v1::Hypothesis& hypothesis : dossier.hypotheses) {
    if (hypothesis.status() != v1::HYPOTHESIS_STATUS_PROPOSED) read(hypothesis);
  }
}

void ReadOutputs(std::int64_t effect_id, store::Store& store, Dossier& dossier) {
  const EffectRecord* record = dossier.Find(effect_id);
  if (record == nullptr || record->run() == nullptr) return;
  for (const v1::PhaseOutcome& phase : record->run()->phases()) {
    ReadOutput(phase.stdout(), store, dossier);
    ReadOutput(phase.stderr(), store, dossier);
  }
}

// Of the runs that claims rest on: the proof, the reproduction, the symptom, what else verify ran,
// and the experiments.
void ReadExcerpts(store::Store& store, Dossier& dossier) {
  const auto read = [&](const auto& effect_ids) {
    for (const std::int64_t id : effect_ids) ReadOutputs(id, store, dossier);
  };
  if (dossier.certificate) {
    for (const v1::ProofRun& run : dossier.certificate->runs()) {
      ReadOutputs(run.effect_id(), store, dossier);
    }
  }
  read(dossier.investigation.reproduction().effect_ids());
  std::int64_t verify = 0;  // the sequence at which its last visit began
  for (const auto& event : dossier.events) {
    for (const v1::RunOfEffect& run : event->step_settled().symptom().runs()) {
      ReadOutputs(run.effect_id(), store, dossier);
    }
    if (event->visit_started().step() == v1::STEP_VERIFY) verify = event->sequence();
  }
  for (auto at = dossier.effects.upper_bound(verify); verify > 0 && at != dossier.effects.end();
       ++at) {
    ReadOutputs(at->first, store, dossier);
  }
  for (const v1::Hypothesis& hypothesis : dossier.hypotheses) {
    for (const v1::ArmMeasurement& arm : hypothesis.measurements()) read(arm.effect_ids());
  }
}

// The lines of the cause with some around them; empty when they cannot be read.
SourcePart ReadCause(store::Store& store, const Dossier& dossier) {
  const v1::Hypothesis* cause = dossier.CauseHypothesis();
  if (cause == nullptr) return {};
  const auto tree = sandbox::ReadTree(store, dossier.investigation.tree_digest());
  if (!tree.ok()) return {};
  const auto text = sandbox::ReadText(store, *tree, cause->location().path());
  if (!text.ok() || !text->has_value()) return {};
  SourcePart part;
  // An imported journal may name any line.
  part.first_line =
      std::max(1, std::clamp(cause->location().first_line(), 1, kLineNumberMax) - kLinesAround);
  const std::int64_t last_line =
      std::min<std::int64_t>(cause->location().last_line(), part.first_line + kLinesMax) +
      kLinesAround;
  int line = 1;
  for (std::size_t at = 0; at < (*text)->size() && line <= last_line; ++line) {
    const std::size_t end = std::min((*text)->find('\n', at), (*text)->size() - 1);
    if (line >= part.first_line) part.text += (*text)->substr(at, end + 1 - at);
    at = end + 1;
  }
  return part;
}

}  // namespace

const v1::RunOutcome* EffectRecord::run() const {
  if (completed == nullptr || !completed->observation().has_run()) return nullptr;
  return &completed->observation().run();
}

const EffectRecord* Dossier::Find(std::int64_t effect_id) const {
  const auto found = effects.find(effect_id);
  return found == effects.end() || found->second.effect == nullptr ? nullptr : &found->second;
}

const v1::Hypothesis* Dossier::CauseHypothesis() const {
  const v1::Hypothesis* supported = nullptr;
  for (const v1::Hypothesis& hypothesis : hypotheses) {
    if (hypothesis.status() != v1::HYPOTHESIS_STATUS_SUPPORTED) continue;
    if (hypothesis.id() == investigation.fix().hypothesis_id()) return &hypothesis;
    if (supported == nullptr) supported = &hypothesis;
  }
  return supported;
}

Result<Dossier> Gather(const std::string& id, store::Store& store, TimeUs now_us) {
  Dossier dossier;
  TRY_ASSIGN(const machine::State state, ReadJournal(id, store, dossier));
  dossier.investigation = machine::Project(state, now_us);
  dossier.hypotheses = state.brief.hypotheses;
  IndexEvents(dossier);
  TRY(ReadCertificate(store, dossier));
  const v1::Fix& fix = dossier.investigation.fix();
  if (!fix.patch_digest().empty()) {
    TRY_ASSIGN(dossier.patch, store.ReadAll(fix.patch_digest()));
  }
  if (!fix.regression_patch_digest().empty()) {
    TRY_ASSIGN(dossier.regression_patch, store.ReadAll(fix.regression_patch_digest()));
  }
  dossier.cause = ReadCause(store, dossier);
  ReadCitations(store, dossier);
  ReadExcerpts(store, dossier);
  return dossier;
}

}  // namespace inquest::report
