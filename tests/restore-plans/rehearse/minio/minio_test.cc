#include "restore-plans/rehearse/minio.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "stores/core/files.h"
#include "tests/restore-plans/rehearse/minio/s3_request.h"

namespace arkive::rehearse {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::Each;
using testing::Eq;
using testing::HasSubstr;
using testing::SizeIs;

class MinioLife : public testing::Test {
 protected:
  MinioLife() : scratch_(TemporaryDirectory::create("rehearse").value()) {}

  std::unique_ptr<MinioServer> started(const MinioSettings& settings = {}) const {
    auto minio = MinioServer::start_new(directory(), settings, deadline_);
    EXPECT_TRUE(minio) << minio.error().what;
    return minio ? std::move(*minio) : nullptr;
  }

  std::string directory() const { return scratch_.path() + "/servers"; }
  TemporaryDirectory scratch_;
  Deadline deadline_ = Deadline::after(120s);
};

TEST_F(MinioLife, ServesItsBucketsStopsGracefullyAndComesBackOnItsPortWithItsObjects) {
  auto minio = started({.buckets = {"first", "second"}});
  ASSERT_TRUE(minio);
  const auto endpoint = minio->endpoint();
  EXPECT_EQ(endpoint, "http://127.0.0.1:" + std::to_string(minio->port()));
  EXPECT_EQ(put_object(*minio, "first/some/key", "words").status, 200);
  EXPECT_EQ(put_object(*minio, "second/key", "others").status, 200);
  EXPECT_EQ(put_object(*minio, "third/key", "nowhere").status, 404);

  EXPECT_EQ(minio->stop().value(), Ending::kGraceful);
  EXPECT_FALSE(minio->running());
  EXPECT_FALSE(minio->ready());
  ASSERT_TRUE(minio->start(deadline_));
  EXPECT_EQ(minio->endpoint(), endpoint);
  EXPECT_EQ(get_object(*minio, "first/some/key").body, "words");
  EXPECT_EQ(get_object(*minio, "second/key").body, "others");
}

TEST_F(MinioLife, WhatWasWrittenOutlivesAKillAndGoesWithAWipeButItsBucketStays) {
  auto minio = started();
  ASSERT_TRUE(minio);
  ASSERT_EQ(put_object(*minio, "arkive/key", "words").status, 200);
  EXPECT_FALSE(minio->wipe()) << "a running server's data were removed";
  ASSERT_TRUE(minio->kill());
  ASSERT_TRUE(minio->start(deadline_));
  EXPECT_EQ(get_object(*minio, "arkive/key").body, "words");

  ASSERT_TRUE(minio->kill());
  ASSERT_TRUE(minio->wipe());
  EXPECT_FALSE(path_exists(minio->data_directory()));
  ASSERT_TRUE(minio->start(deadline_));
  EXPECT_EQ(get_object(*minio, "arkive/key").status, 404);
  EXPECT_EQ(put_object(*minio, "arkive/key", "words").status, 200);
}

TEST_F(MinioLife, PausedServerHangsUntilItIsResumed) {
  auto minio = started();
  ASSERT_TRUE(minio);
  ASSERT_TRUE(minio->pause());
  const auto answer = ask_s3(minio->endpoint(), {.path = "arkive/key", .within_milliseconds = 200});
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.trouble, HasSubstr("Timeout"));
  EXPECT_FALSE(minio->ready());
  EXPECT_TRUE(minio->running());
  ASSERT_TRUE(minio->resume());
  EXPECT_EQ(put_object(*minio, "arkive/key", "words").status, 200);
}

TEST_F(MinioLife, ServerEndsWithTheObjectThatStartedIt) {
  auto minio = started();
  ASSERT_TRUE(minio);
  const std::string process = "/proc/" + std::to_string(*minio->process_id());
  EXPECT_TRUE(path_exists(process));
  minio.reset();
  EXPECT_FALSE(path_exists(process));
}

TEST_F(MinioLife, DetachedServerIsFoundAgainWithItsKeysAndStoppedByAnotherObject) {
  auto minio = started({.buckets = {"backups"}, .lifetime = Lifetime::kDetached});
  ASSERT_TRUE(minio);
  ASSERT_EQ(put_object(*minio, "backups/key", "words").status, 200);
  const auto endpoint = minio->endpoint();
  minio.reset();
  auto found = MinioServer::open(directory());
  ASSERT_TRUE(found) << found.error().what;
  auto& again = **found;
  EXPECT_EQ(again.endpoint(), endpoint);
  EXPECT_TRUE(again.running());
  EXPECT_TRUE(again.ready());
  EXPECT_EQ(get_object(again, "backups/key").body, "words");
  ASSERT_TRUE(again.stop());
  EXPECT_FALSE(again.running());
  ASSERT_TRUE(again.start(deadline_));
  EXPECT_EQ(get_object(again, "backups/key").body, "words");
  ASSERT_TRUE(again.kill());
}

