#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace inquest {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  std::string_view key;
  std::string value;
};

// One line of the runtime's own log: JSON when stderr is not a terminal, text when it is. Values
// are escaped; never give it a secret or bytes of evidence. Thread-safe.
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// Lines below `level` are dropped. Default kInfo. Call before threads start.
void SetLogLevel(LogLevel level);

}  // namespace inquest
