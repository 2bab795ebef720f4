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
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].header("x-amz-storage-class"), "STANDARD_IA");
  EXPECT_EQ(requests[1].method, "HEAD") << "is it kept as asked?";
  EXPECT_EQ(requests[2].header("x-amz-storage-class"), "") << "small objects cost more there";
  for (const HttpRequest& request : {requests[0], requests[2]}) {
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

std::size_t asked(const ScriptedBucket& bucket, const std::string& method) {
  std::size_t count = 0;
  for (const HttpRequest& request : bucket.server().requests()) count += request.method == method ? 1 : 0;
  return count;
}

TEST(S3Store, WhatSomebodyElsePutUnderRetentionIsNotHiddenWithoutAWordEither) {
  ScriptedBucket bucket;
  bucket.keeps_versions = true;
  s3::Settings locking = bucket.settings();
  locking.retention = {s3::Retention::Mode::kCompliance, std::chrono::hours(24)};
  EXPECT_TRUE(succeeded(bucket.open(locking)->put("kept", "x", PutMode::kCreateOnly, soon())));
  const auto store = bucket.open();
  EXPECT_TRUE(succeeded(store->put("free", "x", PutMode::kCreateOnly, soon())));
  EXPECT_TRUE(succeeded(store->remove("free", soon())));
  const Status removed = store->remove("kept", soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, removed));
  EXPECT_NE(removed.error().what.find("its retention lasts until 2"), std::string::npos)
      << removed.error().what;
  EXPECT_TRUE(succeeded(store->remove("gone", soon())));
  EXPECT_EQ(bucket.objects().count("zoo/kept"), 1U);
  EXPECT_EQ(bucket.delete_markers(), 1U) << "one for what was free, none for what was not there";
}

TEST(S3Store, ALegalHoldIsNamed) {
  ScriptedBucket bucket;
  bucket.keeps_versions = true;
  bucket.after = [](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.method == "HEAD") reply.headers.emplace_back("x-amz-object-lock-legal-hold", "ON");
  };
  const auto store = bucket.open();
  EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, soon())));
  const Status removed = store->remove("k", soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, removed));
  EXPECT_NE(removed.error().what.find("a legal hold keeps it"), std::string::npos) << removed.error().what;
}

TEST(S3Store, WhereRetentionMayNotBeSeenNothingIsRemovedAndTheRightIsNamed) {
  ScriptedBucket bucket;
  bucket.keeps_versions = true;
  bucket.shows_retention = false;
  const auto store = bucket.open();
  EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, soon())));
  for (int i = 0; i < 2; ++i) {
    const Status removed = store->remove("k", soon());
    ASSERT_TRUE(failed_with(Outcome::kDenied, removed));
    EXPECT_NE(removed.error().what.find("s3:GetObjectRetention"), std::string::npos) << removed.error().what;
  }
  EXPECT_EQ(bucket.delete_markers(), 0U);
}

TEST(S3Store, InABucketWithoutVersionsOneRemovalLooksAndNoOther) {
  ScriptedBucket bucket;
  for (int i = 0; i < 5; ++i) bucket.set("zoo/" + std::to_string(i), "x");
  const auto store = bucket.open();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(succeeded(store->remove(std::to_string(i), soon())));
  EXPECT_TRUE(bucket.objects().empty());
  EXPECT_EQ(asked(bucket, "HEAD"), 1U);
  EXPECT_EQ(asked(bucket, "GET"), 0U);
  EXPECT_EQ(asked(bucket, "DELETE"), 5U);
}

TEST(S3Store, ABucketThatBeginsToKeepVersionsIsNoticedByItsAnswerToARemoval) {
  ScriptedBucket bucket;
  for (int i = 0; i < 3; ++i) bucket.set("zoo/" + std::to_string(i), "x");
  const auto store = bucket.open();
  EXPECT_TRUE(succeeded(store->remove("0", soon())));
  bucket.keeps_versions = true;
  bucket.shows_retention = false;
  EXPECT_TRUE(succeeded(store->remove("1", soon())));
  EXPECT_TRUE(failed_with(Outcome::kDenied, store->remove("2", soon())));
}

