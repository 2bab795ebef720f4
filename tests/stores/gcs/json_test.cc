// What Google Cloud Storage answers, and what it is told.
#include "stores/gcs/json.h"

#include <gtest/gtest.h>

#include "stores/remote/content_md5.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

using namespace gcs;  // NOLINT(google-build-using-namespace): what is tested

TEST(GcsJson, ReadsAList) {
  const remote::KeyPage page =
      value_of(read_list(R"({"kind":"storage#objects","nextPageToken":"Cgd6b28vYg==",)"
                         R"("items":[{"name":"zoo/a&b","size":"7"},{"name":"zoo/","size":"0"},)"
                         R"({"name":"zoo/\u00e9","size":"18446744073709551615"}]})"));
  ASSERT_EQ(page.keys.size(), 3U);
  EXPECT_EQ(page.keys[0].whole, "zoo/a&b");
  EXPECT_EQ(page.keys[0].size, 7U);
  EXPECT_EQ(page.keys[1].whole, "zoo/");
  EXPECT_EQ(page.keys[2].whole, "zoo/\xc3\xa9");
  EXPECT_EQ(page.keys[2].size, UINT64_MAX);
  EXPECT_EQ(page.next, "Cgd6b28vYg==");
}

TEST(GcsJson, AnEmptyListIsAnObjectWithoutItems) {
  for (const char* empty : {"{}", R"({"kind":"storage#objects"})", R"({"items":[]})"}) {
    const remote::KeyPage page = value_of(read_list(empty));
    EXPECT_TRUE(page.keys.empty()) << empty;
    EXPECT_EQ(page.next, "") << empty;
  }
  // A page may be empty and yet not be the last.
  EXPECT_EQ(value_of(read_list(R"({"nextPageToken":"more"})")).next, "more");
}

TEST(GcsJson, TakesNoOtherListForOne) {
  for (const char* bad : {"",
                          "<html/>",
                          "null",
                          "[]",
                          "\"items\"",
                          R"({"items":)",
                          R"({"items":{}})",
                          R"({"items":"a"})",
                          R"({"error":{"code":500}})",
                          R"({"items":[1]})",
                          R"({"items":["zoo/a"]})",
                          R"({"items":[{}]})",
                          R"({"items":[{"size":"1"}]})",
                          R"({"items":[{"name":"","size":"1"}]})",
                          R"({"items":[{"name":1,"size":"1"}]})",
                          R"({"items":[{"name":"a"}]})",
                          R"({"items":[{"name":"a","size":1}]})",
                          R"({"items":[{"name":"a","size":""}]})",
                          R"({"items":[{"name":"a","size":"-1"}]})",
                          R"({"items":[{"name":"a","size":"1 "}]})",
                          R"({"items":[{"name":"a","size":"18446744073709551616"}]})",
                          R"({"nextPageToken":7})",
                          R"({"nextPageToken":{}})",
                          "{\"items\":[{\"name\":\"\xff\",\"size\":\"1\"}]}"})
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_list(bad))) << bad;
}

TEST(GcsJson, ReadsAnObjectResource) {
  const StoredResource whole = value_of(
      read_resource(R"({"kind":"storage#object","name":"zoo/k","generation":"1795217400000123","size":"5",)"
                    R"("md5Hash":"XUFAKrxLKna5cZ2REBfFkg==","crc32c":"mnG7TA=="})"));
  EXPECT_EQ(whole.generation, "1795217400000123");
  EXPECT_EQ(whole.size, 5U);
  EXPECT_EQ(whole.md5, "XUFAKrxLKna5cZ2REBfFkg==");
  // Of objects that were composed no MD5 is kept.
  EXPECT_EQ(value_of(read_resource(R"({"generation":"1","size":"0"})")).md5, "");
}

