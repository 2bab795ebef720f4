#include "restore-plans/rehearse/fake_gcs_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "stores/core/files.h"
#include "stores/http/client.h"
#include "stores/http/url.h"
#include "tests/support/results.h"

namespace arkive::rehearse {
namespace {

using namespace std::chrono_literals;
using test::failed_with;
using test::succeeded;
using test::value_of;
using testing::StartsWith;

class FakeGcsServerLife : public testing::Test {
 protected:
  FakeGcsServerLife() : scratch_(TemporaryDirectory::create("rehearse").value()) {}

  std::unique_ptr<FakeGcsServer> started(const FakeGcsServerSettings& settings = {}) const {
    return value_of(FakeGcsServer::start_new(directory(), settings, deadline_));
  }

  http::Response ask(const FakeGcsServer& fake, http::Request request) const {
    const http::Client client({.certificate_authorities = fake.certificates(), .use_proxy = false});
    request.url = fake.endpoint() + request.url;
    return value_of(client.send(request, deadline_));
  }
  /// Only when its generation is `generation`; 0: when there is none.
  http::Response put(const FakeGcsServer& fake, const std::string& bucket, const std::string& key,
                     const std::string& bytes, const std::string& generation = "0") const {
    return ask(fake, {.method = "POST",
                      .url = "/upload/storage/v1/b/" + bucket + "/o?uploadType=media&name=" +
                             http::percent_encoded(key) + "&ifGenerationMatch=" + generation,
                      .body = bytes});
  }
  http::Response get(const FakeGcsServer& fake, const std::string& bucket, const std::string& key) const {
    return ask(fake, {.url = "/download/storage/v1/b/" + bucket + "/o/" + http::percent_encoded(key) +
                             "?alt=media"});
  }

