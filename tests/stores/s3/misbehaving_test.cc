// What a bucket does that it should not (test 11 of docs/reliability.md), and rule R4.
#include <random>

#include "tests/stores/s3/scripted_bucket.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

Status put(Store& store, std::string_view key, Bytes data, PutMode mode = PutMode::kCreateOnly) {
  return store.put(key, data, mode, soon());
}

/// A bucket whose first answers are those.
struct Answers {
  std::vector<HttpReply> replies;
  std::optional<HttpReply> operator()(const HttpRequest&, std::size_t number) const {
    if (number > replies.size()) return std::nullopt;
    return replies[number - 1];
  }
};

TEST(Misbehaving, WhatPassesByItselfIsTriedAgain) {
  const std::vector<HttpReply> passing = {
      s3_error(503, "SlowDown"),
      {.status = 503},
      s3_error(500, "InternalError"),
      {.status = 502, .body = "<html>Bad gateway</html>"},
      {.status = 504},
      {.status = 408},
      {.status = 429, .headers = {{"Retry-After", "0"}}},
      s3_error(409, "OperationAborted"),
      s3_error(307, "TemporaryRedirect"),
      {.cut_after = 0},
      {.body = "half", .cut_after = 20},
      {.headers = {{"Content-Length", "100"}}, .body = "short", .cut_after = 60}};
  for (std::size_t i = 0; i < passing.size(); ++i) {
    ScriptedBucket bucket;
    bucket.before = Answers{{passing[i], passing[i]}};
    const auto store = bucket.open();
    EXPECT_TRUE(succeeded(put(*store, "k", "bytes"))) << i;
    EXPECT_EQ(bucket.server().request_count(), 3U) << i;
    EXPECT_EQ(bucket.objects().at("zoo/k"), "bytes");
  }
}

TEST(Misbehaving, WhatDoesNotPassIsAskedOnce) {
  struct Case {
    HttpReply reply;
    Outcome outcome;
    std::string says;
  };
  for (const Case& each : std::vector<Case>{
           {s3_error(403, "AccessDenied", "no right"), Outcome::kDenied, "no right"},
           {s3_error(403, "SignatureDoesNotMatch"), Outcome::kDenied, "SignatureDoesNotMatch"},
           {s3_error(403, "InvalidAccessKeyId"), Outcome::kDenied, "InvalidAccessKeyId"},
           {{.status = 401}, Outcome::kDenied, "401"},
           {s3_error(400, "EntityTooLarge"), Outcome::kFail, "EntityTooLarge"},
           {s3_error(400, "AuthorizationHeaderMalformed"), Outcome::kUsage, "AuthorizationHeaderMalformed"},
           {{.status = 301, .headers = {{"x-amz-bucket-region", "eu-west-1"}}}, Outcome::kUsage, "301"},
           {s3_error(404, "NoSuchBucket"), Outcome::kUsage, "no bucket 'bucket'"},
           {s3_error(507, "XMinioStorageFull"), Outcome::kFull, "507"}}) {
    ScriptedBucket bucket;
    bucket.before = [&](const HttpRequest&, std::size_t) { return std::optional(each.reply); };
    const Status done = put(*bucket.open(), "k", "bytes");
    ASSERT_TRUE(failed_with(each.outcome, done)) << each.says;
    EXPECT_NE(done.error().what.find("s3://bucket/zoo/k"), std::string::npos) << done.error().what;
    EXPECT_NE(done.error().what.find(each.says), std::string::npos) << done.error().what;
    EXPECT_EQ(bucket.server().request_count(), 1U) << each.says;
  }
}

TEST(Misbehaving, TheRegionOfTheBucketIsNamedInTheHint) {
  ScriptedBucket bucket;
  bucket.before = Answers{{{.status = 301, .headers = {{"x-amz-bucket-region", "eu-west-1"}}}}};
  const Status done = put(*bucket.open(), "k", "bytes");
  EXPECT_EQ(done.error().hint, "set AWS_REGION=eu-west-1");
}

TEST(Misbehaving, ARequestIsTriedTenTimesAtMost) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest&, std::size_t) { return std::optional(HttpReply{.status = 500}); };
  const Status done = put(*bucket.open(), "k", "bytes");
  EXPECT_TRUE(failed_with(Outcome::kRetry, done));
  EXPECT_NE(done.error().what.find("tried 10 times"), std::string::npos) << done.error().what;
  EXPECT_EQ(bucket.server().request_count(), 10U);
}

