// Objects of a bucket that are kept for longer than they are, and what is told of it.
#include "tests/stores/s3/scripted_bucket.h"

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

/// A bucket with versions and locks, and an object in it.
class LockExtension : public testing::Test {
 protected:
  static constexpr UnixMilliseconds kHour = 3'600'000;

  LockExtension() { bucket_.keeps_versions = true; }

  std::unique_ptr<S3Store> open(s3::Retention::Mode mode = s3::Retention::Mode::kGovernance,
                                int hours = 24) const {
    s3::Settings settings = bucket_.settings();
    if (mode != s3::Retention::Mode::kNone) settings.retention = {mode, std::chrono::hours(hours)};
    return bucket_.open(settings);
  }
  void put_locked(s3::Retention::Mode mode, int hours) {
    value_of(open(mode, hours)->put("k", "kept", PutMode::kCreateOnly, soon()));
  }
  std::vector<HttpRequest> extensions() const {
    std::vector<HttpRequest> found;
    for (const HttpRequest& request : bucket_.server().requests()) {
      if (request.method == "PUT" && request.asks("retention")) found.push_back(request);
    }
    return found;
  }
  static UnixMilliseconds until(const Store& store) { return value_of(store.kept_until("k", soon())).until; }

  const UnixMilliseconds now_ = wall_clock_now() / 1000 * 1000;
  ScriptedBucket bucket_;
};

TEST_F(LockExtension, AnObjectIsKeptLongerInTheModeOfTheSettings) {
  put_locked(s3::Retention::Mode::kGovernance, 1);
  const auto store = open();
  EXPECT_EQ(value_of(store->keeps_for()), std::chrono::hours(24));
  EXPECT_TRUE(value_of(store->keep_until("k", now_ + 24 * kHour + 17, soon())));
  ASSERT_EQ(extensions().size(), 1U);
  EXPECT_EQ(extensions()[0].body,
            "<Retention xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Mode>GOVERNANCE</Mode>"
            "<RetainUntilDate>" +
                format_time(now_ + 24 * kHour) + "</RetainUntilDate></Retention>");
  EXPECT_EQ(until(*store), now_ + 24 * kHour);
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "kept");
  EXPECT_TRUE(failed_with(Outcome::kDenied, store->remove("k", soon())));
}

TEST_F(LockExtension, NoLockIsMadeShorterAndNothingIsSentForOneThatIsLongEnough) {
  put_locked(s3::Retention::Mode::kGovernance, 48);
  const auto store = open();
  const UnixMilliseconds before = until(*store);
  for (const UnixMilliseconds wanted : {now_ + 24 * kHour, before, before + 999})
    EXPECT_FALSE(value_of(store->keep_until("k", wanted, soon())));
  EXPECT_TRUE(extensions().empty());
  EXPECT_EQ(until(*store), before);
}

TEST_F(LockExtension, WhatIsAskedBeforeIsAnsweredAsItIsDoneAndChangesNothing) {
  put_locked(s3::Retention::Mode::kGovernance, 1);
  const auto store = open();
  const UnixMilliseconds before = until(*store);
  EXPECT_TRUE(value_of(store->may_keep_until("k", now_ + 24 * kHour, soon())));
  EXPECT_FALSE(value_of(store->may_keep_until("k", before, soon())));
  EXPECT_TRUE(value_of(open(s3::Retention::Mode::kCompliance)->may_keep_until("k", before, soon())));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, store->may_keep_until("no/such", now_ + kHour, soon())));
  EXPECT_TRUE(extensions().empty());
  EXPECT_EQ(until(*store), before);
}

TEST_F(LockExtension, APartOfASecondIsNoneThatALockLoses) {
  put_locked(s3::Retention::Mode::kGovernance, 48);
  const UnixMilliseconds before = until(*open());
  bucket_.after = [&](const HttpRequest&, HttpReply& reply, std::size_t) {
    for (auto& [name, value] : reply.headers) {
      if (name == "x-amz-object-lock-retain-until-date" && value == format_time(before))
        value.replace(value.size() - 1, 1, ".500Z");
    }
  };
  EXPECT_TRUE(value_of(open()->may_keep_until("k", before + 1000, soon()))) << "it ends before that";
  EXPECT_TRUE(value_of(open(s3::Retention::Mode::kCompliance)->keep_until("k", now_ + 24 * kHour, soon())));
  EXPECT_EQ(until(*open()), before + 1000);
}

