// What a real MinIO can do beside keeping objects, and what becomes of it: retention, versions, unfinished
// uploads, encryption by the server, buckets in the name of the host.
#include "stores/s3/upload.h"
#include "stores/s3/xml.h"
#include "tests/contract/buckets/minio_bucket.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

class BucketFeatures : public Bucket {
 protected:
  /// A bucket of its own, and what is asked of it beside a store.
  static s3::Settings settings_of(const std::string& bucket) {
    s3::Settings settings = settings_for("zoo");
    settings.location.bucket = bucket;
    return settings;
  }
  static void ask(const s3::Connection& connection, const std::string& method, const s3::Query& query,
                  http::Headers headers, const std::string& body) {
    const s3::SentChecksum checksum = connection.dialect().checksum_of(body);
    headers.emplace_back(checksum.header, checksum.value);
    EXPECT_TRUE(succeeded(connection.call({.operation = "set up",
                                           .method = method,
                                           .query = query,
                                           .headers = std::move(headers),
                                           .body = body},
                                          soon())));
  }
  static void make_locked(const s3::Connection& connection) {
    ask(connection, "PUT", {}, {{"x-amz-bucket-object-lock-enabled", "true"}}, "");
  }
  /// Markers that hide what was removed.
  static std::size_t delete_markers(const s3::Connection& connection) {
    const auto listed = value_of(connection.call(
        {.operation = "list versions of", .query = {{"versions", ""}}, .most_bytes = 1 << 20}, soon()));
    std::size_t count = 0;
    for (std::size_t at = 0; (at = listed.body.find("<DeleteMarker>", at)) != std::string::npos; ++at)
      ++count;
    return count;
  }
};

TEST_F(BucketFeatures, UploadsLeftBehindAreListedAndOnlyOldOnesRemoved) {
  const auto store = value_of(open_bucket(place("uploads")));
  auto writer = value_of(store->begin("long", soon()));
  EXPECT_TRUE(succeeded(writer->write(std::string(6U << 20, 'x'))));
  EXPECT_TRUE(succeeded(store->remove_unfinished(soon())));
  EXPECT_TRUE(succeeded(writer->write(std::string(6U << 20, 'y'))));
  EXPECT_TRUE(succeeded(writer->finish())) << "what is being written is younger than a day";
  EXPECT_EQ(value_of(store->head("long", soon())).size, 12U << 20);
}

TEST_F(BucketFeatures, KeepsWhatIsUnderRetention) {
  s3::Settings settings = settings_for("zoo");
  settings.location.bucket = "locked";
  const s3::Connection connection(settings, credentials());
  ASSERT_TRUE(succeeded(connection.call(
      {.operation = "make", .method = "PUT", .headers = {{"x-amz-bucket-object-lock-enabled", "true"}}},
      soon())));
  settings.retention = {s3::Retention::Mode::kGovernance, std::chrono::hours(24)};
  const auto store = value_of(S3Store::open(settings, credentials()));
  EXPECT_TRUE(succeeded(store->put("k", "kept", PutMode::kCreateOnly, soon())));
  auto writer = value_of(store->begin("long", soon()));
  EXPECT_TRUE(succeeded(writer->write(std::string(6U << 20, 'x'))));
  EXPECT_TRUE(succeeded(writer->finish()));
  for (const char* key : {"k", "long"}) {
    const Status removed = store->remove(key, soon());
    ASSERT_TRUE(failed_with(Outcome::kDenied, removed)) << key;
    EXPECT_NE(removed.error().what.find("its retention lasts until"), std::string::npos)
        << removed.error().what;
  }
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "kept");
  const auto lock = store->lock("prod", soon());
  EXPECT_TRUE(succeeded(lock)) << "locks are renewed and have no retention";
}