TEST(Misbehaving, AServerThatFailsEverythingIsNotBurdenedBeyondTheBudget) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest&, std::size_t) { return std::optional(HttpReply{.status = 500}); };
  const auto store = bucket.open();
  constexpr std::size_t kCalls = 40;
  for (std::size_t i = 0; i < kCalls; ++i) EXPECT_FALSE(put(*store, "k" + std::to_string(i), "bytes"));
  EXPECT_LE(bucket.server().request_count(), kCalls + kCalls / 3 + 10);
}

TEST(Misbehaving, TheDeadlineEndsTheTries) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest&, std::size_t) {
    return std::optional(HttpReply{.status = 503, .headers = {{"Retry-After", "60"}}});
  };
  const auto begun = SteadyClock::now();
  const Status done =
      bucket.open()->put("k", "x", PutMode::kReplace, Deadline::after(std::chrono::milliseconds(300)));
  EXPECT_TRUE(failed_with(Outcome::kRetry, done));
  EXPECT_LT(SteadyClock::now() - begun, std::chrono::seconds(15)) << "it would take a minute";
}

TEST(Misbehaving, ASilentServerIsLeftAtTheDeadline) {
  std::atomic<bool> ending{false};
  ScriptedBucket bucket;
  bucket.before = [&](const HttpRequest&, std::size_t) -> std::optional<HttpReply> {
    while (!ending) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return HttpReply{.status = 500};
  };
  const auto begun = SteadyClock::now();
  const Status done =
      bucket.open()->put("k", "x", PutMode::kReplace, Deadline::after(std::chrono::milliseconds(300)));
  ending = true;
  EXPECT_TRUE(failed_with(Outcome::kRetry, done));
  EXPECT_LT(SteadyClock::now() - begun, std::chrono::seconds(15)) << "it would take a minute";
}

TEST(Misbehaving, AnErrorInsideA200IsAnErrorOrTriedAgain) {
  const std::string piece(11U << 20, 'p');
  for (const bool passing : {true, false}) {
    ScriptedBucket bucket;
    std::atomic<int> told{0};
    bucket.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
      if (request.method != "POST" || !request.asks("uploadId") || told++ > 0) return std::nullopt;
      HttpReply reply = s3_error(200, passing ? "InternalError" : "InvalidPart");
      return reply;
    };
    const auto store = bucket.open();
    auto writer = value_of(store->begin("long", soon()));
    EXPECT_TRUE(succeeded(writer->write(piece)));
    const Status finished = writer->finish();
    EXPECT_EQ(finished.has_value(), passing);
    EXPECT_EQ(bucket.objects().count("zoo/long"), passing ? 1U : 0U);
    writer.reset();
    EXPECT_EQ(bucket.uploads(), 0U);
  }
}

TEST(Misbehaving, ACompletionWhoseAnswerWasLostIsASuccess) {
  ScriptedBucket bucket;
  std::atomic<int> told{0};
  bucket.after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.method == "POST" && request.asks("uploadId") && told++ == 0) reply.cut_after = 0;
  };
  const std::string piece(11U << 20, 'p');
  const auto store = bucket.open();
  auto writer = value_of(store->begin("long", soon()));
  EXPECT_TRUE(succeeded(writer->write(piece)));
  EXPECT_TRUE(succeeded(writer->finish()));
  EXPECT_EQ(bucket.objects().at("zoo/long"), piece);
}

TEST(Misbehaving, AnUploadThatSomebodyElseRemovedIsNoSuccess) {
  ScriptedBucket bucket;
  bucket.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method == "POST" && request.asks("uploadId")) return s3_error(404, "NoSuchUpload");
    return std::nullopt;
  };
  bucket.set("zoo/long", "an older one");
  const auto store = bucket.open();
  auto writer = value_of(store->begin("long", soon()));
  EXPECT_TRUE(succeeded(writer->write(std::string(11U << 20, 'p'))));
  EXPECT_FALSE(writer->finish());
  EXPECT_EQ(bucket.objects().at("zoo/long"), "an older one");
}

TEST(Misbehaving, ACreationWhoseAnswerWasLostIsASuccessAndAnotherOnesIsAConflict) {
  ScriptedBucket bucket;
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t number) {
    if (number == 1) reply.cut_after = 0;
  };
  const auto store = bucket.open();
  EXPECT_TRUE(succeeded(put(*store, "k", "mine")));
  bucket.set("zoo/other", "theirs");
  EXPECT_TRUE(failed_with(Outcome::kConflict, put(*store, "other", "mine")));
  EXPECT_EQ(bucket.objects().at("zoo/other"), "theirs");
}