TEST_F(LockExtension, OfWhatWasNeverLockedAndOfWhatIsNotThereTheTruthIsTold) {
  bucket_.set("zoo/k", "kept");
  const auto store = open();
  EXPECT_FALSE(value_of(store->kept_until("k", soon())).keeps());
  EXPECT_FALSE(value_of(store->kept_until("no/such", soon())).keeps());
  EXPECT_TRUE(failed_with(Outcome::kNotFound, store->keep_until("no/such", now_ + kHour, soon())));
  EXPECT_TRUE(value_of(store->keep_until("k", now_ + kHour, soon())));
  EXPECT_EQ(until(*store), now_ + kHour);
  EXPECT_TRUE(failed_with(Outcome::kDenied, may_remove(*store, "k", soon())));
  EXPECT_TRUE(succeeded(may_remove(*store, "no/such", soon())));
}

/// As a MinIO, whose status is another than Amazon's.
TEST_F(LockExtension, AnObjectWithoutALockIsKnownByTheServersCodeWhateverItsStatus) {
  for (const int status : {400, 404}) {
    bucket_.clear();
    bucket_.set("zoo/k", "kept");
    bucket_.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
      if (request.method != "GET" || !request.asks("retention")) return std::nullopt;
      return s3_error(status, "NoSuchObjectLockConfiguration");
    };
    EXPECT_TRUE(value_of(open()->keep_until("k", now_ + kHour, soon())));
    EXPECT_EQ(until(*open()), now_ + kHour);
  }
}

TEST_F(LockExtension, ALegalHoldHasNoEndAndARetentionMayStandBesideIt) {
  put_locked(s3::Retention::Mode::kGovernance, 1);
  bucket_.after = [](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.method == "HEAD") reply.headers.emplace_back("x-amz-object-lock-legal-hold", "ON");
  };
  const auto store = open();
  const Store::Keeping keeping = value_of(store->kept_until("k", soon()));
  EXPECT_TRUE(keeping.on_hold);
  EXPECT_NE(keeping.until, 0);
  EXPECT_TRUE(value_of(store->keep_until("k", now_ + 24 * kHour, soon())));
}