TEST_F(MinioLife, OnlyItsOwnKeysOpenIt) {
  auto minio = started();
  ASSERT_TRUE(minio);
  EXPECT_THAT(minio->settings().access_key, SizeIs(20));
  EXPECT_THAT(minio->settings().secret_key, SizeIs(40));
  EXPECT_EQ(put_object(*minio, "arkive/key", "words").status, 200);
  EXPECT_EQ(ask_s3(minio->endpoint(), {.path = "arkive/key"}).status, 403);
  for (const std::string key : {"minioadmin", minio->settings().access_key.c_str()}) {
    const auto answer =
        ask_s3(minio->endpoint(), {.path = "arkive/key", .access_key = key, .secret_key = "minioadmin"});
    EXPECT_EQ(answer.status, 403) << key;
  }
  auto other = MinioServer::start_new(scratch_.path() + "/others", {}, deadline_);
  ASSERT_TRUE(other) << other.error().what;
  EXPECT_NE((*other)->settings().access_key, minio->settings().access_key);
  EXPECT_NE((*other)->settings().secret_key, minio->settings().secret_key);
}

TEST_F(MinioLife, WithTlsItShowsACertificateOfItsOwnAuthority) {
  auto minio = started({.tls = true});
  ASSERT_TRUE(minio);
  EXPECT_EQ(minio->endpoint(), "https://127.0.0.1:" + std::to_string(minio->port()));
  EXPECT_EQ(put_object(*minio, "arkive/key", "words").status, 200);
  const auto authority = minio->certificates();
  const std::string other = authority.substr(0, authority.rfind('/')) + "/other-ca.pem";
  ASSERT_TRUE(path_exists(other));
  const auto stranger = ask_s3(minio->endpoint(), {.path = "arkive/key", .authority = other});
  EXPECT_EQ(stranger.status, 0);
  EXPECT_THAT(stranger.trouble, HasSubstr("certificate"));
  ASSERT_TRUE(minio->stop());
  const auto before = read_file(authority).value();
  ASSERT_TRUE(minio->start(deadline_));
  EXPECT_EQ(read_file(authority).value(), before) << "who trusted it before trusts it no more";
  EXPECT_EQ(get_object(*minio, "arkive/key").body, "words");
}

/// The addresses and ports, in the kernel's own spelling, where the process `id` listens.
std::vector<std::string> listening(pid_t id) {
  const std::string process = "/proc/" + std::to_string(id);
  std::set<std::string> sockets;
  for (const auto& entry : std::filesystem::directory_iterator(process + "/fd")) {
    std::error_code gone;
    sockets.insert(std::filesystem::read_symlink(entry, gone).string());
  }
  std::vector<std::string> addresses;
  for (const char* family : {"/net/tcp", "/net/tcp6"}) {
    std::istringstream lines(read_file(process + family).value_or(""));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string number, local, remote, state, queues, timer, again, user, timeout, inode;
      words >> number >> local >> remote >> state >> queues >> timer >> again >> user >> timeout >> inode;
      constexpr const char* kListen = "0A";
      if (state == kListen && sockets.count("socket:[" + inode + "]") > 0) addresses.push_back(local);
    }
  }
  return addresses;
}

TEST_F(MinioLife, ListensNowhereButOnItsPortOfThisMachineAlone) {
  auto minio = started();
  ASSERT_TRUE(minio);
  char port[8] = {};
  (void)std::snprintf(port, sizeof port, ":%04X", minio->port());
  const auto addresses = listening(*minio->process_id());
  EXPECT_THAT(addresses, testing::Contains("0100007F" + std::string(port)));
  EXPECT_THAT(addresses, Each(AnyOf(Eq("0100007F" + std::string(port)),
                                    Eq("00000000000000000000000001000000" + std::string(port)))));
}

TEST_F(MinioLife, ServerThatDiesAtStartIsToldAtOnceWithTheTailOfItsLog) {
  const auto minio =
      MinioServer::start_new(directory(), {.environment = {{"MINIO_ROOT_PASSWORD", "short"}}}, deadline_);
  ASSERT_FALSE(minio);
  EXPECT_EQ(minio.error().outcome, Outcome::kFail);
  EXPECT_THAT(minio.error().what, HasSubstr("credentials"));
  EXPECT_FALSE(deadline_.passed());
  EXPECT_TRUE(started()) << "the failed start is in the way of the next";
}

TEST_F(MinioLife, SecondOneInTheSameDirectoryIsRefused) {
  auto minio = started();
  ASSERT_TRUE(minio);
  const auto second = MinioServer::start_new(directory(), {}, deadline_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().outcome, Outcome::kConflict);
  EXPECT_TRUE(minio->ready());
}

TEST_F(MinioLife, BucketThatNoBucketCanBeCalledIsRefusedBeforeAnythingIsMade) {
  for (const char* name : {"", "ab", "../above", "Upper", ".hidden", "two..dots", "-dash"}) {
    const auto minio = MinioServer::start_new(directory(), {.buckets = {name}}, deadline_);
    ASSERT_FALSE(minio) << name;
    EXPECT_EQ(minio.error().outcome, Outcome::kUsage);
  }
  EXPECT_FALSE(path_exists(directory()));
}

}  // namespace
}  // namespace arkive::rehearse
