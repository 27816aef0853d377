#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "inquest/v1/certificate.pb.h"
#include "inquest/v1/hypothesis.pb.h"

namespace inquest::report {

// What a duration looks like to people: 0.3s, 12.0s, 3m05s, 2h10m.
std::string ShowDuration(std::chrono::milliseconds duration);
// 512, 10K, 1.5M or 2G style, powers of 1024.
std::string ShowBytes(std::int64_t bytes);
std::string Percent(double share);  // 74.1 %

// "10 of 10 runs failed (95 % limits 74.1 % to 100.0 %)"
std::string RateWords(const v1::Reproduction& reproduction);
// "fees.py:34 (fee)", harmless on a terminal; empty without a path.
std::string PlaceWords(const v1::Location& location);
// What must hold, all of it: "failure rate of the control at least 100.0 % and ..."; empty:
// nothing.
std::string PredictionWords(const google::protobuf::RepeatedPtrField<v1::Predicate>& predicates);

}  // namespace inquest::report