TEST_F(LockExtension, ALockInComplianceModeIsNeitherWeakenedNorTakenForTooShort) {
  put_locked(s3::Retention::Mode::kCompliance, 10);
  const auto store = open();
  EXPECT_FALSE(value_of(store->keep_until("k", now_ + kHour, soon())));
  const auto refused = store->keep_until("k", now_ + 24 * kHour, soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_NE(refused.error().what.find("compliance mode until 2"), std::string::npos) << refused.error().what;
  EXPECT_TRUE(extensions().empty());
}

TEST_F(LockExtension, ALockInGovernanceModeBecomesOneInComplianceModeOfNoShorterTime) {
  put_locked(s3::Retention::Mode::kGovernance, 48);
  const auto store = open(s3::Retention::Mode::kCompliance);
  const UnixMilliseconds before = until(*store);
  EXPECT_TRUE(value_of(store->keep_until("k", now_ + 24 * kHour, soon())));
  ASSERT_EQ(extensions().size(), 1U);
  EXPECT_NE(extensions()[0].body.find("<Mode>COMPLIANCE</Mode>"), std::string::npos);
  EXPECT_EQ(until(*store), before);
}

TEST_F(LockExtension, WithoutASettingItIsRefusedAndTheVariableNamed) {
  bucket_.set("zoo/k", "kept");
  const auto store = open(s3::Retention::Mode::kNone);
  for (const auto& error :
       {store->keeps_for().error(), store->keep_until("k", now_ + kHour, soon()).error()}) {
    EXPECT_EQ(error.outcome, Outcome::kUsage);
    EXPECT_NE(error.hint.find("ARKIVE_S3_RETENTION"), std::string::npos) << error.hint;
  }
  EXPECT_TRUE(bucket_.server().requests().empty());
}

/// To such a one the request would be a put of the object itself.
TEST_F(LockExtension, AServerThatKnowsNoLocksIsNeverSentOne) {
  bucket_.set("zoo/k", "kept");
  for (const bool keeps_versions : {true, false}) {
    bucket_.keeps_versions = keeps_versions;
    bucket_.knows_locks = false;
    const auto refused = open()->keep_until("k", now_ + kHour, soon());
    ASSERT_TRUE(failed_with(Outcome::kUsage, refused));
    EXPECT_NE(refused.error().what.find("knows no Object Lock"), std::string::npos) << refused.error().what;
    EXPECT_EQ(open()->may_keep_until("k", now_ + kHour, soon()).error().what, refused.error().what);
  }
  EXPECT_TRUE(extensions().empty());
  EXPECT_EQ(bucket_.object("zoo/k"), "kept");
}

TEST_F(LockExtension, ABucketWithoutObjectLockIsNamedAsSuch) {
  bucket_.set("zoo/k", "kept");
  bucket_.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (!request.asks("retention")) return std::nullopt;
    return s3_error(400, "InvalidRequest", "Bucket is missing Object Lock Configuration");
  };
  const auto refused = open()->keep_until("k", now_ + kHour, soon());
  ASSERT_TRUE(failed_with(Outcome::kUsage, refused));
  EXPECT_NE(refused.error().what.find("missing Object Lock Configuration"), std::string::npos)
      << refused.error().what;
}

TEST_F(LockExtension, WithoutTheRightsNothingIsTakenForGranted) {
  put_locked(s3::Retention::Mode::kGovernance, 1);
  bucket_.shows_retention = false;
  const auto blind = open();
  const auto not_seen = blind->kept_until("k", soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, not_seen));
  EXPECT_NE(not_seen.error().what.find("s3:GetObjectRetention"), std::string::npos) << not_seen.error().what;
  EXPECT_TRUE(failed_with(Outcome::kDenied, blind->keep_until("k", now_ + 24 * kHour, soon())));
  EXPECT_TRUE(extensions().empty());
  bucket_.shows_retention = true;
  bucket_.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method != "PUT") return std::nullopt;
    return s3_error(403, "AccessDenied", "no s3:PutObjectRetention");
  };
  const auto denied = open()->keep_until("k", now_ + 24 * kHour, soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, denied));
  EXPECT_NE(denied.error().what.find("extend the retention of 's3://bucket/zoo/k'"), std::string::npos)
      << denied.error().what;
}

TEST_F(LockExtension, AnAnswerThatMayPassIsAskedAgainAndOneThatWasNotKeptIsAnError) {
  put_locked(s3::Retention::Mode::kGovernance, 1);
  int answered = 0;
  bucket_.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method != "PUT" || ++answered > 1) return std::nullopt;
    return s3_error(503, "SlowDown");
  };
  EXPECT_TRUE(value_of(open()->keep_until("k", now_ + 24 * kHour, soon())));
  EXPECT_EQ(answered, 2);
  bucket_.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method != "PUT") return std::nullopt;
    return HttpReply();
  };
  const auto ignored = open()->keep_until("k", now_ + 36 * kHour, soon());
  ASSERT_TRUE(failed_with(Outcome::kFail, ignored));
  EXPECT_NE(ignored.error().what.find("the server shows GOVERNANCE until"), std::string::npos)
      << ignored.error().what;
}

TEST_F(LockExtension, InABucketWithoutVersionsOneLookTellsThatNothingIsKept) {
  bucket_.keeps_versions = false;
  for (int i = 0; i < 5; ++i) bucket_.set("zoo/" + std::to_string(i), "x");
  const auto store = open();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(succeeded(may_remove(*store, std::to_string(i), soon())));
  EXPECT_EQ(bucket_.server().requests().size(), 1U);
}

}  // namespace
}  // namespace arkive::test
