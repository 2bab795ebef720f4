// What a container does that it should not (test 11 of docs/reliability.md), and rule R4.
#include "tests/stores/azure/scripted_container.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

Status put(Store& store, std::string_view key, Bytes data, PutMode mode = PutMode::kCreateOnly) {
  return store.put(key, data, mode, soon());
}

/// A container whose first answers are those.
struct Answers {
  std::vector<HttpReply> replies;
  std::optional<HttpReply> operator()(const HttpRequest&, std::size_t number) const {
    if (number > replies.size()) return std::nullopt;
    return replies[number - 1];
  }
};

TEST(AzureMisbehaves, WhatPassesByItselfIsTriedAgain) {
  const std::vector<HttpReply> passing = {azure_error(503, "ServerBusy"),
                                          {.status = 503},
                                          azure_error(500, "InternalError"),
                                          azure_error(500, "OperationTimedOut"),
                                          {.status = 502, .body = "<html>Bad gateway</html>"},
                                          {.status = 504},
                                          {.status = 408},
                                          {.status = 429, .headers = {{"Retry-After", "0"}}},
                                          {.cut_after = 0},
                                          {.body = "half", .cut_after = 20}};
  for (std::size_t i = 0; i < passing.size(); ++i) {
    ScriptedContainer container;
    container.before = Answers{{passing[i], passing[i]}};
    EXPECT_TRUE(succeeded(put(*container.open(), "k", "bytes"))) << i;
    EXPECT_EQ(container.server().request_count(), 3U) << i;
    EXPECT_EQ(container.objects().at("zoo/k"), "bytes");
  }
}

TEST(AzureMisbehaves, WhatDoesNotPassIsAskedOnce) {
  struct Case {
    HttpReply reply;
    Outcome outcome;
    std::string says;
  };
  for (const Case& each : std::vector<Case>{
           {azure_error(403, "AuthorizationPermissionMismatch", "no right"), Outcome::kDenied, "no right"},
           {azure_error(403, "AuthenticationFailed"), Outcome::kDenied, "AuthenticationFailed"},
           {azure_error(403, "KeyBasedAuthenticationNotPermitted"), Outcome::kDenied, "KeyBased"},
           {{.status = 401}, Outcome::kDenied, "401"},
           {azure_error(400, "InvalidAuthenticationInfo"), Outcome::kDenied, "InvalidAuthenticationInfo"},
           {azure_error(400, "InvalidHeaderValue"), Outcome::kFail, "InvalidHeaderValue"},
           {azure_error(404, "ContainerNotFound"), Outcome::kUsage, "no container 'container'"},
           {azure_error(409, "ContainerBeingDeleted"), Outcome::kUsage, "no container 'container'"},
           {azure_error(412, "LeaseIdMissing"), Outcome::kConflict, "LeaseIdMissing"},
           {azure_error(409, "SnapshotsPresent"), Outcome::kDenied, "SnapshotsPresent"},
           {azure_error(409, "BlobImmutableDueToPolicy"), Outcome::kDenied, "BlobImmutableDueToPolicy"},
           {{.status = 301, .headers = {{"Location", "http://elsewhere.example.com/"}}},
            Outcome::kFail,
            "301"},
           {azure_error(507, "AccountLimitExceeded"), Outcome::kFull, "507"}}) {
    ScriptedContainer container;
    container.before = [&](const HttpRequest&, std::size_t) { return std::optional(each.reply); };
    const Status done = put(*container.open(), "k", "bytes");
    ASSERT_TRUE(failed_with(each.outcome, done)) << each.says;
    EXPECT_NE(done.error().what.find("az://account/container/zoo/k"), std::string::npos) << done.error().what;
    EXPECT_NE(done.error().what.find(each.says), std::string::npos) << done.error().what;
    EXPECT_EQ(container.server().request_count(), 1U) << each.says;
  }
}

TEST(AzureMisbehaves, ALostAnswerIsNoError) {
  std::size_t noticed = 0;
  for (const std::string what : {"put", "block", "blocklist"}) {
    ScriptedContainer container;
    std::atomic<bool> lost{false};
    container.after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
      const std::string comp = request.asks("comp") ? request.query.at("comp") : "put";
      if (request.method == "PUT" && comp == what && !lost.exchange(true)) reply.cut_after = 0;
    };
    const auto store = container.open();
    const std::string bytes = made_of((3U << 20) + 5);
    if (what == "put") {
      EXPECT_TRUE(succeeded(put(*store, "long", bytes)));
    } else {
      auto writer = value_of(store->begin("long", soon()));
      EXPECT_TRUE(succeeded(writer->write(bytes)));
      EXPECT_TRUE(succeeded(writer->finish())) << what;
    }
    EXPECT_TRUE(lost) << what;
    EXPECT_TRUE(container.objects().at("zoo/long") == bytes) << what;
    if (lost) ++noticed;
  }
  scoreboard("azure_lost_answers", 0, 3, noticed, 3 - noticed);
}

