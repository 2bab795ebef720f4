// S3Store beyond what every store behind a network does (tests/stores/remote): headers, retention, what
// killed writers left.
#include "stores/s3/s3_store.h"

#include "tests/stores/s3/scripted_bucket.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

TEST(S3Store, AsksForWhatTheSettingsSay) {
  ScriptedBucket bucket;
  s3::Settings settings = bucket.settings();
  settings.storage_class = "STANDARD_IA";
  settings.encryption = "aws:kms";
  settings.kms_key = "arn:aws:kms:eu-west-1:1:key/k";
  settings.retention = {s3::Retention::Mode::kCompliance, std::chrono::hours(720)};
  const auto store = bucket.open(settings);
  auto writer = value_of(store->begin("data", soon()));
  EXPECT_TRUE(succeeded(writer->write("x")));
  EXPECT_TRUE(succeeded(writer->finish()));
  EXPECT_TRUE(succeeded(store->put("manifest", "x", PutMode::kCreateOnly, soon())));
  const auto requests = bucket.server().requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].header("x-amz-storage-class"), "STANDARD_IA");
  EXPECT_EQ(requests[1].header("x-amz-storage-class"), "") << "small objects cost more there";
  for (const HttpRequest& request : requests) {
    EXPECT_EQ(request.header("x-amz-server-side-encryption"), "aws:kms");
    EXPECT_EQ(request.header("x-amz-server-side-encryption-aws-kms-key-id"), settings.kms_key);
    EXPECT_EQ(request.header("x-amz-object-lock-mode"), "COMPLIANCE");
    const UnixMilliseconds until =
        value_of(parse_time(request.header("x-amz-object-lock-retain-until-date")));
    EXPECT_NEAR(static_cast<double>(until - wall_clock_now()), 720 * 3'600'000.0, 10'000);
    EXPECT_FALSE(request.header("x-amz-checksum-sha256").empty());
  }
}

TEST(S3Store, PartsAreHashedOnceWhereTheServerTellsTheirChecksumsAndAreSignedWhereItDoesNot) {
  for (const bool tells : {true, false}) {
    ScriptedBucket bucket;
    bucket.tells_part_checksums = tells;
    s3::Settings settings = bucket.settings();
    settings.parts_at_once = 1;
    const auto store = bucket.open(settings);
    const std::string bytes = made_of(16U << 20);
    auto writer = value_of(store->begin("long", soon()));
    EXPECT_TRUE(succeeded(writer->write(bytes)));
    EXPECT_TRUE(succeeded(writer->finish()));
    EXPECT_TRUE(value_of(store->get("long", 0, 0, soon())) == bytes);
    std::size_t parts = 0;
    for (const HttpRequest& request : bucket.server().requests()) {
      if (request.method != "PUT") continue;
      const std::string signed_one = request.header("x-amz-content-sha256");
      EXPECT_EQ(signed_one == "UNSIGNED-PAYLOAD", tells && parts > 0) << signed_one;
      if (signed_one != "UNSIGNED-PAYLOAD") {
        EXPECT_EQ(signed_one, hex(sha256(request.body)));
      }
      const std::string authorization = request.header("authorization");
      EXPECT_NE(authorization.find("x-amz-checksum-sha256"), std::string::npos) << "it is signed";
      ++parts;
    }
    EXPECT_EQ(parts, 4U);
  }
}

TEST(S3Store, AnObjectUnderRetentionStaysAndSaysUntilWhen) {
  ScriptedBucket bucket;
  s3::Settings settings = bucket.settings();
  settings.retention = {s3::Retention::Mode::kGovernance, std::chrono::hours(24)};
  const auto store = bucket.open(settings);
  EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, soon())));
  const Status removed = store->remove("k", soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, removed));
  EXPECT_NE(removed.error().what.find("its retention lasts until 2"), std::string::npos)
      << removed.error().what;
  EXPECT_EQ(bucket.objects().count("zoo/k"), 1U);
}

TEST(S3Store, RemovesUploadsOfItsOwnThatAreADayOldAndNoOthers) {
  ScriptedBucket bucket;
  const UnixMilliseconds now = wall_clock_now();
  constexpr UnixMilliseconds kHour = 3'600'000;
  bucket.add_upload("zoo/old", "old", now - 25 * kHour);
  bucket.add_upload("zoo/older", "older", now - 2500 * kHour);
  bucket.add_upload("zoo/young", "young", now - 23 * kHour);
  bucket.add_upload("zoology", "foreign", now - 25 * kHour);
  const auto store = bucket.open();
  EXPECT_TRUE(succeeded(store->remove_unfinished(soon())));
  EXPECT_EQ(bucket.uploads(), 2U);
  std::vector<std::string> removed;
  for (const HttpRequest& request : bucket.server().requests()) {
    if (request.method == "DELETE") removed.push_back(request.query.at("uploadId"));
  }
  EXPECT_EQ(removed, (std::vector<std::string>{"old", "older"}));
  scoreboard("s3_orphans", 0, 2, removed.size(), bucket.uploads() == 2 ? 0 : 1);
}

TEST(S3Store, RefusesSettingsThatNoBucketCanHave) {
  const auto opened = [](const std::function<void(s3::Settings&)>& change) {
    s3::Settings settings{.location = value_of(s3::Location::parse("bucket/zoo"))};
    change(settings);
    return S3Store::open(settings, ScriptedBucket::credentials());
  };
  EXPECT_TRUE(succeeded(opened([](s3::Settings&) {})));
  EXPECT_TRUE(failed_with(Outcome::kUsage, opened([](s3::Settings& s) { s.part_bytes = 1 << 20; })));
  EXPECT_TRUE(
      failed_with(Outcome::kUsage, opened([](s3::Settings& s) { s.storage_class = "DEEP_ARCHIVE"; })));
  EXPECT_TRUE(failed_with(Outcome::kUsage, opened([](s3::Settings& s) { s.encryption = "rot13"; })));
  EXPECT_TRUE(failed_with(Outcome::kUsage, opened([](s3::Settings& s) { s.kms_key = "k"; })));
}

TEST(S3Store, ALocationIsABucketAndABeginningOfKeys) {
  EXPECT_EQ(value_of(s3::Location::parse("zoo")).prefix, "");
  EXPECT_EQ(value_of(s3::Location::parse("zoo/a/b")).prefix, "a/b/");
  EXPECT_EQ(value_of(s3::Location::parse("zoo/a/b/")).prefix, "a/b/");
  for (const char* bad : {"", "ab", "Zoo", "zoo_1", "-zoo", "zoo/../a", "zoo//a", "zoo/a\nb", "/a"})
    EXPECT_TRUE(failed_with(Outcome::kUsage, s3::Location::parse(bad))) << bad;
}

}  // namespace
}  // namespace arkive::test
