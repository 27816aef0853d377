#pragma once

#include <string>
#include <string_view>

#include "inquest/v1/effect.pb.h"
#include "inquest/v1/event.pb.h"
#include "inquest/v1/hypothesis.pb.h"
#include "inquest/v1/investigation.pb.h"

namespace inquest::report {

// The names of the contract's enumerations as people and scripts read them. "unknown" for a value
// that this version does not know.
std::string StepWord(v1::Step step);                    // observe
std::string OutcomeWord(v1::Outcome outcome);           // VERIFIED_FIX; NOTHING while unset
std::string EndedByWord(v1::EndedBy ended_by);          // budget; empty while unset
std::string StateWord(v1::State state);                 // running
std::string SettlementWord(v1::Settlement settlement);  // needs data
std::string StatusWord(v1::HypothesisStatus status);    // refuted
std::string FlowWord(v1::ValueFlow::Kind kind);         // transformation

// The same, and whether it is another machine's word: "VERIFIED_FIX, imported".
std::string OutcomeWords(const v1::Investigation& investigation);
// This runtime has recorded the whole proof of the fix.
bool VerifiedHere(const v1::Investigation& investigation);

// The id without investigations/.
std::string IdOf(const v1::Investigation& investigation);

// How a phase of a run ended: "test exited 1". Harmless on a terminal.
std::string PhaseWords(const v1::PhaseOutcome& phase);

// What an effect does, on one line: "run trigger/0: pytest -q". Harmless on a terminal.
std::string DescribeEffect(const v1::Effect& effect);

// One line that says what happened. Harmless on a terminal.
std::string DescribeEvent(const v1::Event& event);

}  // namespace inquest::report
