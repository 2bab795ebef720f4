// What a server does that it should not (test 11 of docs/reliability.md), and rule R4: of every store behind
// a network.
#include <atomic>
#include <thread>

#include "tests/stores/remote/scripted_kinds.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

/// The first answers are those.
struct Answers {
  std::vector<HttpReply> replies;
  std::optional<HttpReply> operator()(const HttpRequest&, std::size_t number) const {
    if (number > replies.size()) return std::nullopt;
    return replies[number - 1];
  }
};
ScriptedObjectServer::Before always(const HttpReply& reply) {
  return [reply](const HttpRequest&, std::size_t) { return std::optional(reply); };
}

class Misbehaving : public ScriptedTest {};

TEST_P(Misbehaving, WhatPassesByItselfIsTriedAgain) {
  std::vector<HttpReply> passing = GetParam().passing;
  passing.insert(passing.end(), GetParam().too_many.begin(), GetParam().too_many.end());
  for (std::size_t i = 0; i < passing.size(); ++i) {
    begin_anew();
    server().before = Answers{{passing[i], passing[i]}};
    EXPECT_TRUE(succeeded(put(*open(), "k", "bytes"))) << i;
    EXPECT_EQ(asked(), 3U) << i;
    EXPECT_EQ(object("k"), "bytes");
  }
}

TEST_P(Misbehaving, WhatDoesNotPassIsAskedOnce) {
  for (const ScriptedKind::Refusal& each : GetParam().refusals) {
    begin_anew();
    server().before = always(each.reply);
    const Status done = put(*open(), "k", "bytes");
    ASSERT_TRUE(failed_with(each.outcome, done)) << each.says;
    EXPECT_NE(done.error().what.find(GetParam().address + "k"), std::string::npos) << done.error().what;
    EXPECT_NE(done.error().what.find(each.says), std::string::npos) << done.error().what;
    EXPECT_EQ(asked(), 1U) << each.says;
  }
}

TEST_P(Misbehaving, ARemovalIsDoneOnlyWhenTheServerSaysSo) {
  for (const int status : {412, 416}) {
    begin_anew();
    const auto store = open();
    EXPECT_TRUE(succeeded(put(*store, "k", "bytes")));
    server().before = always({.status = status});
    const Status removed = store->remove("k", soon());
    ASSERT_TRUE(failed_with(Outcome::kFail, removed)) << status;
    EXPECT_NE(removed.error().what.find(GetParam().address + "k"), std::string::npos) << removed.error().what;
    EXPECT_EQ(object("k"), "bytes");
  }
}

TEST_P(Misbehaving, ARequestIsTriedTenTimesAtMost) {
  server().before = always({.status = 500});
  const Status done = put(*open(), "k", "bytes");
  EXPECT_TRUE(failed_with(Outcome::kRetry, done));
  EXPECT_NE(done.error().what.find("tried 10 times"), std::string::npos) << done.error().what;
  EXPECT_EQ(asked(), 10U);
}

TEST_P(Misbehaving, AServerThatFailsEverythingIsNotBurdenedBeyondTheBudget) {
  server().before = always({.status = 500});
  const auto store = open();
  constexpr std::size_t kCalls = 40;
  for (std::size_t i = 0; i < kCalls; ++i) EXPECT_FALSE(put(*store, "k" + std::to_string(i), "bytes"));
  EXPECT_LE(asked(), kCalls + kCalls / 3 + 10);
}

TEST_P(Misbehaving, TheDeadlineEndsTheTries) {
  server().before = always({.status = 503, .headers = {{"Retry-After", "60"}}});
  const auto begun = SteadyClock::now();
  const Status done =
      open()->put("k", "x", PutMode::kReplace, Deadline::after(std::chrono::milliseconds(300)));
  EXPECT_TRUE(failed_with(Outcome::kRetry, done));
  EXPECT_LT(SteadyClock::now() - begun, std::chrono::seconds(15)) << "it would take a minute";
}

TEST_P(Misbehaving, ASilentServerIsLeftAtTheDeadline) {
  std::atomic<bool> ending{false};
  server().before = [&](const HttpRequest&, std::size_t) -> std::optional<HttpReply> {
    while (!ending) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return HttpReply{.status = 500};
  };
  const auto begun = SteadyClock::now();
  const Status done =
      open()->put("k", "x", PutMode::kReplace, Deadline::after(std::chrono::milliseconds(300)));
  ending = true;
  EXPECT_TRUE(failed_with(Outcome::kRetry, done));
  EXPECT_LT(SteadyClock::now() - begun, std::chrono::seconds(15)) << "it would take a minute";
  begin_anew();  // what answered looked at a variable of this test
}

