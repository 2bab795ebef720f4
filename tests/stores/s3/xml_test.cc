#include "stores/s3/xml.h"

#include "tests/support/results.h"

namespace arkive::test {
namespace {

using namespace s3;  // NOLINT(google-build-using-namespace): what is tested

TEST(ObjectStoreXml, AListGivesKeysAsTheyAreWhateverIsInThem) {
  const remote::KeyPage page =
      value_of(read_list("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>"
                         "<Contents><Key>a%20b%2Fc%26%3C%25</Key><Size>0</Size></Contents>"
                         "<Contents><Key>a+b%2Bc</Key><Size>1</Size></Contents>"
                         "<Contents><Size>18446744073709551615</Size><Key>z</Key></Contents>"
                         "<IsTruncated>true</IsTruncated><NextContinuationToken>t/1+=</NextContinuationToken>"
                         "</ListBucketResult>"));
  ASSERT_EQ(page.keys.size(), 3U);
  EXPECT_EQ(page.keys[0].whole, "a b/c&<%");
  EXPECT_EQ(page.keys[1].whole, "a b+c");
  EXPECT_EQ(page.keys[0].size, 0U);
  EXPECT_EQ(page.keys[2].size, UINT64_MAX);
  EXPECT_EQ(page.next, "t/1+=");
}

TEST(ObjectStoreXml, AListThatIsNotWholeIsCorrupt) {
  for (const char* xml :
       {"", "no XML", "<ListBucketResult>", "<Other><IsTruncated>false</IsTruncated></Other>",
        "<ListBucketResult></ListBucketResult>",
        "<ListBucketResult><IsTruncated>perhaps</IsTruncated></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key></Contents><IsTruncated>false</IsTruncated></"
        "ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents><IsTruncated>false</IsTruncated>"
        "</ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>18446744073709551616</Size></Contents>"
        "<IsTruncated>false</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a%2</Key><Size>1</Size></Contents><IsTruncated>false</IsTruncated>"
        "</ListBucketResult>"}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_list(xml))) << xml;
  }
}

TEST(ObjectStoreXml, AnErrorIsReadFromAnObjectStoreAndATokenService) {
  const ServerError own = read_error(
      "<?xml version=\"1.0\"?><Error><Code>PermanentRedirect</Code><Message>Use the other one.</Message>"
      "<Region>eu-west-1</Region></Error>");
  EXPECT_EQ(own.code, "PermanentRedirect");
  EXPECT_EQ(own.message, "Use the other one.");
  EXPECT_EQ(own.region, "eu-west-1");
  const ServerError token = read_error(
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
      "<Code>ExpiredTokenException</Code><Message>old</Message></Error></ErrorResponse>");
  EXPECT_EQ(token.code, "ExpiredTokenException");
  EXPECT_EQ(read_error("<html><body>Bad gateway</body></html>").code, "");
}

TEST(ObjectStoreXml, ACompletedUploadNamesItsPartsInTheirOrder) {
  EXPECT_EQ(complete_upload({{"\"a\"", "YQ=="}, {"\"b\"", "Yg=="}}),
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag>"
            "<ChecksumSHA256>YQ==</ChecksumSHA256></Part>"
            "<Part><PartNumber>2</PartNumber><ETag>\"b\"</ETag>"
            "<ChecksumSHA256>Yg==</ChecksumSHA256></Part></CompleteMultipartUpload>");
}

TEST(ObjectStoreXml, UploadsAreReadWithTheirTimes) {
  const UploadPage page = value_of(
      read_uploads("<ListMultipartUploadsResult><Upload><Key>zoo/a</Key><UploadId>u1</UploadId>"
                   "<Initiated>2026-11-20T23:30:00.123Z</Initiated></Upload><IsTruncated>true</IsTruncated>"
                   "<NextKeyMarker>zoo%2Fa</NextKeyMarker><NextUploadIdMarker>u1</NextUploadIdMarker>"
                   "</ListMultipartUploadsResult>"));
  ASSERT_EQ(page.uploads.size(), 1U);
  EXPECT_EQ(page.uploads[0].began_ms, 1'795'217'400'000);
  EXPECT_EQ(page.next_key, "zoo/a");
  EXPECT_EQ(page.next_id, "u1");
  EXPECT_TRUE(
      failed_with(Outcome::kCorrupt, read_uploads("<ListMultipartUploadsResult><Upload><Key>a</Key></Upload>"
                                                  "</ListMultipartUploadsResult>")));
}

TEST(ObjectStoreXml, ADeepOrEntityRiddenAnswerIsRefusedOrHarmless) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_list(deep)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt,
                          read_list("<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                                    "<ListBucketResult><IsTruncated>&b;</IsTruncated></ListBucketResult>")));
}

}  // namespace
}  // namespace arkive::test