TEST(Misbehaving, DamageOnTheWayIsReadAgainAndDamageThatStaysIsTold) {
  ScriptedBucket bucket;
  bucket.set("zoo/k", "the bytes");
  int damaged = 1;
  bucket.after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.method == "GET" && damaged-- > 0) reply.body[0] = 'X';
  };
  const auto store = bucket.open();
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "the bytes");
  damaged = 100;
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 0, 0, soon())));
}

TEST(Misbehaving, APartOfAnotherPlaceOrLengthIsRefused) {
  ScriptedBucket bucket;
  bucket.set("zoo/k", "0123456789");
  const auto store = bucket.open();
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    for (auto& [name, value] : reply.headers) {
      if (name == "Content-Range") value = "bytes 0-3/10";
    }
  };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 2, 4, soon())));
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) { reply.body.resize(3); };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 2, 4, soon())));
  // The whole object in place of a part.
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    reply.status = 200;
    reply.body = "0123";
  };
  EXPECT_FALSE(store->get("k", 2, 4, soon()));
}

TEST(Misbehaving, AListIsWholeOrAnError) {
  const auto listed = [](const Store& store) -> Result<std::vector<std::string>> {
    std::vector<std::string> keys;
    ARKIVE_TRY(store.list(
        "",
        [&](const Store::Object& object) -> Status {
          keys.push_back(object.key);
          return ok();
        },
        soon()));
    return keys;
  };
  ScriptedBucket bucket;
  bucket.page = 2;
  std::vector<std::string> all;
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    bucket.set(std::string("zoo/") + key, "x");
    all.emplace_back(key);
  }
  bucket.set("zoo/folder/", "");
  bucket.set("zoology", "foreign");
  const auto store = bucket.open();
  EXPECT_EQ(value_of(listed(*store)), all);
  const auto replaced = [&](const std::string& what, const std::string& by) {
    bucket.after = [=](const HttpRequest&, HttpReply& reply, std::size_t) {
      const std::size_t at = reply.body.find(what);
      if (at != std::string::npos) reply.body.replace(at, what.size(), by);
    };
    return listed(*store);
  };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, replaced("zoo%2Fc", "zoo%2Fa")));  // comes twice
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, replaced("zoo%2Fa", "zoo%2Fz")));  // out of order
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, replaced("zoo%2Fa", "other%2Fa")));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, replaced("</ListBucketResult>", "")));
  EXPECT_TRUE(
      failed_with(Outcome::kCorrupt, replaced("<NextContinuationToken>zoo/c</NextContinuationToken>", "")));
  // The page that never ends.
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    reply.body =
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
        "</ListBucketResult>";
  };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, listed(*store)));
}

TEST(Misbehaving, AClockThatIsOffIsSetRightOnce) {
  ScriptedBucket bucket;
  bucket.ahead = std::chrono::minutes(16);
  bucket.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    std::string date = request.header("x-amz-date");
    date = date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 5) + ":" + date.substr(11, 2) +
           ":" + date.substr(13);
    const UnixMilliseconds off =
        std::abs(value_of(parse_time(date)) - wall_clock_now() - bucket.ahead.count());
    if (off > 900'000) return s3_error(403, "RequestTimeTooSkewed");
    return std::nullopt;
  };
  const auto store = bucket.open();
  EXPECT_TRUE(succeeded(put(*store, "a", "x")));
  EXPECT_TRUE(succeeded(put(*store, "b", "x")));
  EXPECT_EQ(bucket.server().request_count(), 3U);
}

/// Credentials that are new each time they are asked for.
class Renewed final : public s3::CredentialProvider {
 public:
  std::string name() const override { return "a renewing test"; }
  Result<s3::Credentials> ask(Deadline) override {
    return s3::Credentials{"key-" + std::to_string(++asked_), "secret", "token",
                           wall_clock_now() + 3'600'000};
  }

 private:
  int asked_ = 0;
};

TEST(Misbehaving, AnExpiredTokenIsReplacedByANewOne) {
  ScriptedBucket bucket;
  bucket.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.header("authorization").find("key-1") == std::string::npos) return std::nullopt;
    return s3_error(400, "ExpiredToken");
  };
  const auto store = value_of(S3Store::open(bucket.settings(), std::make_unique<Renewed>()));
  EXPECT_TRUE(succeeded(put(*store, "k", "x")));
  EXPECT_EQ(bucket.server().request_count(), 2U);
  // One that cannot be replaced is told, once.
  ScriptedBucket other;
  other.before = [](const HttpRequest&, std::size_t) { return std::optional(s3_error(400, "ExpiredToken")); };
  EXPECT_TRUE(failed_with(Outcome::kDenied, put(*other.open(), "k", "x")));
  EXPECT_EQ(other.server().request_count(), 1U);
}

