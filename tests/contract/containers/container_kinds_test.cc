// The kinds of Store and Repository that are in a container, of a real Azurite.
#include "restore-plans/rehearse/azurite.h"
#include "stores/azure/azure_store.h"
#include "stores/azure/connection.h"
#include "stores/azure/workload_identity.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "tests/contract/object_places/object_place.h"
#include "tests/support/http_server.h"
#include "tests/support/stopped_holder.h"

namespace arkive::test {
namespace {

constexpr const char* kContainer = "contract";

/// One for all tests of the program.
class Azurite final : public testing::Environment {
 public:
  void SetUp() override {
    server_ = value_of(rehearse::AzuriteServer::start_new(directory_.path(), {.containers = {kContainer}},
                                                          Deadline::after(std::chrono::seconds(60))));
  }
  void TearDown() override { server_.reset(); }

  static rehearse::AzuriteServer& server() { return *server_; }

 private:
  TemporaryDirectory directory_ = value_of(TemporaryDirectory::create("azurite"));
  static inline std::unique_ptr<rehearse::AzuriteServer> server_;
};

azure::Settings settings_for(const std::string& prefix) {
  const std::string& account = Azurite::server().settings().account;
  azure::Settings settings{.location =
                               value_of(azure::Location::parse(account + "/" + kContainer + ("/" + prefix)))};
  settings.endpoint = value_of(http::Url::parse(Azurite::server().endpoint()));
  settings.part_bytes = 5U << 20;  // so that objects of the contract have several
  return settings;
}

azure::Credentials account_key() {
  return value_of(azure::account_key(Azurite::server().settings().key));
}

std::unique_ptr<AzureStore> open_with(azure::Settings settings, azure::Credentials credentials) {
  return value_of(
      AzureStore::open(std::move(settings), azure::fixed_credentials(std::move(credentials), "the test")));
}

/// Each scratch path has a prefix of its own.
Result<std::unique_ptr<Store>> open_container(const std::string& path) {
  return open_with(settings_for(path.substr(1)), account_key());
}

INSTANTIATE_TEST_SUITE_P(Containers, StoreContract,
                         testing::ValuesIn(object_store_kinds("azurite", open_container)), store_kind_name);
INSTANTIATE_TEST_SUITE_P(Containers, RepositoryContract,
                         testing::ValuesIn(object_repository_kinds("azurite", open_container)), kind_name);

std::unique_ptr<Store> open_missing() {
  azure::Settings settings = settings_for("zoo");
  settings.location.container = "no-such-container";
  return open_with(settings, account_key());
}

INSTANTIATE_TEST_SUITE_P(Containers, ObjectPlaceContract,
                         testing::Values(ObjectPlace{
                             .name = "azurite",
                             .open = open_container,
                             .open_missing = open_missing,
                             .missing = "there is no container 'no-such-container'",
                             .server = []() -> rehearse::Server& { return Azurite::server(); },
                             .open_with_small_pages =
                                 [](const std::string& path) -> Result<std::unique_ptr<Store>> {
                               azure::Settings settings = settings_for(path.substr(1));
                               settings.page = 3;
                               return open_with(settings, account_key());
                             }}),
                         object_place_name);

class Container : public ScratchTest {
 protected:
  std::string place(const std::string& name) const { return scratch(name); }
  static Deadline soon() { return Deadline::after(std::chrono::seconds(30)); }
};

TEST_F(Container, ThatIsNotThereIsNamedWhereNoBodySaysSoToo) {
  EXPECT_TRUE(failed_with(Outcome::kUsage, open_missing()->head("k", soon())));
}

TEST_F(Container, AWrongKeyIsDeniedAtOnceAndNotShown) {
  const auto store = open_with(settings_for("zoo"), {azure::Credentials::Kind::kAccountKey, "canary-key"});
  const Status done = store->put("k", "x", PutMode::kCreateOnly, soon());
  ASSERT_TRUE(failed_with(Outcome::kDenied, done));
  EXPECT_EQ((done.error().what + done.error().hint).find("canary"), std::string::npos);
  EXPECT_FALSE(done.error().hint.empty());
}

/// A container's own shared access signature, as an administrator would hand it out.
azure::Credentials signature_with(const std::string& permissions) {
  const std::string expires = format_time(wall_clock_now() + 3'600'000);
  const std::string& account = Azurite::server().settings().account;
  const std::string text = permissions + "\n\n" + expires + "\n/blob/" + account + "/" + kContainer +
                           "\n\n\n\n2021-12-02\nc\n\n\n\n\n\n\n";
  const Sha256Digest digest = hmac_sha256(account_key().secret, text);
  return value_of(azure::shared_access_signature(
      http::query_text({{"sv", "2021-12-02"},
                        {"se", expires},
                        {"sr", "c"},
                        {"sp", permissions},
                        {"sig", base64({reinterpret_cast<const char*>(digest.data()), digest.size()})}})));
}

TEST_F(Container, ASharedAccessSignatureGivesTheRightsThatItSays) {
  const auto settings = settings_for(place("signature").substr(1));
  const auto writer = open_with(settings, signature_with("rcwl"));
  {
    const auto held = value_of(writer->lock("prod", soon()));
    EXPECT_TRUE(succeeded(writer->put("k", "x", PutMode::kCreateOnly, soon())));
    auto upload = value_of(writer->begin("long", soon()));
    EXPECT_TRUE(succeeded(upload->write(std::string(12U << 20, 'y'))));
    EXPECT_TRUE(succeeded(upload->finish()));
  }
  EXPECT_EQ(value_of(writer->head("long", soon())).size, 12U << 20);
  EXPECT_TRUE(failed_with(Outcome::kDenied, writer->remove("k", soon())));
  const auto reader = open_with(settings, signature_with("rl"));
  EXPECT_EQ(value_of(reader->get("k", 0, 0, soon())), "x");
  EXPECT_TRUE(failed_with(Outcome::kDenied, reader->put("k", "other", PutMode::kReplace, soon())));
  const auto pruner = open_with(settings, signature_with("rcwdl"));
  EXPECT_TRUE(succeeded(pruner->remove("k", soon())));
}

/// Azurite takes a token whoever signed it.
std::string token_for_storage() {
  const auto part = [](const std::string& json) {
    std::string text = base64(json);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text.substr(0, text.find('='));
  };
  const std::int64_t now = wall_clock_now() / 1000;
  return part(R"({"alg":"none","typ":"JWT"})") + "." +
         part(R"({"aud":"https://storage.azure.com","iss":"https://sts.windows.net/tenant/","nbf":)" +
              std::to_string(now - 60) + R"(,"iat":)" + std::to_string(now - 60) + R"(,"exp":)" +
              std::to_string(now + 3600) + "}") +
         ".signature";
}

TEST_F(Container, AWorkloadIdentityOpensItOverHttps) {
  const HttpServer authority([](const HttpRequest&) -> HttpReply {
    return {.body = R"({"token_type":"Bearer","expires_in":3600,"access_token":")" + token_for_storage() +
                    R"("})"};
  });
  const auto server = value_of(
      rehearse::AzuriteServer::start_new(scratch("https"), {.tls = true, .in_memory = true}, soon()));
  EXPECT_TRUE(succeeded(write_file_durably(scratch("token"), "assertion", IfExists::kReplace)));
  azure::Settings settings{.certificate_authorities = server->certificates()};
  settings.location = value_of(azure::Location::parse(server->settings().account + "/arkive/zoo"));
  settings.endpoint = value_of(http::Url::parse(server->endpoint()));
  const auto identity = [&] {
    return azure::workload_identity({.token_file = scratch("token"),
                                     .client = "client",
                                     .tenant = "tenant",
                                     .authority = authority.url(),
                                     .certificate_authorities = {}});
  };
  const auto store = value_of(AzureStore::open(settings, identity()));
  {
    const auto held = value_of(store->lock("prod", soon()));
    EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, soon())));
  }
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "x");
  EXPECT_EQ(authority.request_count(), 1U) << "one token lasts for all";
  settings.certificate_authorities.clear();
  const auto trusting_nobody = value_of(AzureStore::open(settings, identity()));
  EXPECT_TRUE(failed_with(Outcome::kDenied, trusting_nobody->get("k", 0, 0, soon())));
}

