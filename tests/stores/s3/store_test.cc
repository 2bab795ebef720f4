// S3Store beyond what every Store does: uploads, headers, retention, what killed writers left.
#include "stores/s3/s3_store.h"

#include <atomic>
#include <thread>

#include "tests/stores/s3/scripted_bucket.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

TEST(S3Store, PutsAnObjectTogetherFromPartsOfAnySizeOfWrites) {
  ScriptedBucket bucket;
  const auto store = bucket.open();
  const std::string bytes = made_of((23U << 20) + 17);
  for (const std::size_t piece : {bytes.size(), std::size_t{5U << 20}, std::size_t{(1U << 20) + 1}}) {
    auto writer = value_of(store->begin("long", soon()));
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      EXPECT_TRUE(succeeded(writer->write(Bytes(bytes).substr(at, piece))));
    EXPECT_TRUE(succeeded(writer->finish()));
    EXPECT_TRUE(bucket.objects().at("zoo/long") == bytes) << piece;
  }
  EXPECT_EQ(bucket.uploads(), 0U);
}

TEST(S3Store, AnObjectOfLessThanAPartIsOneRequest) {
  ScriptedBucket bucket;
  const auto store = bucket.open();
  auto writer = value_of(store->begin("short", soon()));
  EXPECT_TRUE(succeeded(writer->write("a few bytes")));
  EXPECT_TRUE(succeeded(writer->finish()));
  EXPECT_EQ(bucket.server().request_count(), 1U);
}

TEST(S3Store, AWriterGivenUpRemovesItsUpload) {
  ScriptedBucket bucket;
  const auto store = bucket.open();
  {
    const auto writer = value_of(store->begin("long", soon()));
    EXPECT_TRUE(succeeded(writer->write(made_of(12U << 20))));
  }
  EXPECT_EQ(bucket.uploads(), 0U);
  EXPECT_TRUE(bucket.objects().empty());
}

TEST(S3Store, ConnectionsAreUsedAgain) {
  ScriptedBucket bucket;
  const auto store = bucket.open();
  for (int i = 0; i < 20; ++i)
    EXPECT_TRUE(succeeded(store->put("k" + std::to_string(i), "x", PutMode::kCreateOnly, soon())));
  EXPECT_EQ(bucket.server().connections(), 1);
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

TEST(S3Store, NoMorePartsAreOnTheirWayThanAllUploadsMayHave) {
  ScriptedBucket bucket;
  std::atomic<int> under_way = 0;
  std::atomic<int> most = 0;
  bucket.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method != "PUT") return std::nullopt;
    const int now = ++under_way;
    for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
    }
    // Each waits for the others, so that as many as may are here at once.
    for (int waited = 0; most < 3 && waited < 400; ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --under_way;
    return std::nullopt;
  };
  s3::Settings settings = bucket.settings();
  settings.parts_in_all = 3;
  const auto store = bucket.open(settings);
  const std::string bytes = made_of(21U << 20);
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&, i] {
      auto writer = value_of(store->begin("long-" + std::to_string(i), soon()));
      EXPECT_TRUE(succeeded(writer->write(bytes)));
      EXPECT_TRUE(succeeded(writer->finish()));
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(most, 3);
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(value_of(store->get("long-" + std::to_string(i), 0, 0, soon())) == bytes);
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

TEST(S3Store, WritesAndReadsWithoutTheRightToRemove) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method == "DELETE") return s3_error(403, "AccessDenied");
    return std::nullopt;
  };
  const auto store = bucket.open();
  const std::string bytes = made_of(6U << 20);
  {
    const auto lock = value_of(store->lock("prod", soon()));
    auto writer = value_of(store->begin("long", soon()));
    EXPECT_TRUE(succeeded(writer->write(bytes)));
    EXPECT_TRUE(succeeded(writer->finish()));
    EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, soon())));
  }
  EXPECT_TRUE(value_of(store->get("long", 0, 0, soon())) == bytes);
  EXPECT_TRUE(succeeded(store->lock("prod", soon())));
  EXPECT_TRUE(failed_with(Outcome::kDenied, store->remove("k", soon())));
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

TEST(S3Store, PlainHttpGoesToLoopbackAlone) {
  s3::Settings settings{.location = value_of(s3::Location::parse("bucket"))};
  settings.endpoint = value_of(http::Url::parse("http://storage.example.com"));
  const auto store = value_of(S3Store::open(settings, ScriptedBucket::credentials()));
  EXPECT_TRUE(failed_with(Outcome::kUsage, store->head("k", soon())));
}

}  // namespace
}  // namespace arkive::test