TEST(S3Store, AServerThatTakesRetentionOrAClassWithoutKeepingItIsRefusedAtTheFirstObject) {
  for (const bool retention : {true, false}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{6} << 20}) {
      ScriptedBucket bucket;
      bucket.knows_locks = false;
      s3::Settings settings = bucket.settings();
      if (retention) {
        settings.retention = {s3::Retention::Mode::kCompliance, std::chrono::hours(24)};
      } else {
        settings.storage_class = "STANDARD_IA";
      }
      const auto store = bucket.open(settings);
      auto writer = value_of(store->begin("data", soon()));
      EXPECT_TRUE(succeeded(writer->write(std::string(size, 'x'))));
      const Status done = writer->finish();
      ASSERT_TRUE(failed_with(Outcome::kFail, done)) << size;
      const std::string& what = done.error().what;
      EXPECT_NE(what.find(retention ? "no retention, not COMPLIANCE until 2"
                                    : "in the storage class STANDARD, not in STANDARD_IA"),
                std::string::npos)
          << what;
      EXPECT_EQ(succeeded(store->put("list", "x", PutMode::kCreateOnly, soon())), !retention);
    }
  }
}

TEST(S3Store, OneLookAtTheFirstObjectIsEnough) {
  ScriptedBucket bucket;
  s3::Settings settings = bucket.settings();
  settings.storage_class = "STANDARD_IA";
  settings.retention = {s3::Retention::Mode::kCompliance, std::chrono::hours(24)};
  const auto store = bucket.open(settings);
  for (const char* key : {"a", "b", "c"}) {
    auto writer = value_of(store->begin(key, soon()));
    EXPECT_TRUE(succeeded(writer->write("x")));
    EXPECT_TRUE(succeeded(writer->finish()));
    EXPECT_TRUE(succeeded(store->put(key + std::string("-list"), "x", PutMode::kCreateOnly, soon())));
  }
  EXPECT_EQ(asked(bucket, "HEAD"), 1U);
}

TEST(S3Store, AnotherKeyThanTheOneAskedForIsNamed) {
  ScriptedBucket bucket;
  s3::Settings settings = bucket.settings();
  settings.encryption = "aws:kms";
  std::string told;
  bucket.after = [&](const HttpRequest&, HttpReply& reply, std::size_t) {
    reply.headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", told);
  };
  const auto put = [&](const std::string& asked_for, const std::string& by) {
    settings.kms_key = asked_for;
    told = by;
    bucket.clear();
    return bucket.open(settings)->put("k", "x", PutMode::kCreateOnly, soon());
  };
  const std::string arn = "arn:aws:kms:eu-west-1:1:key/4711";
  EXPECT_TRUE(succeeded(put("4711", arn)));
  EXPECT_TRUE(succeeded(put(arn, "4711")));
  EXPECT_TRUE(succeeded(put("alias/zoo", arn))) << "an alias does not tell its key";
  EXPECT_TRUE(succeeded(put("4711", ""))) << "a server need not tell it";
  const Status other = put("4712", arn);
  ASSERT_TRUE(failed_with(Outcome::kFail, other));
  EXPECT_NE(other.error().what.find("by the key '" + arn + "', not by '4712'"), std::string::npos)
      << other.error().what;
}

TEST(S3Store, ANotFoundThatAnswersAPutIsTheServersOwnError) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method != "PUT" && request.method != "POST") return std::nullopt;
    return s3_error(404, "KMS.NotFoundException", "there is no key zoo");
  };
  s3::Settings settings = bucket.settings();
  settings.encryption = "aws:kms";
  settings.kms_key = "zoo";
  const auto store = bucket.open(settings);
  const auto check = [](const Status& done) {
    ASSERT_TRUE(failed_with(Outcome::kFail, done));
    EXPECT_NE(done.error().what.find("404, KMS.NotFoundException: there is no key zoo"), std::string::npos)
        << done.error().what;
    EXPECT_NE(done.error().hint.find("ARKIVE_S3_KMS_KEY"), std::string::npos) << done.error().hint;
  };
  for (const PutMode mode : {PutMode::kCreateOnly, PutMode::kReplace})
    check(store->put("k", "x", mode, soon()));
  for (const std::size_t size : {std::size_t{1}, std::size_t{6} << 20}) {
    auto writer = value_of(store->begin("data", soon()));
    const Status written = writer->write(std::string(size, 'x'));
    check(written ? writer->finish() : written);
  }
  const auto lock = store->lock("prod", soon());
  ASSERT_TRUE(failed_with(Outcome::kFail, lock));
  EXPECT_NE(lock.error().what.find("KMS.NotFoundException"), std::string::npos) << lock.error().what;
}

