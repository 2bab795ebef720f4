#include "restore-plans/rehearse/azurite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/azure/azure_store.h"
#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive::rehearse {
namespace {

using namespace std::chrono_literals;
using test::failed_with;
using test::succeeded;
using test::value_of;

class AzuriteLife : public testing::Test {
 protected:
  AzuriteLife() : scratch_(TemporaryDirectory::create("rehearse").value()) {}

  std::unique_ptr<AzuriteServer> started(const AzuriteSettings& settings = {}) const {
    return value_of(AzuriteServer::start_new(directory(), settings, deadline_));
  }
  static std::unique_ptr<AzureStore> store_in(const AzuriteServer& azurite, const std::string& container) {
    azure::Settings settings{.certificate_authorities = azurite.certificates()};
    settings.location = value_of(azure::Location::parse(azurite.settings().account + "/" + container));
    settings.endpoint = value_of(http::Url::parse(azurite.endpoint()));
    return value_of(AzureStore::open(
        settings,
        azure::fixed_credentials(value_of(azure::account_key(azurite.settings().key)), "the test")));
  }
  Status put(const AzuriteServer& azurite, const std::string& container, const std::string& bytes) const {
    return store_in(azurite, container)->put("key", bytes, PutMode::kReplace, deadline_);
  }
  std::string got(const AzuriteServer& azurite, const std::string& container) const {
    return store_in(azurite, container)->get("key", 0, 0, deadline_).value_or("nothing");
  }

  std::string directory() const { return scratch_.path() + "/servers"; }
  TemporaryDirectory scratch_;
  Deadline deadline_ = Deadline::after(120s);
};

TEST_F(AzuriteLife, ServesItsContainersStopsGracefullyAndComesBackOnItsPortWithItsBlobs) {
  auto azurite = started({.containers = {"first", "second"}});
  const auto endpoint = azurite->endpoint();
  EXPECT_EQ(endpoint, "http://127.0.0.1:" + std::to_string(azurite->port()) + "/arkivetest");
  EXPECT_TRUE(succeeded(put(*azurite, "first", "words")));
  EXPECT_TRUE(succeeded(put(*azurite, "second", "others")));
  EXPECT_TRUE(failed_with(Outcome::kUsage, put(*azurite, "third", "nowhere")));

  EXPECT_EQ(azurite->stop().value(), Ending::kGraceful);
  EXPECT_FALSE(azurite->running());
  EXPECT_FALSE(azurite->ready());
  ASSERT_TRUE(succeeded(azurite->start(deadline_)));
  EXPECT_EQ(azurite->endpoint(), endpoint);
  EXPECT_EQ(got(*azurite, "first"), "words");
  EXPECT_EQ(got(*azurite, "second"), "others");
  EXPECT_TRUE(failed_with(Outcome::kConflict, azurite->wipe())) << "a running server's data were removed";

  EXPECT_TRUE(azurite->stop());
  EXPECT_TRUE(succeeded(azurite->wipe()));
  ASSERT_TRUE(succeeded(azurite->start(deadline_)));
  EXPECT_EQ(got(*azurite, "first"), "nothing");
}

TEST_F(AzuriteLife, OfMemoryNothingStays) {
  auto azurite = started({.in_memory = true});
  EXPECT_EQ(azurite->data_directory(), "");
  EXPECT_TRUE(succeeded(put(*azurite, "arkive", "words")));
  EXPECT_TRUE(azurite->stop());
  ASSERT_TRUE(succeeded(azurite->start(deadline_)));
  EXPECT_EQ(got(*azurite, "arkive"), "nothing");
}

TEST_F(AzuriteLife, ServerEndsWithTheObjectThatStartedIt) {
  auto azurite = started();
  const std::string process = "/proc/" + std::to_string(*azurite->process_id());
  EXPECT_TRUE(path_exists(process));
  azurite.reset();
  EXPECT_FALSE(path_exists(process));
}

TEST_F(AzuriteLife, DetachedServerIsFoundAgainWithItsKeyAndStoppedByAnotherObject) {
  auto azurite = started({.lifetime = Lifetime::kDetached});
  ASSERT_TRUE(succeeded(put(*azurite, "arkive", "words")));
  const auto key = azurite->settings().key;
  azurite.reset();
  const auto again = value_of(AzuriteServer::open(directory()));
  EXPECT_EQ(again->settings().key, key);
  EXPECT_TRUE(again->ready());
  EXPECT_EQ(got(*again, "arkive"), "words");
  EXPECT_TRUE(again->stop());
  EXPECT_FALSE(again->running());
}

TEST_F(AzuriteLife, WithTlsItShowsACertificateOfItsOwnAuthority) {
  const auto azurite = started({.tls = true});
  EXPECT_EQ(azurite->endpoint().substr(0, 8), "https://");
  EXPECT_TRUE(succeeded(put(*azurite, "arkive", "words")));
}

TEST_F(AzuriteLife, SecondOneInTheSameDirectoryIsRefused) {
  const auto azurite = started();
  EXPECT_TRUE(failed_with(Outcome::kConflict, AzuriteServer::start_new(directory(), {}, deadline_)));
  EXPECT_TRUE(azurite->ready());
}

TEST_F(AzuriteLife, WhatAzureWouldNotCallSoIsRefusedBeforeAnythingIsMade) {
  for (const char* name : {"", "ab", "../above", "Upper", "-dash", "two--dashes", "a/b"})
    EXPECT_TRUE(failed_with(Outcome::kUsage,
                            AzuriteServer::start_new(directory(), {.containers = {name}}, deadline_)))
        << name;
  EXPECT_TRUE(
      failed_with(Outcome::kUsage, AzuriteServer::start_new(directory(), {.key = "no Base64"}, deadline_)));
  EXPECT_FALSE(path_exists(directory()));
}

}  // namespace
}  // namespace arkive::rehearse