/// Nothing in the settings of who removes says that there is a lock.
TEST_F(BucketFeatures, WhatIsUnderRetentionIsNotHiddenByWhoKnowsNothingOfIt) {
  const s3::Connection connection(settings_of("locked-by-another"), credentials());
  make_locked(connection);
  s3::Settings locking = settings_of("locked-by-another");
  locking.retention = {s3::Retention::Mode::kGovernance, std::chrono::hours(24)};
  EXPECT_TRUE(succeeded(
      value_of(S3Store::open(locking, credentials()))->put("k", "kept", PutMode::kCreateOnly, soon())));
  const auto store = value_of(S3Store::open(settings_of("locked-by-another"), credentials()));
  const Status removed = store->remove("k", soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, removed));
  EXPECT_NE(removed.error().what.find("its retention lasts until"), std::string::npos);
  EXPECT_TRUE(succeeded(store->put("free", "x", PutMode::kCreateOnly, soon())));
  EXPECT_TRUE(succeeded(store->remove("free", soon())));
  EXPECT_TRUE(failed_with(Outcome::kDenied, store->remove("k", soon())));
  EXPECT_EQ(delete_markers(connection), 1U) << "of what was free";
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "kept");
}

TEST_F(BucketFeatures, WhatIsThereIsKeptForLongerAndItsModeIsNoWeakerThanBefore) {
  const s3::Connection connection(settings_of("extended"), credentials());
  make_locked(connection);
  const auto open = [](s3::Retention::Mode mode) {
    s3::Settings settings = settings_of("extended");
    settings.retention = {mode, std::chrono::hours(1)};
    return value_of(S3Store::open(settings, credentials()));
  };
  const auto unlocked = value_of(S3Store::open(settings_of("extended"), credentials()));
  EXPECT_TRUE(succeeded(unlocked->put("free", "x", PutMode::kCreateOnly, soon())));
  const auto store = open(s3::Retention::Mode::kGovernance);
  EXPECT_TRUE(succeeded(store->put("k", "kept", PutMode::kCreateOnly, soon())));
  const UnixMilliseconds until = (wall_clock_now() + 7'200'000) / 1000 * 1000;
  for (const char* key : {"free", "k"}) {
    EXPECT_TRUE(value_of(store->may_keep_until(key, until, soon()))) << key;
    EXPECT_LT(value_of(store->kept_until(key, soon())).until, until) << key;
    EXPECT_TRUE(value_of(store->keep_until(key, until, soon()))) << key;
    EXPECT_EQ(value_of(store->kept_until(key, soon())).until, until) << key;
    EXPECT_FALSE(value_of(store->may_keep_until(key, until, soon()))) << key;
    EXPECT_FALSE(value_of(store->keep_until(key, until, soon()))) << key;
    EXPECT_TRUE(failed_with(Outcome::kDenied, store->remove(key, soon()))) << key;
  }
  // Not every server makes one of the other without more rights; what it keeps is as it says.
  const auto stronger = open(s3::Retention::Mode::kCompliance);
  const auto changed = stronger->keep_until("k", until + 3'600'000, soon());
  if (!changed) {
    EXPECT_NE(changed.error().what.find("extend the retention of"), std::string::npos)
        << changed.error().what;
  }
  EXPECT_EQ(value_of(store->kept_until("k", soon())).until, changed ? until + 3'600'000 : until);
  EXPECT_TRUE(succeeded(stronger->put("strong", "x", PutMode::kCreateOnly, soon())));
  EXPECT_TRUE(failed_with(Outcome::kDenied, store->may_keep_until("strong", until, soon())));
  EXPECT_TRUE(failed_with(Outcome::kDenied, store->keep_until("strong", until, soon())));
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "kept");
}

TEST_F(BucketFeatures, TheRetentionThatABucketGivesByItselfIsSeenToo) {
  const s3::Connection connection(settings_of("locked-by-default"), credentials());
  make_locked(connection);
  ask(connection, "PUT", {{"object-lock", ""}}, {},
      "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
      "<Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>");
  const auto store = value_of(S3Store::open(settings_of("locked-by-default"), credentials()));
  EXPECT_TRUE(succeeded(store->put("k", "kept", PutMode::kCreateOnly, soon())));
  const Status removed = store->remove("k", soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, removed));
  EXPECT_NE(removed.error().what.find("its retention lasts until"), std::string::npos);
  EXPECT_EQ(delete_markers(connection), 0U);
}

