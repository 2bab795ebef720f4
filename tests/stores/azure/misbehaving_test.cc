// What a container alone does that it should not, and is asked for; what all stores behind a network have to
// bear is in tests/stores/remote.
#include "tests/stores/azure/scripted_container.h"

namespace arkive::test {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

Status put(Store& store, std::string_view key, Bytes data) {
  return store.put(key, data, PutMode::kCreateOnly, soon());
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

TEST(AzureMisbehaves, ANotFoundThatAnswersANewBlobIsTheServersOwnError) {
  ScriptedContainer container;
  container.before = [](const HttpRequest& request, std::size_t) -> std::optional<HttpReply> {
    if (request.method != "PUT") return std::nullopt;
    return azure_error(404, "ResourceNotFound");
  };
  const Status done = put(*container.open(), "k", "bytes");
  ASSERT_TRUE(failed_with(Outcome::kFail, done));
  EXPECT_NE(done.error().what.find("status 404, ResourceNotFound"), std::string::npos) << done.error().what;
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

}  // namespace
}  // namespace arkive::test
