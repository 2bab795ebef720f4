// Settings and credentials as Azure's tools find them.
#include "stores/azure/environment.h"

#include "stores/azure/workload_identity.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "tests/support/http_server.h"
#include "tests/support/results.h"
#include "tests/support/variables.h"

namespace arkive::test {
namespace {

using namespace azure;  // NOLINT(google-build-using-namespace): what is tested

constexpr const char* kSignature =
    "sv=2021-12-02&sp=rl&se=2036-11-20T23%3A30%3A00Z&sr=c&sig=canary%2Bsignature";

class AzureEnvironment : public ScratchTest {
 protected:
  static Result<Settings> settings(Variables variables) {
    return settings_from(environment_of(std::move(variables)),
                         value_of(Location::parse("account/container/zoo")));
  }
  static Result<Credentials> credentials(const Variables& variables) {
    ARKIVE_ASSIGN(const Settings read, settings(variables));
    ARKIVE_ASSIGN(const auto provider, credentials_from(environment_of(variables), read));
    return provider->ask(Deadline::after(std::chrono::seconds(10)));
  }
  static void expect_no_secret(const Error& error) {
    EXPECT_EQ((error.what + error.hint).find("canary"), std::string::npos) << error.what << error.hint;
  }
};

TEST_F(AzureEnvironment, AVariableThatThereIsNotIsRefusedWithTheNearestOne) {
  for (const char* name : {"ARKIVE_AZURE_LEAS", "ARKIVE_AZ_LEASE", "ARKIVE_AZUR_LEASE"}) {
    const auto read = settings({{name, "10s"}});
    ASSERT_TRUE(failed_with(Outcome::kUsage, read)) << name;
    EXPECT_NE(read.error().hint.find("ARKIVE_AZURE_LEASE"), std::string::npos) << read.error().hint;
  }
}

TEST_F(AzureEnvironment, ALocationIsAnAccountAContainerAndABeginningOfKeys) {
  const Location location = value_of(Location::parse("account1/my-container/a/b/"));
  EXPECT_EQ(location.account, "account1");
  EXPECT_EQ(location.container, "my-container");
  EXPECT_EQ(location.prefix, "a/b/");
  EXPECT_EQ(value_of(Location::parse("account1/my-container")).prefix, "");
  for (const char* bad :
       {"", "ab/container", "Account/container", "acc-ount/container", "account", "account/", "account/c",
        "account/Container", "account/-dash", "account/two--dashes", "account/container/../a",
        "account/container/a//b", "account/container/a\nb"})
    EXPECT_TRUE(failed_with(Outcome::kUsage, Location::parse(bad))) << bad;
}

TEST_F(AzureEnvironment, WithoutAnySettingItIsThePublicCloud) {
  EXPECT_EQ(completed(value_of(settings({}))).endpoint.origin(), "https://account.blob.core.windows.net");
}

TEST_F(AzureEnvironment, TheEndpointIsTakenFromWhereAzuresToolsTakeIt) {
  EXPECT_EQ(value_of(settings({{"AZURE_STORAGE_SERVICE_ENDPOINT", "http://127.0.0.1:10000/account"}}))
                .endpoint.path,
            "/account");
  EXPECT_EQ(value_of(settings({{"AZURE_STORAGE_CONNECTION_STRING",
                                "AccountName=account;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn"}}))
                .endpoint.origin(),
            "https://account.blob.core.chinacloudapi.cn");
  EXPECT_EQ(value_of(settings({{"AZURE_STORAGE_CONNECTION_STRING",
                                "BlobEndpoint=https://blobs.example.com;AccountKey=a2V5"}}))
                .endpoint.origin(),
            "https://blobs.example.com");
}

TEST_F(AzureEnvironment, ValuesThatMakeNoSenseAreRefused) {
  const Settings read = value_of(settings({{"ARKIVE_AZURE_LEASE", "30s"},
                                           {"ARKIVE_AZURE_PART_SIZE", "16MiB"},
                                           {"ARKIVE_AZURE_ACCESS_TIER", "Cool"},
                                           {"ARKIVE_AZURE_CA_BUNDLE", "/ca.pem"},
                                           {"ARKIVE_AZURE_PLAIN_HTTP", "yes"}}));
  EXPECT_EQ(read.lease, std::chrono::seconds(30));
  EXPECT_EQ(read.part_bytes, 16U << 20);
  EXPECT_EQ(read.access_tier, "Cool");
  EXPECT_EQ(read.certificate_authorities, "/ca.pem");
  EXPECT_TRUE(read.allow_plain_http);
  for (const auto& [name, value] : Variables{{"ARKIVE_AZURE_LEASE", "1s"},
                                             {"ARKIVE_AZURE_PART_SIZE", "2GiB"},
                                             {"ARKIVE_AZURE_PLAIN_HTTP", "maybe"},
                                             {"AZURE_STORAGE_SERVICE_ENDPOINT", "localhost:10000"},
                                             {"AZURE_STORAGE_CONNECTION_STRING", "canary"}}) {
    const auto bad = settings({{name, value}});
    ASSERT_TRUE(failed_with(Outcome::kUsage, bad)) << name;
    expect_no_secret(bad.error());
  }
}

TEST_F(AzureEnvironment, TakesTheFirstCredentialsThatThereAre) {
  Variables variables = {{"AZURE_STORAGE_SAS_TOKEN", std::string("?") + kSignature}};
  Credentials found = value_of(credentials(variables));
  EXPECT_EQ(found.kind, Credentials::Kind::kSharedAccessSignature);
  EXPECT_EQ(found.secret, kSignature);
  EXPECT_EQ(format_time(found.expires_ms), "2036-11-20T23:30:00Z");
  variables["AZURE_STORAGE_KEY"] = base64("a key");
  found = value_of(credentials(variables));
  EXPECT_EQ(found.kind, Credentials::Kind::kAccountKey);
  EXPECT_EQ(found.secret, "a key");
  variables["AZURE_STORAGE_CONNECTION_STRING"] = "AccountName=account;AccountKey=" + base64("k");
  EXPECT_EQ(value_of(credentials(variables)).secret, "k");
  variables["AZURE_STORAGE_CONNECTION_STRING"] =
      "BlobEndpoint=https://b.example.com;SharedAccessSignature=" + std::string(kSignature);
  EXPECT_EQ(value_of(credentials(variables)).secret, kSignature);
}

TEST_F(AzureEnvironment, CredentialsThatAreNoneOrForAnotherAccountAreRefusedAndNotShown) {
  for (const Variables& bad :
       std::vector<Variables>{{},
                              {{"AZURE_STORAGE_KEY", "canary, no Base64"}},
                              {{"AZURE_STORAGE_SAS_TOKEN", "canary"}},
                              {{"AZURE_STORAGE_SAS_TOKEN", "sv=canary"}},
                              {{"AZURE_STORAGE_ACCOUNT", "other"}, {"AZURE_STORAGE_KEY", base64("canary")}},
                              {{"AZURE_STORAGE_CONNECTION_STRING", "AccountName=other;AccountKey=canary"}},
                              {{"AZURE_STORAGE_CONNECTION_STRING", "AccountName=account"}},
                              {{"AZURE_FEDERATED_TOKEN_FILE", "/token"}, {"AZURE_CLIENT_ID", "c"}}}) {
    const auto refused = credentials(bad);
    ASSERT_TRUE(failed_with(Outcome::kUsage, refused));
    expect_no_secret(refused.error());
  }
}

TEST_F(AzureEnvironment, AWorkloadIdentityIsExchangedForAToken) {
  const HttpServer server([](const HttpRequest& request) -> HttpReply {
    if (request.method != "POST" || request.path != "/tenant/oauth2/v2.0/token" ||
        request.body !=
            "client_assertion=canary-assertion&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-"
            "assertion-type%3Ajwt-bearer&client_id=client&grant_type=client_credentials&scope=https%3A%2F%2F"
            "storage.azure.com%2F.default")
      return {.status = 400,
              .body = R"({"error":"invalid_client","error_description":"canary","error_codes":[700016]})"};
    return {.body = R"({"token_type":"Bearer","expires_in":3600,"access_token":"canary-token"})"};
  });
  EXPECT_TRUE(succeeded(write_file_durably(scratch("token"), "canary-assertion\n", IfExists::kReplace)));
  Variables variables = {{"AZURE_FEDERATED_TOKEN_FILE", scratch("token")},
                         {"AZURE_CLIENT_ID", "client"},
                         {"AZURE_TENANT_ID", "tenant"},
                         {"AZURE_AUTHORITY_HOST", server.url() + "/"}};
  const Credentials found = value_of(credentials(variables));
  EXPECT_EQ(found.kind, Credentials::Kind::kToken);
  EXPECT_EQ(found.secret, "canary-token");
  EXPECT_NEAR(static_cast<double>(found.expires_ms - wall_clock_now()), 3'600'000.0, 10'000);
  variables["AZURE_CLIENT_ID"] = "other";
  const auto refused = credentials(variables);
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_NE(refused.error().what.find("invalid_client (AADSTS700016)"), std::string::npos)
      << refused.error().what;
  expect_no_secret(refused.error());
}

}  // namespace
}  // namespace arkive::test