TEST_F(BucketFeatures, ABucketThatOnlyKeepsVersionsHidesWhatIsRemoved) {
  const s3::Connection connection(settings_of("versions"), credentials());
  ask(connection, "PUT", {}, {}, "");
  ask(connection, "PUT", {{"versioning", ""}}, {},
      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
  const auto store = value_of(S3Store::open(settings_of("versions"), credentials()));
  for (const char* key : {"a", "b"}) {
    EXPECT_TRUE(succeeded(store->put(key, "x", PutMode::kCreateOnly, soon())));
    EXPECT_TRUE(succeeded(store->remove(key, soon())));
    EXPECT_TRUE(failed_with(Outcome::kNotFound, store->head(key, soon())));
    EXPECT_TRUE(succeeded(store->remove(key, soon()))) << "it is gone";
  }
  EXPECT_EQ(delete_markers(connection), 2U);
}

/// --full: more of them.
TEST_F(BucketFeatures, OfManyUploadsLeftBehindTheOldOnesOfTheStoreAndNoOthersAreRemoved) {
  const int planted = full_form() ? 500 : 10;
  const s3::Connection own(settings_for(place("orphans").substr(1)), credentials());
  const s3::Connection other(settings_for(place("orphans").substr(1) + "-other"), credentials());
  const auto plant = [&](const s3::Connection& connection, int number) {
    EXPECT_TRUE(succeeded(connection.call({.operation = "begin upload",
                                           .method = "POST",
                                           .key = "a/" + std::to_string(number / 2),  // two of a key
                                           .query = {{"uploads", ""}}},
                                          soon())));
  };
  for (int number = 0; number < planted; ++number) {
    plant(own, number);
    plant(other, number);
  }
  const auto removed = [&](const s3::Connection& connection, std::chrono::milliseconds age) {
    return value_of(s3::remove_unfinished_uploads(connection, age, Deadline::after(std::chrono::minutes(5))));
  };
  EXPECT_EQ(removed(own, std::chrono::hours(1)), 0U) << "they are younger";
  const std::size_t found = removed(own, std::chrono::hours(-1));  // older than what comes in an hour
  EXPECT_EQ(found, static_cast<std::size_t>(planted));
  EXPECT_EQ(removed(own, std::chrono::hours(-1)), 0U) << "they are gone";
  const std::size_t foreign = removed(other, std::chrono::hours(-1));
  EXPECT_EQ(foreign, static_cast<std::size_t>(planted)) << "those of another store had stayed";
  const std::size_t wrong = (found == foreign && found == static_cast<std::size_t>(planted)) ? 0 : 1;
  scoreboard("minio_orphans", 0, static_cast<std::size_t>(planted), found, wrong);
}

/// A key of MinIO's own, by which it encrypts as AWS' key service would.
class EncryptingBucket : public BucketFeatures {
 protected:
  void SetUp() override {
    server_ = value_of(rehearse::MinioServer::start_new(
        scratch("encrypting"),
        minio_settings({{"MINIO_KMS_SECRET_KEY", "zoo-key:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}}),
        Deadline::after(std::chrono::seconds(60))));
  }
  s3::Settings settings(const std::string& encryption, const std::string& key = "") const {
    s3::Settings settings = settings_for("zoo", *server_);
    settings.encryption = encryption;
    settings.kms_key = key;
    return settings;
  }
  static Status write(Store& store, const std::string& key, std::size_t size) {
    ARKIVE_ASSIGN(auto writer, store.begin(key, soon()));
    ARKIVE_TRY(writer->write(std::string(size, 'x')));
    return writer->finish();
  }

  std::unique_ptr<rehearse::MinioServer> server_;
};

TEST_F(EncryptingBucket, IsAskedForItAndGivesBackWhatWasPut) {
  for (const auto& [encryption, key] : std::vector<std::pair<std::string, std::string>>{
           {"AES256", ""}, {"aws:kms", ""}, {"aws:kms", "zoo-key"}, {"aws:kms", "arn:aws:kms:zoo-key"}}) {
    const s3::Settings asked = settings(encryption, key);
    const auto store = value_of(S3Store::open(asked, credentials()));
    const std::string name = encryption + key;
    EXPECT_TRUE(succeeded(store->put(name + "/small", "x", PutMode::kCreateOnly, soon())));
    EXPECT_TRUE(succeeded(write(*store, name + "/one", 1000)));
    EXPECT_TRUE(succeeded(write(*store, name + "/parts", 12U << 20)));
    EXPECT_TRUE(succeeded(store->lock(name, soon())));
    EXPECT_EQ(value_of(store->get(name + "/small", 0, 0, soon())), "x");
    EXPECT_EQ(value_of(store->get(name + "/one", 0, 0, soon())), std::string(1000, 'x'));
    EXPECT_TRUE(value_of(store->get(name + "/parts", 0, 0, soon())) == std::string(12U << 20, 'x'));
    EXPECT_EQ(value_of(store->get(name + "/parts", 6U << 20, 10, soon())), "xxxxxxxxxx");
    const s3::Connection connection(asked, credentials());
    for (const std::string& object :
         {name + "/small", name + "/one", name + "/parts", "locks/" + name + ".lock"}) {
      const auto head =
          value_of(connection.call({.operation = "look at", .method = "HEAD", .key = object}, soon()));
      EXPECT_EQ(head.header("x-amz-server-side-encryption"), encryption) << object;
    }
  }
}

TEST_F(EncryptingBucket, AKeyThatIsNotThereIsNamedByTheServersOwnError) {
  const auto store = value_of(S3Store::open(settings("aws:kms", "no-such-key"), credentials()));
  const auto check = [](const Status& done) {
    ASSERT_TRUE(failed_with(Outcome::kFail, done));
    EXPECT_EQ(done.error().what.find("there is no such object"), std::string::npos) << done.error().what;
    EXPECT_NE(done.error().what.find("status "), std::string::npos) << done.error().what;
    EXPECT_NE(done.error().hint.find("ARKIVE_S3_KMS_KEY"), std::string::npos)
        << done.error().what << "; " << done.error().hint;
  };
  check(store->put("k", "x", PutMode::kCreateOnly, soon()));
  check(write(*store, "one", 1000));
  check(write(*store, "parts", 6U << 20));
  EXPECT_TRUE(failed_with(Outcome::kFail, store->lock("prod", soon())));
}

TEST_F(BucketFeatures, ABucketMayStandInTheNameOfTheHost) {
  const auto server = value_of(
      rehearse::MinioServer::start_new(scratch("hosts"), minio_settings({{"MINIO_DOMAIN", "localhost"}}),
                                       Deadline::after(std::chrono::seconds(60))));
  s3::Settings settings = settings_for("zoo", *server);
  settings.endpoint.host = "localhost";
  settings.path_style = false;  // http://contract.localhost:9000/zoo/k
  const auto store = value_of(S3Store::open(settings, credentials()));
  EXPECT_TRUE(succeeded(store->put("k=v +%", "x", PutMode::kCreateOnly, soon())));
  auto writer = value_of(store->begin("long", soon()));
  EXPECT_TRUE(succeeded(writer->write(std::string(12U << 20, 'x'))));
  EXPECT_TRUE(succeeded(writer->finish()));
  EXPECT_TRUE(succeeded(store->lock("prod", soon())));
  std::vector<std::string> keys;
  EXPECT_TRUE(succeeded(store->list(
      "",
      [&](const Store::Object& object) {
        keys.push_back(object.key);
        return ok();
      },
      soon())));
  EXPECT_EQ(keys, (std::vector<std::string>{"k=v +%", "locks/prod.lock", "long"}));
  // The same, asked for by the path.
  EXPECT_EQ(
      value_of(
          value_of(S3Store::open(settings_for("zoo", *server), credentials()))->get("k=v +%", 0, 0, soon())),
      "x");
  EXPECT_TRUE(succeeded(store->remove("long", soon())));
}

}  // namespace
}  // namespace arkive::test