  std::string directory() const { return scratch_.path() + "/servers"; }
  TemporaryDirectory scratch_;
  Deadline deadline_ = Deadline::after(120s);
};

TEST_F(FakeGcsServerLife, ServesItsBucketsStopsGracefullyAndComesBackOnItsPortWithItsObjects) {
  auto fake = started({.buckets = {"first", "second"}});
  const auto endpoint = fake->endpoint();
  EXPECT_EQ(endpoint, "http://127.0.0.1:" + std::to_string(fake->port()));
  EXPECT_EQ(put(*fake, "first", "some/key", "words").status, 200);
  EXPECT_EQ(put(*fake, "second", "key", "others").status, 200);
  EXPECT_EQ(put(*fake, "third", "key", "nowhere").status, 404);
  const auto before = get(*fake, "first", "some/key");
  EXPECT_NE(before.header("x-goog-generation"), "");

  EXPECT_EQ(fake->stop().value(), Ending::kGraceful);
  EXPECT_FALSE(fake->running());
  EXPECT_FALSE(fake->ready());
  ASSERT_TRUE(succeeded(fake->start(deadline_)));
  EXPECT_EQ(fake->endpoint(), endpoint);
  const auto after = get(*fake, "first", "some/key");
  EXPECT_EQ(after.body, "words");
  EXPECT_EQ(after.header("x-goog-generation"), before.header("x-goog-generation"));
  EXPECT_EQ(get(*fake, "second", "key").body, "others");
}

TEST_F(FakeGcsServerLife, WhatWasWrittenOutlivesAKillAndGoesWithAWipeButItsBucketStays) {
  auto fake = started();
  ASSERT_EQ(put(*fake, "arkive", "key", "words").status, 200);
  EXPECT_TRUE(failed_with(Outcome::kConflict, fake->wipe())) << "a running server's data were removed";
  ASSERT_TRUE(succeeded(fake->kill()));
  ASSERT_TRUE(succeeded(fake->start(deadline_)));
  EXPECT_EQ(get(*fake, "arkive", "key").body, "words");

  ASSERT_TRUE(succeeded(fake->kill()));
  ASSERT_TRUE(succeeded(fake->wipe()));
  EXPECT_FALSE(path_exists(fake->data_directory()));
  ASSERT_TRUE(succeeded(fake->start(deadline_)));
  EXPECT_EQ(get(*fake, "arkive", "key").status, 404);
  EXPECT_EQ(put(*fake, "arkive", "key", "words").status, 200);
}

TEST_F(FakeGcsServerLife, OnDiskAndInMemoryWhatWasMadeBeforeOrMeanwhileIsNotReplaced) {
  for (const bool in_memory : {false, true}) {
    const std::string place = directory() + (in_memory ? "/memory" : "/disk");
    const auto fake = value_of(FakeGcsServer::start_new(place, {.in_memory = in_memory}, deadline_));
    const auto first = put(*fake, "arkive", "key", "first");
    EXPECT_EQ(put(*fake, "arkive", "key", "second").status, 412);
    const auto generation = nlohmann::json::parse(first.body).at("generation").get<std::string>();
    EXPECT_EQ(put(*fake, "arkive", "key", "third", generation).status, 200);
    EXPECT_EQ(put(*fake, "arkive", "key", "fourth", generation).status, 412);
    EXPECT_EQ(get(*fake, "arkive", "key").body, "third");
  }
}

TEST_F(FakeGcsServerLife, OfMemoryNothingStays) {
  auto fake = started({.in_memory = true});
  EXPECT_EQ(fake->data_directory(), "");
  EXPECT_EQ(put(*fake, "arkive", "key", "words").status, 200);
  EXPECT_TRUE(fake->stop());
  ASSERT_TRUE(succeeded(fake->start(deadline_)));
  EXPECT_EQ(get(*fake, "arkive", "key").status, 404);
  EXPECT_EQ(put(*fake, "arkive", "key", "words").status, 200) << "its bucket is not there";
}

TEST_F(FakeGcsServerLife, InMemoryAKeyMayGoOnBehindAnotherAndHoldAnything) {
  const auto fake = started({.in_memory = true});
  for (const std::string key :
       {"a/b", "a", "a/b/c", "a//b", "a/../b", "with space", "100%", "a%2Fb", "\u00fc@~"}) {
    EXPECT_EQ(put(*fake, "arkive", key, key).status, 200) << key;
    EXPECT_EQ(get(*fake, "arkive", key).body, key);
  }
}

TEST_F(FakeGcsServerLife, ItReadsByTheNameOfTheBucketInThePathToo) {
  const auto fake = started();
  ASSERT_EQ(put(*fake, "arkive", "some/key", "words").status, 200);
  EXPECT_EQ(ask(*fake, {.url = "/arkive/some/key"}).body, "words");
}

TEST_F(FakeGcsServerLife, UploadInPiecesIsToldAnAddressOfItsOwn) {
  for (const bool tls : {false, true}) {
    const std::string place = directory() + (tls ? "/tls" : "/plain");
    const auto fake = value_of(FakeGcsServer::start_new(place, {.tls = tls}, deadline_));
    const auto begun =
        ask(*fake, {.method = "POST", .url = "/upload/storage/v1/b/arkive/o?uploadType=resumable&name=key"});
    EXPECT_EQ(begun.status, 200);
    EXPECT_THAT(std::string(begun.header("location")), StartsWith(fake->endpoint() + "/upload/"));
  }
}

TEST_F(FakeGcsServerLife, PausedServerIsNotReadyUntilItIsResumed) {
  const auto fake = started();
  ASSERT_TRUE(succeeded(fake->pause()));
  EXPECT_FALSE(fake->ready());
  EXPECT_TRUE(fake->running());
  ASSERT_TRUE(succeeded(fake->resume()));
  EXPECT_EQ(put(*fake, "arkive", "key", "words").status, 200);
}

TEST_F(FakeGcsServerLife, ServerEndsWithTheObjectThatStartedIt) {
  auto fake = started();
  const std::string process = "/proc/" + std::to_string(*fake->process_id());
  EXPECT_TRUE(path_exists(process));
  fake.reset();
  EXPECT_FALSE(path_exists(process));
}

TEST_F(FakeGcsServerLife, DetachedServerIsFoundAgainAndStoppedByAnotherObject) {
  auto fake = started({.buckets = {"backups"}, .lifetime = Lifetime::kDetached});
  ASSERT_EQ(put(*fake, "backups", "key", "words").status, 200);
  fake.reset();
  const auto again = value_of(FakeGcsServer::open(directory()));
  EXPECT_EQ(again->settings().buckets, std::vector<std::string>{"backups"});
  EXPECT_TRUE(again->ready());
  EXPECT_EQ(get(*again, "backups", "key").body, "words");
  EXPECT_TRUE(again->stop());
  EXPECT_FALSE(again->running());
}

TEST_F(FakeGcsServerLife, WithTlsItShowsACertificateOfItsOwnAuthority) {
  const auto fake = started({.tls = true});
  EXPECT_THAT(fake->endpoint(), StartsWith("https://"));
  EXPECT_EQ(put(*fake, "arkive", "key", "words").status, 200);
  const auto authority = fake->certificates();
  const std::string other = authority.substr(0, authority.rfind('/')) + "/other-ca.pem";
  ASSERT_TRUE(path_exists(other));
  const http::Client stranger({.certificate_authorities = other, .use_proxy = false});
  EXPECT_TRUE(failed_with(Outcome::kDenied, stranger.send({.url = fake->endpoint() + "/"}, deadline_)));
}

TEST_F(FakeGcsServerLife, SecondOneInTheSameDirectoryIsRefused) {
  const auto fake = started();
  EXPECT_TRUE(failed_with(Outcome::kConflict, FakeGcsServer::start_new(directory(), {}, deadline_)));
  EXPECT_TRUE(fake->ready());
}

TEST_F(FakeGcsServerLife, BucketThatNoBucketCanBeCalledIsRefusedBeforeAnythingIsMade) {
  for (const char* name : {"", "ab", "../above", "Upper", ".hidden", "two..dots", "-dash"})
    EXPECT_TRUE(
        failed_with(Outcome::kUsage, FakeGcsServer::start_new(directory(), {.buckets = {name}}, deadline_)))
        << name;
  EXPECT_FALSE(path_exists(directory()));
}

}  // namespace
}  // namespace arkive::rehearse
