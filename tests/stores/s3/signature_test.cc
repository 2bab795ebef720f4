// The examples of "Signature Calculations for the Authorization Header" and "Authenticating Requests: Using
// Query Parameters" in the Amazon S3 API reference.
#include "stores/s3/signature.h"

#include "stores/core/hash.h"
#include "stores/http/url.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

using namespace s3;  // NOLINT(google-build-using-namespace): what is tested

const Credentials kExample{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const Scope kScope{"us-east-1"};
const std::string kHost = "examplebucket.s3.amazonaws.com";

UnixMilliseconds example_time() {
  return value_of(parse_time("2013-05-24T00:00:00Z"));
}

std::string header_in(const http::Headers& headers, std::string_view wanted) {
  for (const auto& [name, value] : headers) {
    if (name == wanted) return value;
  }
  return "";
}

std::string signature_in(const http::Headers& headers) {
  const std::string authorization = header_in(headers, "Authorization");
  return authorization.substr(authorization.rfind('=') + 1);
}

TEST(Signature, IsThatOfAmazonsExampleOfAGetWithARange) {
  const Signable request{"GET", "/test.txt", {}, {{"host", kHost}, {"range", "bytes=0-9"}}, hex(sha256(""))};
  const http::Headers headers = signed_headers(request, kExample, kScope, example_time());
  EXPECT_EQ(header_in(headers, "Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Signature, IsThatOfAmazonsExampleOfAPutWhoseKeyHasASpecialCharacter) {
  const Signable request{"PUT",
                         "/" + http::percent_encoded("test$file.text", http::Slash::kKeep),
                         {},
                         {{"host", kHost},
                          {"date", "Fri, 24 May 2013 00:00:00 GMT"},
                          {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                         hex(sha256("Welcome to Amazon S3."))};
  EXPECT_EQ(request.path, "/test%24file.text");
  EXPECT_EQ(signature_in(signed_headers(request, kExample, kScope, example_time())),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(Signature, IsThatOfAmazonsExampleOfAParameterWithoutAValue) {
  const Signable request{"GET", "/", {{"lifecycle", ""}}, {{"host", kHost}}, hex(sha256(""))};
  EXPECT_EQ(signature_in(signed_headers(request, kExample, kScope, example_time())),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(Signature, IsThatOfAmazonsExampleOfAListWhateverTheOrderOfItsParameters) {
  for (const Query& query :
       {Query{{"max-keys", "2"}, {"prefix", "J"}}, Query{{"prefix", "J"}, {"max-keys", "2"}}}) {
    const Signable request{"GET", "/", query, {{"host", kHost}}, hex(sha256(""))};
    EXPECT_EQ(signature_in(signed_headers(request, kExample, kScope, example_time())),
              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }
}

TEST(Signature, InTheQueryIsThatOfAmazonsExample) {
  const Signable request{"GET", "/test.txt", {}, {{"host", kHost}}, {}};
  const Query query = signed_query(request, kExample, kScope, example_time(), std::chrono::hours(24));
  EXPECT_EQ(http::query_text(query),
            "X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
            "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
            "&X-Amz-SignedHeaders=host");
}

TEST(Signature, CarriesTheTokenOfASession) {
  Credentials session = kExample;
  session.session_token = "a session/token==";
  const Signable request{"GET", "/", {}, {{"host", kHost}}, hex(sha256(""))};
  const http::Headers headers = signed_headers(request, session, kScope, example_time());
  EXPECT_EQ(header_in(headers, "x-amz-security-token"), session.session_token);
  EXPECT_NE(header_in(headers, "Authorization").find("x-amz-date;x-amz-security-token,"), std::string::npos);
  const Query query = signed_query(request, session, kScope, example_time(), std::chrono::hours(1));
  EXPECT_NE(http::query_text(query).find("X-Amz-Security-Token=a%20session%2Ftoken%3D%3D"),
            std::string::npos);
}

}  // namespace
}  // namespace arkive::test
