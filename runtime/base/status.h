#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/check.h"

namespace inquest {

// The numbers are gRPC's status codes, so that the doors translate without a table.
enum class Code {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

std::string_view CodeName(Code code);

// The result of something that can fail for an expected reason.
//
// `reason` is the stable machine-readable identity of the error (UPPER_SNAKE, at most 63
// characters; it becomes ErrorInfo.reason at the doors and the error id of the CLI). `message` is
// for people: what was being done, what happened, the value at fault; lower case, no full stop.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string reason, std::string message)
      : code_(code), reason_(std::move(reason)), message_(std::move(message)) {}

  static Status Ok() { return {}; }

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& reason() const { return reason_; }
  const std::string& message() const { return message_; }

  // The same status, said from further up: "load investigation 7: row 12 is damaged".
  Status At(std::string_view context) const;
  std::string ToString() const;

 private:
  Code code_ = Code::kOk;
  std::string reason_;
  std::string message_;
};

// A failed system call: maps errno to a code, the message names `what` and strerror.
Status ErrnoStatus(std::string_view what, int error_number);

// A value, or the Status that says why there is none. Never holds an OK status.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : status_(std::move(status)) {  // NOLINT(google-explicit-constructor)
    CHECK(!status_.ok());
  }

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  T& operator*() & { return Value(); }
  const T& operator*() const& { return Value(); }
  T&& operator*() && { return std::move(Value()); }
  T* operator->() { return &Value(); }
  const T* operator->() const { return &Value(); }

 private:
  T& Value() {
    CHECK(value_.has_value());
    return *value_;
  }
  const T& Value() const {
    CHECK(value_.has_value());
    return *value_;
  }

  std::optional<T> value_;
  Status status_;
};

}  // namespace inquest

#define INQUEST_CONCAT_INNER(a, b) a##b
#define INQUEST_CONCAT(a, b) INQUEST_CONCAT_INNER(a, b)

// Returns a failed Status (or Result's status) to the caller.
#define TRY(expr) TRY_INNER(INQUEST_CONCAT(try_status_, __COUNTER__), expr)
#define TRY_INNER(name, expr)        \
  do {                               \
    ::inquest::Status name = (expr); \
    if (!name.ok()) return name;     \
  } while (false)

// Unwraps a Result, or returns its status: TRY_ASSIGN(auto bytes, ReadFile(path)).
#define TRY_ASSIGN(lhs, expr) TRY_ASSIGN_INNER(INQUEST_CONCAT(try_result_, __COUNTER__), lhs, expr)
#define TRY_ASSIGN_INNER(name, lhs, expr) \
  auto name = (expr);                     \
  if (!name.ok()) return name.status();   \
  lhs = *std::move(name)