TEST(AzureMisbehaves, OfTwoThatWriteOneKeyTheSecondIsToldAndTheSameBytesAreNoConflict) {
  ScriptedContainer container;
  const auto store = container.open();
  EXPECT_TRUE(succeeded(put(*store, "k", "first")));
  EXPECT_TRUE(succeeded(put(*store, "k", "first")));
  EXPECT_TRUE(failed_with(Outcome::kConflict, put(*store, "k", "second")));
  EXPECT_EQ(container.objects().at("zoo/k"), "first");
}

TEST(AzureMisbehaves, BytesThatWereDamagedOnTheWayAreReadAgainAndNeverTaken) {
  ScriptedContainer container;
  const auto store = container.open();
  EXPECT_TRUE(succeeded(put(*store, "k", "bytes")));
  std::atomic<int> damaged{1};
  container.after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.method == "GET" && damaged-- > 0) reply.body[0] = 'B';
  };
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "bytes");
  damaged = 100;
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 0, 0, soon())));
}

TEST(AzureMisbehaves, AServerThatKeptOtherBytesThanWereSentIsFound) {
  ScriptedContainer container;
  container.after = [](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.method != "PUT") return;
    for (auto& [name, value] : reply.headers) {
      if (name == "Content-MD5") value = remote::content_md5("others");
    }
  };
  EXPECT_TRUE(failed_with(Outcome::kFail, put(*container.open(), "k", "bytes")));
}

TEST(AzureMisbehaves, APartThatIsNotWhatWasAskedForIsRefused) {
  ScriptedContainer container;
  const auto store = container.open();
  EXPECT_TRUE(succeeded(put(*store, "k", "0123456789")));
  EXPECT_EQ(value_of(store->get("k", 2, 3, soon())), "234");
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 8, 5, soon())));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 11, 1, soon())));
  EXPECT_EQ(value_of(store->get("k", 10, 0, soon())), "");
  container.after = [](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.header("range").empty()) return;
    for (auto& [name, value] : reply.headers) {
      if (name == "Content-Range") value = "bytes 0-2/10";
    }
  };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 2, 3, soon())));
  container.after = [](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (!request.header("range").empty()) reply.status = 200;
  };
  EXPECT_TRUE(failed_with(Outcome::kFail, store->get("k", 2, 3, soon())));
}

TEST(AzureMisbehaves, AListOutOfOrderTwiceOrWithoutAnEndIsRefused) {
  const auto page = [](const std::string& names, const std::string& end) {
    std::string xml = "<EnumerationResults><Blobs>";
    for (const char name : names) {
      xml += std::string("<Blob><Name>zoo/") + name +
             "</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>";
    }
    return HttpReply{.body = xml + "</Blobs>" + end + "</EnumerationResults>"};
  };
  const std::vector<HttpReply> bad = {page("ba", "<NextMarker/>"),
                                      page("aa", "<NextMarker/>"),
                                      page("a", ""),
                                      page("a", "<NextMarker>m</NextMarker>"),
                                      {.body = "<html/>"}};
  for (const HttpReply& reply : bad) {
    ScriptedContainer container;
    container.before = [&](const HttpRequest&, std::size_t) { return std::optional(reply); };
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, container.open()->list(
                                                   "", [](const auto&) { return ok(); }, soon())))
        << reply.body;
  }
}

TEST(AzureMisbehaves, AListOfSeveralPagesIsWhole) {
  ScriptedContainer container;
  container.page = 2;
  const auto store = container.open();
  for (const char* key : {"a", "b/c", "b/d", "e", "f"}) EXPECT_TRUE(succeeded(put(*store, key, "x")));
  container.set("zoology", "foreign");
  std::string listed;
  EXPECT_TRUE(succeeded(store->list(
      "",
      [&](const Store::Object& object) {
        listed += object.key + " ";
        return ok();
      },
      soon())));
  EXPECT_EQ(listed, "a b/c b/d e f ");
}

TEST(AzureMisbehaves, AClockThatIsOffIsSetRightOnce) {
  ScriptedContainer container;
  container.ahead = std::chrono::minutes(20);
  std::atomic<int> refused{0};
  container.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    const auto date = http::parse_date(request.header("x-ms-date"));
    if (date && std::abs(*date - wall_clock_now() - container.ahead.count()) < 60'000) return std::nullopt;
    ++refused;
    return azure_error(403, "AuthenticationFailed");
  };
  const auto store = container.open();
  EXPECT_TRUE(succeeded(put(*store, "k", "bytes")));
  EXPECT_TRUE(succeeded(put(*store, "l", "bytes")));
  EXPECT_EQ(refused, 1);
}