TEST(Misbehaving, AServerThatLeavesEncryptionOutIsToldOf) {
  ScriptedBucket bucket;
  s3::Settings settings = bucket.settings();
  settings.encryption = "AES256";
  const auto store = bucket.open(settings);
  EXPECT_TRUE(succeeded(put(*store, "k", "x")));
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    std::erase_if(reply.headers,
                  [](const auto& header) { return header.first == "x-amz-server-side-encryption"; });
  };
  EXPECT_TRUE(failed_with(Outcome::kFail, put(*store, "other", "x")));
}

TEST(Misbehaving, AServerThatKeptOtherBytesIsToldOf) {
  ScriptedBucket bucket;
  bucket.after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    for (auto& [name, value] : reply.headers) {
      if (name == "x-amz-checksum-sha256") value = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    }
  };
  const auto store = bucket.open();
  EXPECT_FALSE(put(*store, "k", "x"));
  auto writer = value_of(store->begin("long", soon()));
  Status written = writer->write(std::string(6U << 20, 'x'));
  if (written) written = writer->finish();
  ASSERT_TRUE(failed_with(Outcome::kFail, written));
  EXPECT_NE(written.error().what.find("put part 1 of"), std::string::npos) << written.error().what;
  EXPECT_EQ(bucket.objects().count("zoo/long"), 0U);
}

TEST(Misbehaving, NoRedirectIsFollowedAndNoSecretIsSent) {
  const HttpServer elsewhere([](const HttpRequest&) { return HttpReply{}; });
  ScriptedBucket bucket;
  for (const int status : {301, 302, 303, 307, 308}) {
    bucket.before = [&](const HttpRequest&, std::size_t) {
      return std::optional(
          HttpReply{.status = status, .headers = {{"Location", elsewhere.url() + "/stolen"}}});
    };
    EXPECT_FALSE(put(*bucket.open(), "k", "x")) << status;
  }
  EXPECT_EQ(elsewhere.request_count(), 0U);
}

TEST(Misbehaving, SecretsAreInNoRequestLineAndNoError) {
  ScriptedBucket bucket;
  for (const HttpReply& reply : {s3_error(403, "SignatureDoesNotMatch", "nothing to see"),
                                 HttpReply{.status = 500}, HttpReply{.cut_after = 0}}) {
    bucket.before = [&](const HttpRequest&, std::size_t) { return std::optional(reply); };
    const Status done = put(*bucket.open(), "k", "x");
    EXPECT_EQ((done.error().what + done.error().hint).find("canary"), std::string::npos) << done.error().what;
  }
  for (const HttpRequest& request : bucket.server().requests()) {
    for (const auto& [name, value] : request.headers)
      EXPECT_EQ(value.find("canary-secret"), std::string::npos) << name;
    EXPECT_EQ(request.path.find("canary"), std::string::npos);
  }
}

TEST(Misbehaving, AtAFifthOf503NothingIsLost) {
  const std::uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  std::mutex mutex;
  std::size_t injected = 0;
  ScriptedBucket bucket;
  bucket.before = [&](const HttpRequest&, std::size_t) -> std::optional<HttpReply> {
    const std::lock_guard lock(mutex);
    const auto drawn = random() % 100;
    if (drawn >= 20) return std::nullopt;
    ++injected;
    return drawn % 2 == 0 ? HttpReply{.status = 503} : s3_error(503, "ServiceUnavailable");
  };
  bucket.after = [&](const HttpRequest&, HttpReply& reply, std::size_t) {
    const std::lock_guard lock(mutex);
    if (random() % 1000 >= 5) return;
    ++injected;
    reply.cut_after = random() % 200;
  };
  s3::Settings settings = bucket.settings();
  const auto store = bucket.open(settings);
  const std::size_t objects = full_form() ? 20'000 : 500;
  std::size_t lost = 0;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < objects; ++i) {
    const std::string key = "k/" + std::to_string(i);
    const std::string bytes = "bytes of " + key;
    const Status done = put(*store, key, bytes);
    const auto kept = bucket.objects();
    if (!done) {
      ++failed;
    } else if (const auto found = kept.find("zoo/" + key); found == kept.end() || found->second != bytes) {
      ++lost;
    }
  }
  EXPECT_EQ(lost, 0U) << "seed " << seed;
  EXPECT_LE(failed, objects / 1000) << "seed " << seed;
  scoreboard("s3_misbehaves", seed, injected, injected, lost);
}

}  // namespace
}  // namespace arkive::test