TEST_P(Misbehaving, AnAnswerThatIsLostIsNoErrorWhateverWasAsked) {
  const std::string bytes = made_of(2 * GetParam().part_bytes + 5);
  std::size_t noticed = 0;
  for (std::size_t lost = 1;; ++lost) {
    begin_anew();
    std::atomic<bool> happened{false};
    server().after = [&](const HttpRequest&, HttpReply& reply, std::size_t number) {
      if (number != lost) return;
      happened = true;
      reply.cut_after = 0;
    };
    {
      const auto store = open();
      EXPECT_TRUE(succeeded(put(*store, "k", "mine"))) << lost;
      EXPECT_TRUE(succeeded(put(*store, "k", "other", PutMode::kReplace))) << lost;
      EXPECT_TRUE(succeeded(upload(*store, "long", bytes))) << lost;
      EXPECT_TRUE(value_of(store->get("long", 0, 0, soon())) == bytes) << lost;
      EXPECT_EQ(value_of(store->get("k", 1, 2, soon())), "th") << lost;
      EXPECT_EQ(value_of(store->head("long", soon())).size, bytes.size()) << lost;
      EXPECT_EQ(value_of(keys(*store)), (std::vector<std::string>{"k", "long"})) << lost;
      EXPECT_TRUE(succeeded(store->remove("k", soon()))) << lost;
    }
    EXPECT_EQ(object("k"), std::nullopt);
    EXPECT_TRUE(object("long") == bytes) << lost;
    if (!happened) break;
    ++noticed;
  }
  EXPECT_GE(noticed, 10U);
  scoreboard(GetParam().name + "_lost_answers", 0, noticed, noticed, HasFailure() ? 1 : 0);
}

TEST_P(Misbehaving, OfTwoThatWriteOneKeyTheSecondIsToldAndTheSameBytesAreNoConflict) {
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "k", "first")));
  EXPECT_TRUE(succeeded(put(*store, "k", "first")));
  EXPECT_TRUE(failed_with(Outcome::kConflict, put(*store, "k", "second")));
  EXPECT_EQ(object("k"), "first");
}

TEST_P(Misbehaving, DamageOnTheWayIsReadAgainAndDamageThatStaysIsTold) {
  server().set("zoo/k", "the bytes");
  std::atomic<int> damaged{1};
  server().after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (request.method == "GET" && damaged-- > 0) reply.body[0] = 'X';
  };
  const auto store = open();
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "the bytes");
  damaged = 100;
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 0, 0, soon())));
}

TEST_P(Misbehaving, AServerThatKeptOtherBytesThanWereSentIsFound) {
  server().after = [](const HttpRequest&, HttpReply& reply, std::size_t) {
    GetParam().says_other_bytes(reply);
  };
  EXPECT_TRUE(failed_with(Outcome::kFail, put(*open(), "k", "bytes")));
}

TEST_P(Misbehaving, APartOfAnotherPlaceOrLengthIsRefused) {
  server().set("zoo/k", "0123456789");
  const auto store = open();
  EXPECT_EQ(value_of(store->get("k", 2, 3, soon())), "234");
  EXPECT_EQ(value_of(store->get("k", 10, 0, soon())), "");
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 8, 5, soon())));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 11, 1, soon())));
  const auto asked_for_a_part = [](const HttpRequest& request) { return !request.header("range").empty(); };
  server().after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (!asked_for_a_part(request)) return;
    for (auto& [name, value] : reply.headers) {
      if (name == "Content-Range") value = "bytes 0-3/10";
    }
  };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 2, 4, soon())));
  server().after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (asked_for_a_part(request)) reply.body.resize(3);
  };
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, store->get("k", 2, 4, soon())));
  // The whole object in place of a part.
  server().after = [&](const HttpRequest& request, HttpReply& reply, std::size_t) {
    if (asked_for_a_part(request)) reply.status = 200;
  };
  EXPECT_TRUE(failed_with(Outcome::kFail, store->get("k", 2, 4, soon())));
}