TEST(AzureMisbehaves, ATokenThatIsNoLongerTakenIsAskedForAnewOnce) {
  class Tokens final : public azure::CredentialProvider {
   public:
    std::string name() const override { return "a script"; }
    Result<azure::Credentials> ask(Deadline) override {
      return azure::Credentials{azure::Credentials::Kind::kToken, "token-" + std::to_string(++asked_),
                                wall_clock_now() + 3'600'000};
    }

   private:
    int asked_ = 0;
  };
  ScriptedContainer container;
  std::string good = "Bearer token-2";
  container.before = [&](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.header("authorization") == good) return std::nullopt;
    return azure_error(401, "InvalidAuthenticationInfo");
  };
  const auto store = value_of(AzureStore::open(container.settings(), std::make_unique<Tokens>()));
  EXPECT_TRUE(succeeded(put(*store, "k", "bytes")));
  EXPECT_EQ(container.server().request_count(), 2U);
  good = "Bearer of none";
  EXPECT_TRUE(failed_with(Outcome::kDenied, put(*store, "l", "bytes")));
  EXPECT_EQ(container.server().request_count(), 4U);
}

TEST(AzureMisbehaves, NoSecretIsInAnError) {
  const std::vector<azure::Credentials> all = {
      ScriptedContainer::key(),
      value_of(azure::shared_access_signature("sv=2021-12-02&sp=rw&sig=canary-signature")),
      {azure::Credentials::Kind::kToken, "canary-token"}};
  for (const azure::Credentials& credentials : all) {
    for (const HttpReply& reply : std::vector<HttpReply>{azure_error(403, "AuthenticationFailed"),
                                                         {.status = 500},
                                                         {.cut_after = 0},
                                                         {.body = "?", .cut_after = 3}}) {
      ScriptedContainer container;
      container.before = [&](const HttpRequest&, std::size_t) { return std::optional(reply); };
      const Status done = put(*container.open({}, credentials), "k", "bytes");
      ASSERT_FALSE(done);
      EXPECT_EQ((done.error().what + done.error().hint).find("canary"), std::string::npos)
          << done.error().what;
    }
  }
}

TEST(AzureMisbehaves, ASignatureThatHasExpiredIsNotSent) {
  ScriptedContainer container;
  const auto store = container.open(
      {}, value_of(azure::shared_access_signature("sv=2021-12-02&se=2020-01-01T00:00:00Z&sig=s")));
  const Status done = put(*store, "k", "bytes");
  ASSERT_TRUE(failed_with(Outcome::kDenied, done));
  EXPECT_NE(done.error().what.find("expired at 2020-01-01T00:00:00Z"), std::string::npos)
      << done.error().what;
  EXPECT_EQ(container.server().request_count(), 0U);
}

TEST(AzureMisbehaves, AsksForWhatTheSettingsSay) {
  ScriptedContainer container;
  azure::Settings settings = container.settings();
  settings.access_tier = "Cool";
  const auto store = container.open(settings);
  for (const std::size_t size : {std::size_t{1}, std::size_t{2U << 20}}) {
    auto writer = value_of(store->begin("data" + std::to_string(size), soon()));
    EXPECT_TRUE(succeeded(writer->write(made_of(size))));
    EXPECT_TRUE(succeeded(writer->finish()));
    EXPECT_EQ(container.server().requests().back().header("x-ms-access-tier"), "Cool");
  }
  EXPECT_TRUE(succeeded(put(*store, "manifest", "x")));
  EXPECT_EQ(container.server().requests().back().header("x-ms-access-tier"), "")
      << "small ones cost more there";
  settings.access_tier = "Archive";
  EXPECT_TRUE(failed_with(
      Outcome::kUsage,
      AzureStore::open(settings, azure::fixed_credentials(ScriptedContainer::key(), "the test"))));
}

TEST(AzureMisbehaves, PlainHttpGoesToLoopbackAlone) {
  azure::Settings settings{.location = value_of(azure::Location::parse("account/container"))};
  settings.endpoint = value_of(http::Url::parse("http://storage.example.com"));
  const auto store =
      value_of(AzureStore::open(settings, azure::fixed_credentials(ScriptedContainer::key(), "the test")));
  EXPECT_TRUE(failed_with(Outcome::kUsage, store->head("k", soon())));
}

}  // namespace
}  // namespace arkive::test