TEST(S3Store, AServerThatSaysNothingOfEncryptionWhenAnUploadBeginsIsAskedOfTheObject) {
  for (const bool encrypts : {true, false}) {
    ScriptedBucket bucket;
    bucket.after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
      if (request.asks("uploads")) reply.set_header("x-amz-server-side-encryption", "");
      if (request.method == "HEAD" && encrypts)
        reply.headers.emplace_back("x-amz-server-side-encryption", "AES256");
    };
    s3::Settings settings = bucket.settings();
    settings.encryption = "AES256";
    const auto store = bucket.open(settings);
    auto writer = value_of(store->begin("data", soon()));
    EXPECT_TRUE(succeeded(writer->write(std::string(6U << 20, 'x'))));
    const Status done = writer->finish();
    EXPECT_EQ(done.has_value(), encrypts);
    if (!encrypts && !done) {
      EXPECT_NE(done.error().what.find("did not encrypt it as asked"), std::string::npos);
    }
  }
}

TEST(S3Store, LocksAreEncryptedByTheServerAndHaveNeitherRetentionNorClass) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    const bool is_plain = request.header("x-amz-server-side-encryption") != "aws:kms";
    if (request.method == "PUT" && is_plain) return s3_error(403, "AccessDenied", "only encrypted");
    return std::nullopt;
  };
  s3::Settings settings = bucket.settings();
  settings.encryption = "aws:kms";
  settings.kms_key = "zoo";
  settings.storage_class = "STANDARD_IA";
  settings.retention = {s3::Retention::Mode::kCompliance, std::chrono::hours(24)};
  const auto store = bucket.open(settings);
  EXPECT_TRUE(succeeded(store->lock("prod", soon())));
  for (const HttpRequest& request : bucket.server().requests()) {
    EXPECT_EQ(request.header("x-amz-object-lock-mode"), "");
    EXPECT_EQ(request.header("x-amz-storage-class"), "");
    if (request.method == "PUT") {
      EXPECT_EQ(request.header("x-amz-server-side-encryption-aws-kms-key-id"), "zoo");
    }
  }
}

TEST(S3Store, UploadsAreFoundPageByPageOnAServerThatListsThemByNoPrefixToo) {
  ScriptedBucket bucket;
  bucket.lists_by_prefix = false;
  bucket.page = 3;
  const UnixMilliseconds now = wall_clock_now();
  constexpr UnixMilliseconds kHour = 3'600'000;
  for (int i = 0; i < 10; ++i) {
    const std::string number = std::to_string(i);
    bucket.add_upload("zoo/" + number, "old-" + number, now - 25 * kHour);
    bucket.add_upload("zoo/" + number, "young-" + number, now - 23 * kHour);
    bucket.add_upload("zoology/" + number, "foreign-" + number, now - 25 * kHour);
  }
  EXPECT_TRUE(succeeded(bucket.open()->remove_unfinished(soon())));
  EXPECT_EQ(bucket.uploads(), 20U);
  std::size_t removed = 0;
  for (const HttpRequest& request : bucket.server().requests()) {
    if (request.method != "DELETE") continue;
    EXPECT_EQ(request.query.at("uploadId").substr(0, 4), "old-");
    ++removed;
  }
  EXPECT_EQ(removed, 10U);
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
  for (const char* address : {"http://127.0.0.1:9000", "http://[::1]:9000"}) {
    const auto before_digits =
        opened([&](s3::Settings& s) { s.endpoint = value_of(http::Url::parse(address)); });
    ASSERT_TRUE(failed_with(Outcome::kUsage, before_digits));
    EXPECT_NE(before_digits.error().hint.find("ARKIVE_S3_ADDRESSING=path"), std::string::npos);
  }
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