TEST_P(Misbehaving, AListOfSeveralPagesIsWholeAndOfTheStoreAlone) {
  server().page = 2;
  std::vector<std::string> all;
  for (const char* key : {"a", "b/c", "b/d", "e", "f"}) {
    server().set(std::string("zoo/") + key, "x");
    all.emplace_back(key);
  }
  server().set("zoo/folder/", "");
  server().set("zoology", "foreign");
  EXPECT_EQ(value_of(keys(*open())), all);
}

TEST_P(Misbehaving, AListOutOfOrderTwiceOfOthersOrWithoutAnEndIsRefused) {
  const auto& page = GetParam().page;
  std::vector<HttpReply> bad = {page({"zoo/b", "zoo/a"}, {}),
                                page({"zoo/a", "zoo/a"}, {}),
                                page({"other/a"}, {}),
                                page({"zoo/a"}, "more"),  // again and again
                                page({}, "more"),
                                {.body = "<html/>"},
                                {.body = ""}};
  HttpReply cut = page({"zoo/a"}, {});
  cut.body.resize(cut.body.size() - 3);
  bad.push_back(cut);
  bad.insert(bad.end(), GetParam().bad_pages.begin(), GetParam().bad_pages.end());
  for (const HttpReply& reply : bad) {
    server().before = always(reply);
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, keys(*open()))) << reply.body;
  }
  server().before = always(page({"zoo/a", "zoo/b"}, {}));
  EXPECT_EQ(value_of(keys(*open())), (std::vector<std::string>{"a", "b"}));
}

TEST_P(Misbehaving, NoRedirectIsFollowedAndNoSecretIsSent) {
  const HttpServer elsewhere([](const HttpRequest&) { return HttpReply{}; });
  for (const int status : {301, 302, 303, 307, 308}) {
    server().before = always({.status = status, .headers = {{"Location", elsewhere.url() + "/stolen"}}});
    EXPECT_FALSE(put(*open(), "k", "x")) << status;
  }
  EXPECT_EQ(elsewhere.request_count(), 0U);
}

TEST_P(Misbehaving, PlainHttpGoesToLoopbackAlone) {
  const auto store = value_of(GetParam().open("http://storage.example.com", {}));
  EXPECT_TRUE(failed_with(Outcome::kUsage, store->head("k", soon())));
}

INSTANTIATE_TEST_SUITE_P(Remote, Misbehaving, testing::ValuesIn(scripted_kinds()), scripted_kind_name);

/// Of those whose requests say when they were made.
class Clocks : public ScriptedTest {};

TEST_P(Clocks, ThatAreOffAreSetRightOnce) {
  server().ahead = std::chrono::minutes(20);
  server().before = [this](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    const UnixMilliseconds right = wall_clock_now() + server().ahead.count();
    if (std::abs(GetParam().moment_of(request) - right) < 60'000) return std::nullopt;
    return GetParam().too_skewed;
  };
  const auto store = open();
  EXPECT_TRUE(succeeded(put(*store, "a", "x")));
  EXPECT_TRUE(succeeded(put(*store, "b", "x")));
  EXPECT_EQ(asked(), 3U);
}

std::vector<ScriptedKind> kinds_that_say_when() {
  std::vector<ScriptedKind> kinds = scripted_kinds();
  std::erase_if(kinds, [](const ScriptedKind& kind) { return !kind.moment_of; });
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Remote, Clocks, testing::ValuesIn(kinds_that_say_when()), scripted_kind_name);

class Secrets : public ScriptedTest {};

TEST_P(Secrets, AreInNoErrorAndNoRequestThatIsSigned) {
  for (const HttpReply& reply : {GetParam().denied, GetParam().unavailable, HttpReply{.status = 500},
                                 HttpReply{.cut_after = 0}, HttpReply{.body = "?", .cut_after = 3}}) {
    server().before = always(reply);
    const Status done = put(*open(), "k", "bytes");
    ASSERT_FALSE(done);
    EXPECT_EQ((done.error().what + done.error().hint).find("canary"), std::string::npos) << done.error().what;
  }
  const std::string& secret = GetParam().secret;
  if (secret.empty()) return;
  for (const HttpRequest& request : server().server().requests()) {
    for (const auto& [name, value] : request.headers)
      EXPECT_EQ(value.find(secret), std::string::npos) << name;
    for (const auto& [name, value] : request.query)
      EXPECT_EQ(value.find("canary"), std::string::npos) << name;
    EXPECT_EQ((request.path + request.body).find("canary"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Remote, Secrets, testing::ValuesIn(scripted_kinds_by_credentials()),
                         scripted_kind_name);

}  // namespace
}  // namespace arkive::test
