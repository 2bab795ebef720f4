// Google's words for the protocol of S3. The signatures are those of a computation of its own, written after
// "V4 signing process with your own program" and "HMAC authentication" in the Cloud Storage documentation.
#include "stores/s3/dialect.h"

#include "stores/core/hash.h"
#include "stores/s3/signature.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

using namespace s3;  // NOLINT(google-build-using-namespace): what is tested

const Credentials kExample{"GOOGTS7C7FUP3AIRVJTE2BCDEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};

const Dialect& google() {
  return Dialect::of(Family::kGoogle);
}

Scope scope() {
  return {.region = "auto", .service = std::string(google().service()), .words = google().words()};
}

UnixMilliseconds example_time() {
  return value_of(parse_time("2026-11-29T00:00:00Z"));
}

TEST(GoogleDialect, SignsHeadersInItsOwnWords) {
  const SentChecksum checksum = google().checksum_of("");
  Signable request{"PUT",
                   "/backups/zoo/a%20b",
                   {},
                   {{"host", "storage.googleapis.com"}, {checksum.header, checksum.value}},
                   checksum.payload_sha256};
  request.headers.push_back(google().condition(""));
  const http::Headers headers = signed_headers(request, kExample, scope(), example_time());
  EXPECT_EQ(headers.back().first, "Authorization");
  EXPECT_EQ(headers.back().second,
            "GOOG4-HMAC-SHA256 "
            "Credential=GOOGTS7C7FUP3AIRVJTE2BCDEXAMPLE/20261129/auto/storage/goog4_request,"
            "SignedHeaders=content-md5;host;x-goog-content-sha256;x-goog-date;x-goog-if-generation-match,"
            "Signature=617cb8a30c690d16e8fada55fd08dd3fd23a458e07fd066485e7d8ced3ad685d");
}

TEST(GoogleDialect, SignsInTheQueryInItsOwnWords) {
  const Signable request{"DELETE", "/backups/k", {}, {{"host", "storage.googleapis.com"}}, {}};
  EXPECT_EQ(
      http::query_text(signed_query(request, kExample, scope(), example_time(), std::chrono::seconds(60))),
      "X-Goog-Algorithm=GOOG4-HMAC-SHA256"
      "&X-Goog-Credential=GOOGTS7C7FUP3AIRVJTE2BCDEXAMPLE%2F20261129%2Fauto%2Fstorage%2Fgoog4_request"
      "&X-Goog-Date=20261129T000000Z&X-Goog-Expires=60"
      "&X-Goog-Signature=26e941123ab71d987fb295b786de0e4f0fcb3b5c6aaab7aeddeaae802acf7cf7"
      "&X-Goog-SignedHeaders=host");
}

TEST(GoogleDialect, KnowsGenerationsAndMd5) {
  using Header = std::pair<std::string, std::string>;
  EXPECT_EQ(google().condition(""), Header("x-goog-if-generation-match", "0"));
  EXPECT_EQ(google().condition("17"), Header("x-goog-if-generation-match", "17"));
  const http::Response response{.status = 200,
                                .headers = {{"etag", "\"e\""},
                                            {"x-goog-generation", "17"},
                                            {"x-goog-hash", "crc32c=AAAAAA==, md5=bWQ1"}},
                                .body = {}};
  EXPECT_EQ(google().tag_in(response), "17");
  EXPECT_EQ(google().kept_checksum(response), "bWQ1");
  EXPECT_EQ(google().kept_checksum({}), "");
}

}  // namespace
}  // namespace arkive::test
