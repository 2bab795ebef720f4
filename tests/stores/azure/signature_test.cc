// "Authorize with Shared Key" and "Create a service SAS" in Microsoft's Azure Storage REST reference. That
// the server reads them alike is shown on a real one (tests/contract/containers).
#include "stores/azure/signature.h"

#include <gtest/gtest.h>

#include "stores/core/hash.h"

namespace arkive::test {
namespace {

using namespace azure;  // NOLINT(google-build-using-namespace): what is tested

TEST(AzureSignature, SignsTheTextOfThePublishedExample) {
  const Signable request{
      .method = "GET",
      .path = "/mycontainer",
      .query = {{"restype", "container"}, {"comp", "metadata"}, {"timeout", "20"}},
      .headers = {{"x-ms-version", "2015-02-21"}, {"x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"}}};
  EXPECT_EQ(string_to_sign(request, "myaccount"),
            "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\n"
            "x-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20");
}

TEST(AzureSignature, EachHeaderHasItsLine) {
  const Signable request{.method = "PUT",
                         .path = "/container/a%20b",
                         .query = {},
                         .headers = {{"range", "bytes=0-1"},
                                     {"if-none-match", "*"},
                                     {"if-match", "\"tag\""},
                                     {"content-type", "text/plain"},
                                     {"content-md5", "md5=="},
                                     {"x-ms-version", "2021-12-02"},
                                     {"x-ms-blob-type", "BlockBlob"}},
                         .body_size = 42};
  EXPECT_EQ(string_to_sign(request, "account"),
            "PUT\n\n\n42\nmd5==\ntext/plain\n\n\n\"tag\"\n*\n\nbytes=0-1\nx-ms-blob-type:BlockBlob\n"
            "x-ms-version:2021-12-02\n/account/container/a%20b");
}

TEST(AzureSignature, IsTheHmacOfThatTextUnderTheKeysBytes) {
  const Signable request{.method = "GET", .path = "/c", .query = {}, .headers = {}};
  const Sha256Digest digest = hmac_sha256("key", string_to_sign(request, "a"));
  EXPECT_EQ(shared_key(request, "a", "key"),
            "SharedKey a:" + base64({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

TEST(AzureSignature, AGrantIsForOneBlobAndATime) {
  const http::Query query = service_sas({.account = "account",
                                         .container = "container",
                                         .blob = "zoo/a b",
                                         .permissions = "cw",
                                         .expires = 1'795'217'400'000},
                                        "key");
  const std::string text =
      "cw\n\n2026-11-20T23:30:00Z\n/blob/account/container/zoo/a b\n\n\n\n2021-12-02\nb\n\n\n\n\n\n\n";
  const Sha256Digest digest = hmac_sha256("key", text);
  const http::Query expected = {
      {"sv", "2021-12-02"},
      {"se", "2026-11-20T23:30:00Z"},
      {"sr", "b"},
      {"sp", "cw"},
      {"sig", base64({reinterpret_cast<const char*>(digest.data()), digest.size()})}};
  EXPECT_EQ(query, expected);
}

TEST(AzureSignature, AQueryIsReadAsItIsSent) {
  const http::Query query = {{"a", "1 &=%"}, {"sig", "+/="}};
  EXPECT_EQ(query_in(http::query_text(query)), query);
  EXPECT_EQ(query_in(""), http::Query());
  for (const char* bad : {"a", "&", "a=%zz"}) EXPECT_EQ(query_in(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace arkive::test
