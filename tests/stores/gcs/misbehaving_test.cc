// What a bucket of Google alone does that it should not, and is asked for; what all stores behind a network
// have to bear is in tests/stores/remote.
#include "tests/stores/gcs/scripted_google_bucket.h"

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

Status put(Store& store, std::string_view key, Bytes data) {
  return store.put(key, data, PutMode::kCreateOnly, soon());
}

TEST(GcsMisbehaves, ATokenThatIsNoLongerTakenIsAskedForAnewOnce) {
  class Tokens final : public gcs::CredentialProvider {
   public:
    std::string name() const override { return "a script"; }
    Result<gcs::Credentials> ask(Deadline) override {
      return gcs::Credentials{"token-" + std::to_string(++asked_), wall_clock_now() + 3'600'000};
    }

   private:
    int asked_ = 0;
  };
  ScriptedGoogleBucket bucket;
  std::string good = "Bearer token-2";
  bucket.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.header("authorization") == good) return std::nullopt;
    return gcs_error(401, "authError", "Invalid Credentials");
  };
  const auto store =
      value_of(GcsStore::open(ScriptedGoogleBucket::settings_at(bucket.url()), std::make_unique<Tokens>()));
  EXPECT_TRUE(succeeded(put(*store, "k", "bytes")));
  EXPECT_EQ(bucket.server().request_count(), 2U);
  good = "Bearer of none";
  const Status refused = put(*store, "l", "bytes");
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_EQ(refused.error().what.find("token-"), std::string::npos) << refused.error().what;
  EXPECT_EQ(bucket.server().request_count(), 4U);
}

TEST(GcsMisbehaves, WithoutATokenNoneIsShown) {
  ScriptedGoogleBucket bucket;
  const auto store = value_of(GcsStore::open(ScriptedGoogleBucket::settings_at(bucket.url()),
                                             gcs::fixed_credentials({}, "the emulator")));
  EXPECT_TRUE(failed_with(Outcome::kDenied, put(*store, "k", "bytes")));
  EXPECT_EQ(bucket.server().requests().back().headers.count("authorization"), 0U);
}

TEST(GcsMisbehaves, WhatARetentionPolicyKeepsIsNotRemovedAndThatIsSaidInWords) {
  ScriptedGoogleBucket bucket;
  bucket.set("zoo/k", "kept");
  bucket.kept = {"zoo/k"};
  const auto store = bucket.open();
  const Status removed = store->remove("k", soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, removed));
  EXPECT_NE(removed.error().what.find("gs://bucket/zoo/k"), std::string::npos) << removed.error().what;
  EXPECT_NE(removed.error().hint.find("keeps it for a while"), std::string::npos) << removed.error().hint;
  EXPECT_TRUE(failed_with(Outcome::kDenied, store->put("k", "other", PutMode::kReplace, soon())));
  EXPECT_EQ(bucket.object("zoo/k"), "kept");
  EXPECT_TRUE(succeeded(put(*store, "k", "kept"))) << "the same bytes are there already";
}

TEST(GcsMisbehaves, DamageOnTheWayIsReadThreeTimesAndNoMore) {
  ScriptedGoogleBucket bucket;
  bucket.set("zoo/k", "the bytes");
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) { reply.body[0] = 'X'; };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, bucket.open()->get("k", 0, 0, soon())));
  EXPECT_EQ(bucket.server().request_count(), 3U);
}

TEST(GcsMisbehaves, ABodyThatIsCutIsAskedForAgain) {
  ScriptedGoogleBucket bucket;
  const std::string bytes = made_of(100'000);
  bucket.set("zoo/k", bytes);
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t number) {
    if (number <= 2) reply.cut_after = 50'000;
  };
  EXPECT_TRUE(value_of(bucket.open()->get("k", 0, 0, soon())) == bytes);
  EXPECT_EQ(bucket.server().request_count(), 3U);
}

TEST(GcsMisbehaves, ABucketThatIsNotThereIsSaidWhateverIsAsked) {
  ScriptedGoogleBucket bucket;
  gcs::Settings settings = ScriptedGoogleBucket::settings_at(bucket.url());
  settings.location.bucket = "elsewhere";
  const auto store = value_of(GcsStore::open(settings, ScriptedGoogleBucket::credentials()));
  const auto expect_none = [](const auto& done) {
    ASSERT_TRUE(failed_with(Outcome::kUsage, done));
    EXPECT_NE(done.error().what.find("no bucket 'elsewhere'"), std::string::npos) << done.error().what;
  };
  expect_none(put(*store, "k", "x"));
  expect_none(store->remove("k", soon()));
  expect_none(store->get("k", 0, 0, soon()));
  expect_none(store->head("k", soon()));
  expect_none(store->list(
      "", [](const Store::Object&) { return ok(); }, soon()));
  const auto writer = value_of(store->begin("long", soon()));
  expect_none(writer->write(made_of(ScriptedGoogleBucket::kPartBytes)));
}

