// The kinds of Store and Repository that are in a bucket of Google Cloud Storage, of a real fake-gcs-server.
#include "restore-plans/rehearse/fake_gcs_server.h"
#include "stores/core/files.h"
#include "stores/gcs/connection.h"
#include "stores/gcs/gcs_store.h"
#include "stores/gcs/token_sources.h"
#include "tests/contract/object_places/object_place.h"
#include "tests/support/http_server.h"
#include "tests/support/rsa_key.h"

namespace arkive::test {
namespace {

constexpr const char* kBucket = "contract";

/// One for all tests of the program, in memory: there its keys are as Google's, and no paths.
class FakeGcs final : public testing::Environment {
 public:
  void SetUp() override {
    server_ = value_of(rehearse::FakeGcsServer::start_new(directory_.path(),
                                                          {.buckets = {kBucket}, .in_memory = true},
                                                          Deadline::after(std::chrono::seconds(60))));
  }
  void TearDown() override { server_.reset(); }

  static rehearse::FakeGcsServer& server() { return *server_; }

 private:
  TemporaryDirectory directory_ = value_of(TemporaryDirectory::create("fake-gcs"));
  static inline std::unique_ptr<rehearse::FakeGcsServer> server_;
};

gcs::Settings settings_for(const std::string& prefix) {
  gcs::Settings settings{.location = value_of(gcs::Location::parse(kBucket + ("/" + prefix)))};
  settings.endpoint = value_of(http::Url::parse(FakeGcs::server().endpoint()));
  settings.part_bytes = 1U << 20;  // so that objects of the contract have several pieces
  return settings;
}

std::unique_ptr<GcsStore> open_with(gcs::Settings settings) {
  return value_of(GcsStore::open(std::move(settings), gcs::fixed_credentials({"a token"}, "the test")));
}

/// Each scratch path has a prefix of its own.
Result<std::unique_ptr<Store>> open_bucket(const std::string& path) {
  return open_with(settings_for(path.substr(1)));
}

INSTANTIATE_TEST_SUITE_P(GoogleBuckets, StoreContract,
                         testing::ValuesIn(object_store_kinds("fake_gcs_server", open_bucket)),
                         store_kind_name);
INSTANTIATE_TEST_SUITE_P(GoogleBuckets, RepositoryContract,
                         testing::ValuesIn(object_repository_kinds("fake_gcs_server", open_bucket)),
                         kind_name);

INSTANTIATE_TEST_SUITE_P(GoogleBuckets, ObjectPlaceContract,
                         testing::Values(ObjectPlace{
                             .name = "fake_gcs_server",
                             .open = open_bucket,
                             .open_missing = []() -> std::unique_ptr<Store> {
                               gcs::Settings settings = settings_for("zoo");
                               settings.location.bucket = "no-such-bucket";
                               return open_with(settings);
                             },
                             .missing = "there is no bucket 'no-such-bucket'",
                             .server = []() -> rehearse::Server& { return FakeGcs::server(); },
                             .open_with_small_pages =
                                 [](const std::string& path) -> Result<std::unique_ptr<Store>> {
                               gcs::Settings settings = settings_for(path.substr(1));
                               settings.page = 3;
                               return open_with(settings);
                             }}),
                         object_place_name);

class GoogleBucket : public ScratchTest {
 protected:
  std::string place(const std::string& name) const { return scratch(name); }
  static Deadline soon() { return Deadline::after(std::chrono::seconds(30)); }
};

TEST_F(GoogleBucket, AnObjectInPiecesIsWholeWhateverItsLength) {
  gcs::Settings settings = settings_for(place("pieces").substr(1));
  settings.part_bytes = 256U << 10;
  const auto store = open_with(settings);
  for (const std::size_t size : {(256U << 10) - 1, 256U << 10, (256U << 10) + 1, 1U << 20, (1U << 20) + 7}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 / 7);
    auto upload = value_of(store->begin("k", soon()));
    EXPECT_TRUE(succeeded(upload->write(bytes)));
    EXPECT_TRUE(succeeded(upload->finish())) << size;
    EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), bytes) << size;
  }
}

TEST_F(GoogleBucket, AServiceAccountOpensItOverHttps) {
  const HttpServer authority([](const HttpRequest& request) -> HttpReply {
    if (request.body.find("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer") ==
        std::string::npos)
      return {.status = 400, .body = R"({"error":"invalid_grant"})"};
    return {.body = R"({"token_type":"Bearer","expires_in":3600,"access_token":"canary-token"})"};
  });
  const auto server = value_of(
      rehearse::FakeGcsServer::start_new(scratch("https"), {.tls = true, .in_memory = true}, soon()));
  gcs::Settings settings{.location = value_of(gcs::Location::parse("arkive/zoo")),
                         .endpoint = value_of(http::Url::parse(server->endpoint())),
                         .certificate_authorities = server->certificates()};
  const auto account = [&] {
    return gcs::service_account({.email = "arkive@example.com",
                                 .key_id = "1",
                                 .key = RsaKey().pem(),
                                 .audience = authority.url() + "/token"},
                                "the test", "");
  };
  const auto store = value_of(GcsStore::open(settings, account()));
  {
    const auto held = value_of(store->lock("prod", soon()));
    EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, soon())));
  }
  EXPECT_EQ(value_of(store->get("k", 0, 0, soon())), "x");
  EXPECT_EQ(authority.request_count(), 1U) << "one token lasts for all";
  settings.certificate_authorities.clear();
  const auto trusting_nobody = value_of(GcsStore::open(settings, account()));
  EXPECT_TRUE(failed_with(Outcome::kDenied, trusting_nobody->get("k", 0, 0, soon())));
}

}  // namespace
}  // namespace arkive::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new arkive::test::FakeGcs);
  return RUN_ALL_TESTS();
}