TEST(GcsJson, TakesNothingElseForAnObjectResource) {
  for (const char* bad : {"", "<html/>", "null", "[]", R"({"generation":"1")", R"({"size":"1"})",
                          R"({"generation":"1"})", R"({"generation":1,"size":"1"})",
                          R"({"generation":"","size":"1"})", R"({"generation":"1&userProject=x","size":"1"})",
                          R"({"generation":"1","size":1})", R"({"generation":"1","size":"0x1"})",
                          R"({"error":{"code":404}})", R"({"generation":"1","size":"1","md5Hash":7})"})
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_resource(bad))) << bad;
}

TEST(GcsJson, WritesWhatIsKnownOfANewObject) {
  EXPECT_EQ(resource_of("", ""), "{}");
  EXPECT_EQ(resource_of("NEARLINE", ""), R"({"storageClass":"NEARLINE"})");
  EXPECT_EQ(resource_of("", "a+/="), R"({"md5Hash":"a+/="})");
  EXPECT_EQ(resource_of("ARCHIVE", "a=="), R"({"md5Hash":"a==","storageClass":"ARCHIVE"})");
}

TEST(GcsJson, AnErrorIsJson) {
  const ServerError error = read_error(
      {.status = 403,
       .body =
           R"({"error":{"code":403,"message":"no right","errors":)"
           R"([{"domain":"global","reason":"forbidden","message":"other words"},{"reason":"second"}]}})"});
  EXPECT_EQ(error.reason, "forbidden");
  EXPECT_EQ(error.message, "no right");
  const ServerError bare = read_error({.status = 404, .body = R"({"error":{"message":"Not Found"}})"});
  EXPECT_EQ(bare.reason, "");
  EXPECT_EQ(bare.message, "Not Found");
}

TEST(GcsJson, AnErrorInPlainTextIsItsFirstLine) {
  const http::Headers plain = {{"content-type", "text/plain; charset=UTF-8"}};
  EXPECT_EQ(read_error({.status = 404, .headers = plain, .body = "No such object: b/k\nand more"}).message,
            "No such object: b/k");
  EXPECT_EQ(read_error({.status = 404, .headers = plain, .body = "one line"}).message, "one line");
  EXPECT_EQ(read_error({.status = 404, .headers = plain}).message, "");
}

TEST(GcsJson, AnErrorOfAnotherFormSaysNothing) {
  const http::Headers page = {{"content-type", "text/html"}};
  for (const char* other :
       {"", "<html>Bad gateway</html>", "{", "[]", "null", R"({"error":"invalid_grant"})", R"({"error":[]})",
        R"({"error":{"message":7,"errors":{}}})", R"({"error":{"errors":[]}})",
        R"({"error":{"errors":["reason"]}})", R"({"error":{"errors":[{"reason":1}]}})"}) {
    const ServerError error = read_error({.status = 502, .headers = page, .body = other});
    EXPECT_EQ(error.reason, "") << other;
    EXPECT_EQ(error.message, "") << other;
  }
}

TEST(GcsJson, TheChecksumOfADownloadIsInOneHeaderOrInTwo) {
  const auto md5_of = [](http::Headers headers) {
    return remote::md5_in({.status = 200, .headers = std::move(headers)});
  };
  EXPECT_EQ(md5_of({{"x-goog-hash", "crc32c=mnG7TA==,md5=XUFAKrxLKna5cZ2REBfFkg=="}}),
            "XUFAKrxLKna5cZ2REBfFkg==");
  EXPECT_EQ(md5_of({{"x-goog-hash", "md5=a==, crc32c=b=="}}), "a==");
  EXPECT_EQ(md5_of({{"x-goog-hash", "crc32c=b==, md5=a=="}}), "a==");
  EXPECT_EQ(md5_of({{"x-goog-hash", "crc32c=b=="}, {"date", "now"}, {"x-goog-hash", "md5=a=="}}), "a==");
  for (const char* none : {"", ",", "crc32c=b==", "sha256=md5=a", "md5", ",,md5"})
    EXPECT_EQ(md5_of({{"x-goog-hash", none}}), "") << none;
  EXPECT_EQ(md5_of({{"x-other-hash", "md5=a=="}}), "");
  EXPECT_EQ(md5_of({}), "");
}

}  // namespace
}  // namespace arkive::test