TEST(GcsMisbehaves, NoAnswerThatIsNoneToWhatWasAskedIsASuccess) {
  for (const int status : {301, 307, 308, 410, 412, 416, 499}) {
    SCOPED_TRACE(status);
    ScriptedGoogleBucket bucket;
    bucket.set("zoo/k", "x");
    bucket.before = [&](const HttpRequest&, std::size_t) {
      return std::optional(HttpReply{.status = status});
    };
    const auto store = bucket.open();
    EXPECT_TRUE(failed_with(Outcome::kFail, store->remove("k", soon())));
    EXPECT_TRUE(failed_with(Outcome::kFail, store->head("k", soon())));
    EXPECT_TRUE(failed_with(Outcome::kFail, store->list(
                                                "", [](const Store::Object&) { return ok(); }, soon())));
    EXPECT_TRUE(failed_with(Outcome::kFail, store->put("k", "y", PutMode::kReplace, soon())));
    EXPECT_FALSE(store->get("k", 0, 0, soon()));
    EXPECT_FALSE(store->get("k", 0, 1, soon()));
  }
}

TEST(GcsMisbehaves, AsksForWhatTheSettingsSay) {
  ScriptedGoogleBucket bucket;
  gcs::Settings settings = ScriptedGoogleBucket::settings_at(bucket.url());
  settings.storage_class = "NEARLINE";
  const auto store = value_of(GcsStore::open(settings, ScriptedGoogleBucket::credentials()));
  const auto asked_for = [&](const HttpRequest& request) {
    return request.body.find(R"("storageClass":"NEARLINE")") != std::string::npos;
  };
  for (const std::size_t size : {std::size_t{1}, std::size_t{ScriptedGoogleBucket::kPartBytes + 1}}) {
    const std::size_t before = bucket.server().request_count();
    auto writer = value_of(store->begin("data" + std::to_string(size), soon()));
    EXPECT_TRUE(succeeded(writer->write(made_of(size))));
    EXPECT_TRUE(succeeded(writer->finish()));
    EXPECT_TRUE(asked_for(bucket.server().requests().at(before))) << size;
  }
  EXPECT_TRUE(succeeded(put(*store, "manifest", "x")));
  EXPECT_FALSE(asked_for(bucket.server().requests().back())) << "small ones cost more there";
}

TEST(GcsMisbehaves, SettingsThatNoBucketCanHaveAreRefused) {
  const auto refused = [](const std::function<void(gcs::Settings&)>& change) {
    gcs::Settings settings = ScriptedGoogleBucket::settings_at("http://127.0.0.1:1");
    change(settings);
    return GcsStore::open(settings, ScriptedGoogleBucket::credentials());
  };
  EXPECT_TRUE(failed_with(Outcome::kUsage, refused([](auto& settings) { settings.part_bytes = 0; })));
  EXPECT_TRUE(failed_with(Outcome::kUsage, refused([](auto& settings) { settings.part_bytes = 300'000; })));
  EXPECT_TRUE(
      failed_with(Outcome::kUsage, refused([](auto& settings) { settings.storage_class = "nearline"; })));
}

TEST(GcsMisbehaves, KeysOfAnyCharactersAreOneSegmentOfAnAddress) {
  ScriptedGoogleBucket bucket;
  const auto store = bucket.open();
  for (const char* key : {"a/b/c", "a b", "a+b", "a%2Fb", "a?b#c", "a&b=c"}) {
    EXPECT_TRUE(succeeded(put(*store, key, key))) << key;
    EXPECT_EQ(bucket.object(std::string("zoo/") + key), key);
    EXPECT_EQ(value_of(store->get(key, 0, 0, soon())), key);
    EXPECT_EQ(value_of(store->head(key, soon())).size, std::string(key).size());
    EXPECT_TRUE(succeeded(store->remove(key, soon())));
    EXPECT_TRUE(bucket.objects().empty()) << key;
  }
}

}  // namespace
}  // namespace arkive::test
