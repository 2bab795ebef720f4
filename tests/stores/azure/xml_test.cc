// What Azure Blob Storage answers, and what it is told.
#include "stores/azure/xml.h"

#include <gtest/gtest.h>

#include "tests/support/results.h"

namespace arkive::test {
namespace {

using namespace azure;  // NOLINT(google-build-using-namespace): what is tested

std::string list_of(const std::string& blobs, const std::string& end = "<NextMarker />") {
  return "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults "
         "ServiceEndpoint=\"https://a.blob.core.windows.net/\" ContainerName=\"c\"><Blobs>" +
         blobs + "</Blobs>" + end + "</EnumerationResults>";
}

std::string blob(const std::string& name, const std::string& properties) {
  return "<Blob>" + name + "<Properties>" + properties + "</Properties></Blob>";
}

TEST(AzureXml, ReadsAList) {
  const remote::KeyPage page = value_of(read_list(list_of(
      blob("<Name>a&amp;b</Name>", "<Content-Length>7</Content-Length><ResourceType>file</ResourceType>") +
          blob("<Name>folder</Name>", "<ResourceType>directory</ResourceType>") +
          blob("<Name Encoded=\"true\">x%EF%BF%BEy</Name>", "<Content-Length>0</Content-Length>"),
      "<NextMarker>2!92!x</NextMarker>")));
  ASSERT_EQ(page.keys.size(), 2U);
  EXPECT_EQ(page.keys[0].whole, "a&b");
  EXPECT_EQ(page.keys[0].size, 7U);
  EXPECT_EQ(page.keys[1].whole, "x\xef\xbf\xbey");
  EXPECT_EQ(page.next, "2!92!x");
  EXPECT_EQ(value_of(read_list(list_of(""))).next, "");
}

TEST(AzureXml, TakesNoOtherListForOne) {
  const std::string size = "<Content-Length>1</Content-Length>";
  for (const std::string& bad :
       {std::string(), std::string("<html/>"), std::string("<EnumerationResults/>"), list_of("", ""),
        list_of(blob("<Name>a</Name>", "")), list_of(blob("", size)), list_of(blob("<Name/>", size)),
        list_of(blob("<Name>a</Name>", "<Content-Length>-1</Content-Length>")),
        list_of(blob("<Name Encoded=\"true\">%z</Name>", size)),
        list_of(blob("<Name>a</Name>", size)).substr(0, 150)})
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_list(bad))) << bad;
}

TEST(AzureXml, AnErrorIsInTheBodyOrInAHeaderAlone) {
  const ServerError body = read_error(
      {.status = 403,
       .body = "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to "
               "authenticate the request.\nRequestId:1</Message><AuthenticationErrorDetail>why"
               "</AuthenticationErrorDetail></Error>"});
  EXPECT_EQ(body.code, "AuthenticationFailed");
  EXPECT_EQ(body.message, "Server failed to authenticate the request.");
  EXPECT_EQ(read_error({.status = 404, .headers = {{"x-ms-error-code", "BlobNotFound"}}}).code,
            "BlobNotFound");
  EXPECT_EQ(read_error({.status = 502, .body = "<html>Bad gateway</html>"}).code, "");
}

TEST(AzureXml, WritesAListOfBlocks) {
  EXPECT_EQ(block_list({{.id = "YQ=="}, {.id = "Yg=="}}),
            "<BlockList><Latest>YQ==</Latest><Latest>Yg==</Latest>"
            "</BlockList>");
}

}  // namespace
}  // namespace arkive::test
