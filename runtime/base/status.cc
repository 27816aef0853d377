#include "runtime/base/status.h"

#include <cerrno>
#include <cstring>

namespace inquest {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "OK";
    case Code::kCancelled:
      return "CANCELLED";
    case Code::kUnknown:
      return "UNKNOWN";
    case Code::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case Code::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case Code::kNotFound:
      return "NOT_FOUND";
    case Code::kAlreadyExists:
      return "ALREADY_EXISTS";
    case Code::kPermissionDenied:
      return "PERMISSION_DENIED";
    case Code::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case Code::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case Code::kAborted:
      return "ABORTED";
    case Code::kOutOfRange:
      return "OUT_OF_RANGE";
    case Code::kUnimplemented:
      return "UNIMPLEMENTED";
    case Code::kInternal:
      return "INTERNAL";
    case Code::kUnavailable:
      return "UNAVAILABLE";
    case Code::kDataLoss:
      return "DATA_LOSS";
    case Code::kUnauthenticated:
      return "UNAUTHENTICATED";
  }
  return "UNKNOWN";
}

Status Status::At(std::string_view context) const {
  if (ok()) return *this;
  return {code_, reason_, std::string(context) + ": " + message_};
}

std::string Status::ToString() const {
  if (ok()) return "OK";
  return std::string(CodeName(code_)) + " (" + reason_ + "): " + message_;
}

namespace {

struct ErrnoMeaning {
  Code code;
  const char* reason;
};

ErrnoMeaning Classify(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return {Code::kNotFound, "FILE_NOT_FOUND"};
    case EEXIST:
      return {Code::kAlreadyExists, "FILE_EXISTS"};
    case EACCES:
    case EPERM:
      return {Code::kPermissionDenied, "FILE_ACCESS_DENIED"};
    case ENOSPC:
    case EDQUOT:
      return {Code::kResourceExhausted, "DISK_FULL"};
    case EROFS:
      return {Code::kFailedPrecondition, "READ_ONLY_FILE_SYSTEM"};
    case EMFILE:
    case ENFILE:
      return {Code::kResourceExhausted, "TOO_MANY_OPEN_FILES"};
    case ENOMEM:
      return {Code::kResourceExhausted, "OUT_OF_MEMORY"};
    case ELOOP:
    case EXDEV:
      return {Code::kFailedPrecondition, "PATH_ESCAPES"};
    default:
      return {Code::kInternal, "SYSTEM_CALL_FAILED"};
  }
}

}  // namespace

Status ErrnoStatus(std::string_view what, int error_number) {
  const ErrnoMeaning meaning = Classify(error_number);
  return {meaning.code, meaning.reason, std::string(what) + ": " + std::strerror(error_number)};
}

}  // namespace inquest
