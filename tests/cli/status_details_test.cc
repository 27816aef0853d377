#include "runtime/cli/status_details.h"

#include <google/protobuf/any.pb.h>
#include <gtest/gtest.h>

namespace inquest::cli {
namespace {

// One length-delimited field of the wire format; short texts only.
std::string Field(int number, const std::string& bytes) {
  return std::string(1, static_cast<char>(number << 3 | 2)) +
         std::string(1, static_cast<char>(bytes.size())) + bytes;
}

std::string Detail(const std::string& type, const std::string& bytes) {
  google::protobuf::Any any;
  any.set_type_url("type.googleapis.com/" + type);
  any.set_value(bytes);
  return Field(3, any.SerializeAsString());
}

TEST(StatusDetails, CarryTheReasonAndTheFieldsAtFault) {
  const std::string bytes =
      std::string("\x08\x03", 2) + Field(2, "message") +
      Detail("google.rpc.ErrorInfo", Field(1, "TARGET_NOT_FOUND") + Field(2, "inquest.dev")) +
      Detail("google.rpc.BadRequest", Field(1, Field(1, "target") + Field(2, "no directory")));

  const StatusDetails details = DecodeStatusDetails(bytes);

  EXPECT_EQ(details.reason, "TARGET_NOT_FOUND");
  ASSERT_EQ(details.violations.size(), 1U);
  EXPECT_EQ(details.violations[0].field, "target");
  EXPECT_EQ(details.violations[0].description, "no directory");
}

TEST(StatusDetails, OfOtherBytesAreEmpty) {
  for (const std::string& bytes : {std::string(), std::string("\xff\xff\xff"), std::string("hello"),
                                   Field(3, "\xff"), Detail("google.rpc.ErrorInfo", "\xff")}) {
    EXPECT_EQ(DecodeStatusDetails(bytes).reason, "");
  }
}

}  // namespace
}  // namespace inquest::cli