TEST_F(Container, AHolderThatStoodStillWritesNothingMore) {
  azure::Settings settings = settings_for(place("stopped").substr(1));
  settings.lease = std::chrono::seconds(5);
  StoppedHolder holder([&] { return open_with(settings, account_key()); }, "prod", "manifest");
  ASSERT_TRUE(holder.holds());
  holder.stop();
  const auto store = open_with(settings, account_key());
  const auto held = value_of(store->lock("prod", Deadline::after(std::chrono::seconds(20))));
  EXPECT_EQ(holder.wake_and_write(), StoppedHolder::kConflict);
  EXPECT_TRUE(succeeded(store->put("manifest", "ours", PutMode::kCreateOnly, soon())));
  EXPECT_EQ(value_of(store->get("manifest", 0, 0, soon())), "ours");
}

TEST_F(Container, ARequestWhoseTimeIsOverIsRefusedByTheServer) {
  const azure::Connection connection(settings_for(place("late").substr(1)),
                                     azure::fixed_credentials(account_key(), "the test"));
  const auto put_within = [&](remote::Validity valid) {
    return connection.call({.operation = "put",
                            .method = "PUT",
                            .key = "k",
                            .headers = {{"x-ms-blob-type", "BlockBlob"}},
                            .body = "late",
                            .valid = valid},
                           soon());
  };
  const UnixMilliseconds now = wall_clock_now();
  EXPECT_TRUE(failed_with(Outcome::kConflict, put_within({now - 10'000, std::chrono::seconds(5)})));
  EXPECT_TRUE(succeeded(put_within({now, std::chrono::seconds(60)})));
}

}  // namespace
}  // namespace arkive::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new arkive::test::Azurite);
  return RUN_ALL_TESTS();
}
