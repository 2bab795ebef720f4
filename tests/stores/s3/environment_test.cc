// Settings and credentials as AWS' tools find them.
#include "stores/s3/environment.h"

#include "stores/core/files.h"
#include "tests/support/http_server.h"
#include "tests/support/results.h"
#include "tests/support/variables.h"

namespace arkive::test {
namespace {

using namespace s3;  // NOLINT(google-build-using-namespace): what is tested

class S3Environment : public ScratchTest {
 protected:
  static Location location() { return value_of(Location::parse("bucket/zoo")); }
  static Settings settings(Variables variables) {
    return value_of(settings_from(environment_of(std::move(variables)), location()));
  }
  static Result<Settings> refused(Variables variables) {
    return settings_from(environment_of(std::move(variables)), location());
  }
  static Result<Credentials> credentials(const Variables& variables) {
    ARKIVE_ASSIGN(const Settings read, settings_from(environment_of(variables), location()));
    ARKIVE_ASSIGN(const auto provider, credentials_from(environment_of(variables), read));
    return provider->ask(Deadline::after(std::chrono::seconds(10)));
  }
  /// The variables that name these two files.
  Variables files(const std::string& config, const std::string& keys, const std::string& profile = "") const {
    EXPECT_TRUE(succeeded(write_file_durably(scratch("config"), config, IfExists::kReplace)));
    EXPECT_TRUE(succeeded(write_file_durably(scratch("credentials"), keys, IfExists::kReplace)));
    return {{"AWS_CONFIG_FILE", scratch("config")},
            {"AWS_SHARED_CREDENTIALS_FILE", scratch("credentials")},
            {"AWS_PROFILE", profile},
            {"AWS_EC2_METADATA_DISABLED", "true"}};
  }
};

TEST_F(S3Environment, WithoutAnySettingItIsAmazonInItsFirstRegion) {
  const Settings read = completed(settings({}));
  EXPECT_EQ(read.region, "us-east-1");
  EXPECT_EQ(read.endpoint.origin(), "https://s3.us-east-1.amazonaws.com");
  EXPECT_FALSE(read.path_style);
}

TEST_F(S3Environment, ABucketWithADotStandsInThePath) {
  Settings read = settings({});
  read.location = value_of(Location::parse("a.bucket"));
  EXPECT_TRUE(completed(read).path_style) << "no certificate fits its name";
}

TEST_F(S3Environment, AnOtherServerHasItsBucketsInThePathUnlessToldOtherwise) {
  EXPECT_TRUE(settings({{"AWS_ENDPOINT_URL", "http://127.0.0.1:9000"}}).path_style);
  EXPECT_FALSE(
      settings({{"AWS_ENDPOINT_URL", "https://storage.example.com"}, {"ARKIVE_S3_ADDRESSING", "host"}})
          .path_style);
  EXPECT_EQ(settings({{"AWS_ENDPOINT_URL", "https://a.example.com"},
                      {"AWS_ENDPOINT_URL_S3", "https://b.example.com"}})
                .endpoint.host,
            "b.example.com");
}

TEST_F(S3Environment, ValuesThatMakeNoSenseAreRefusedByName) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"ARKIVE_S3_ADDRESSING", "both"},
                                                        {"ARKIVE_S3_RETENTION", "30d"},
                                                        {"ARKIVE_S3_RETENTION", "strict 30d"},
                                                        {"ARKIVE_S3_RETENTION", "compliance 1s"},
                                                        {"ARKIVE_S3_PLAIN_HTTP", "1"},
                                                        {"ARKIVE_S3_LEASE", "1s"},
                                                        {"ARKIVE_S3_PART_SIZE", "1MiB"}}) {
    const auto read = refused({{name, value}});
    ASSERT_TRUE(failed_with(Outcome::kUsage, read)) << name;
    EXPECT_NE(read.error().what.find(name), std::string::npos) << read.error().what;
  }
  EXPECT_TRUE(failed_with(Outcome::kUsage, refused({{"AWS_ENDPOINT_URL", "localhost:9000"}})));
}

TEST_F(S3Environment, AVariableThatThereIsNotIsRefusedWithTheNearestOne) {
  for (const auto& [name, nearest] : std::vector<std::pair<std::string, std::string>>{
           {"ARKIVE_S3_RETENTON", "ARKIVE_S3_RETENTION"},
           {"ARKIVE_S3_STORAGECLASS", "ARKIVE_S3_STORAGE_CLASS"},
           {"ARKIVE_S3RETENTION", "ARKIVE_S3_RETENTION"},
           {"ARKIVE_S3_ZZZZZZZZZZZZZZZZZZZZZ", "docs/stores.md"}}) {
    const auto read = refused({{name, "canary"}});
    ASSERT_TRUE(failed_with(Outcome::kUsage, read)) << name;
    EXPECT_NE(read.error().what.find(name), std::string::npos) << read.error().what;
    EXPECT_NE(read.error().hint.find(nearest), std::string::npos) << read.error().hint;
    EXPECT_EQ((read.error().what + read.error().hint).find("canary"), std::string::npos);
  }
  EXPECT_TRUE(succeeded(refused({{"ARKIVE_S3_RETENTON", ""}, {"ARKIVE_GCS_LEASE", "x"}, {"AWS_S3_X", "x"}})));
  EXPECT_TRUE(succeeded(refused({{"ARKIVE_S3_SERVICE_HOST", "10.0.0.1"},
                                 {"ARKIVE_S3_SERVICE_PORT_HTTP", "9000"},
                                 {"ARKIVE_S3_PORT", "tcp://10.0.0.1:9000"},
                                 {"ARKIVE_S3_PORT_9000_TCP_ADDR", "10.0.0.1"}})))
      << "a service of Kubernetes that is called arkive-s3";
  EXPECT_TRUE(failed_with(Outcome::kUsage, refused({{"ARKIVE_S3_PORT_SIZE", "5MiB"}})));
}

TEST_F(S3Environment, ARetentionLastsToTheSecondAndNeverShorterThanAsked) {
  const auto span = [](const std::string& text) {
    return settings({{"ARKIVE_S3_RETENTION", "compliance " + text}}).retention.span;
  };
  EXPECT_EQ(span("90m"), std::chrono::minutes(90));
  EXPECT_EQ(span("30d"), std::chrono::hours(720));
  EXPECT_EQ(span("3600500ms"), std::chrono::seconds(3601));
}

TEST_F(S3Environment, AStyleThatNoToolKnowsIsRefused) {
  for (const auto& [style, is_good] : std::vector<std::pair<std::string, bool>>{
           {"auto", true}, {"path", true}, {"virtual", true}, {"host", false}, {"vritual", false}}) {
    auto variables = files("[default]\ns3 =\n  addressing_style = " + style + "\n", "");
    const auto read = refused(variables);
    EXPECT_EQ(read.has_value(), is_good) << style;
    if (!read) {
      EXPECT_NE(read.error().what.find("s3.addressing_style"), std::string::npos) << read.error().what;
    }
  }
}

TEST_F(S3Environment, AServicesSectionNamesTheEndpointOfBucketsAlone) {
  const std::string config =
      "[profile backup]\nservices = mine\nendpoint_url = https://all.example.com\n"
      "[services mine]\ns3 =\n  endpoint_url = https://s3.example.com\n"
      "dynamodb =\n  endpoint_url = https://d.example.com\n"
      "[services other]\ns3 =\n  endpoint_url = https://other.example.com\n"
      "[profile without]\nendpoint_url = https://all.example.com\n[profile gone]\nservices = none\n";
  EXPECT_EQ(settings(files(config, "", "backup")).endpoint.host, "s3.example.com");
  EXPECT_EQ(settings(files(config, "", "without")).endpoint.host, "all.example.com");
  auto variables = files(config, "", "backup");
  variables["AWS_ENDPOINT_URL"] = "https://variable.example.com";
  EXPECT_EQ(settings(variables).endpoint.host, "variable.example.com");
  const auto gone = refused(files(config, "", "gone"));
  ASSERT_TRUE(failed_with(Outcome::kUsage, gone));
  EXPECT_NE(gone.error().what.find("no services 'none'"), std::string::npos) << gone.error().what;
}

TEST_F(S3Environment, ReadsTheFilesOfAmazonsTools) {
  auto variables = files(
      "# a comment\n[default]\nregion = eu-west-1\n\n[profile backup]\nregion=eu-north-1 ; where it is cold\n"
      "endpoint_url = https://storage.example.com\nca_bundle = /etc/ca.pem\ns3 =\n  addressing_style = "
      "virtual\n"
      "  max_concurrent_requests = 20\n[sso-session x]\nsso_region = us-east-1\n",
      "[default]\naws_access_key_id = first\naws_secret_access_key = one\n"
      "[backup]\naws_access_key_id=second\naws_secret_access_key=two\naws_session_token=three\n",
      "backup");
  const Settings read = settings(variables);
  EXPECT_EQ(read.region, "eu-north-1");
  EXPECT_EQ(read.endpoint.host, "storage.example.com");
  EXPECT_EQ(read.certificate_authorities, "/etc/ca.pem");
  EXPECT_FALSE(read.path_style);
  const Credentials keys = value_of(credentials(variables));
  EXPECT_EQ(keys.access_key, "second");
  EXPECT_EQ(keys.secret_key, "two");
  EXPECT_EQ(keys.session_token, "three");
  variables["AWS_PROFILE"] = "";
  EXPECT_EQ(settings(variables).region, "eu-west-1");
  EXPECT_EQ(value_of(credentials(variables)).access_key, "first");
}

TEST_F(S3Environment, TheEnvironmentGoesBeforeTheFiles) {
  auto variables = files("[default]\nregion = eu-west-1\n",
                         "[default]\naws_access_key_id = f\naws_secret_access_key = f\n");
  variables["AWS_REGION"] = "ap-south-1";
  variables["AWS_ACCESS_KEY_ID"] = "own";
  variables["AWS_SECRET_ACCESS_KEY"] = "secret";
  EXPECT_EQ(settings(variables).region, "ap-south-1");
  EXPECT_EQ(value_of(credentials(variables)).access_key, "own");
}

TEST_F(S3Environment, HalfOfAKeyIsRefusedAndNotShown) {
  for (const char* half : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
    const auto read = credentials({{half, "canary"}});
    ASSERT_TRUE(failed_with(Outcome::kUsage, read));
    EXPECT_EQ((read.error().what + read.error().hint).find("canary"), std::string::npos);
  }
  EXPECT_TRUE(
      failed_with(Outcome::kUsage, credentials(files("", "[default]\naws_access_key_id = canary\n"))));
}

TEST_F(S3Environment, AProfileThatIsNotThereIsRefused) {
  EXPECT_TRUE(failed_with(Outcome::kUsage, credentials(files("[default]\n", "", "other"))));
}

TEST_F(S3Environment, ALineThatIsNoSettingIsNamedByItsNumberAndNotShown) {
  for (const char* text : {"[default\n", "aws_secret_access_key = canary\n", "[default]\ncanary\n"}) {
    const auto read = credentials(files("", text));
    ASSERT_TRUE(failed_with(Outcome::kUsage, read)) << text;
    EXPECT_NE(read.error().what.find("line "), std::string::npos);
    EXPECT_EQ(read.error().what.find("canary"), std::string::npos);
  }
}

TEST_F(S3Environment, ASignInThatArkiveDoesNotKnowIsRefusedWithTheWayAround) {
  const auto read = credentials(files("[default]\nsso_session = x\n", ""));
  ASSERT_TRUE(failed_with(Outcome::kUsage, read));
  EXPECT_NE(read.error().hint.find("credential_process"), std::string::npos);
}

TEST_F(S3Environment, ARoleOfAProfileGoesBeforeItsKeysAndIsRefusedWithTheWayAround) {
  const std::string keys = "[backup]\naws_access_key_id = canary\naws_secret_access_key = canary\n";
  for (const std::string source : {"source_profile = backup", "source_profile = default", ""}) {
    const auto read = credentials(
        files("[profile backup]\nrole_arn = arn:aws:iam::1:role/b\n" + source + "\n", keys, "backup"));
    ASSERT_TRUE(failed_with(Outcome::kUsage, read)) << source;
    EXPECT_NE(read.error().what.find("role_arn"), std::string::npos) << read.error().what;
    EXPECT_NE(read.error().hint.find("credential_process"), std::string::npos);
    EXPECT_EQ((read.error().what + read.error().hint).find("canary"), std::string::npos);
  }
  const auto single = credentials(files("[profile backup]\nsso_session = x\n", keys, "backup"));
  EXPECT_TRUE(succeeded(single)) << "keys that a tool has put beside the sign-in they came of";
}

TEST_F(S3Environment, HalfOfAWebIdentityIsRefused) {
  const auto without_role =
      credentials({{"AWS_WEB_IDENTITY_TOKEN_FILE", scratch("token")}, {"AWS_EC2_METADATA_DISABLED", "true"}});
  ASSERT_TRUE(failed_with(Outcome::kUsage, without_role));
  EXPECT_NE(without_role.error().hint.find("AWS_ROLE_ARN"), std::string::npos);
  const auto in_profile = credentials(files("[default]\nweb_identity_token_file = /t\n", ""));
  ASSERT_TRUE(failed_with(Outcome::kUsage, in_profile));
  EXPECT_NE(in_profile.error().hint.find("role_arn"), std::string::npos);
  // The role alone would end as the machine's own one.
  const auto without_token = credentials({{"AWS_ROLE_ARN", "arn:aws:iam::1:role/b"}});
  ASSERT_TRUE(failed_with(Outcome::kUsage, without_token));
  EXPECT_NE(without_token.error().hint.find("AWS_WEB_IDENTITY_TOKEN_FILE"), std::string::npos);
}

TEST_F(S3Environment, ARoleForOtherProgramsIsNoHarmBesideCredentials) {
  EXPECT_EQ(value_of(credentials({{"AWS_ROLE_ARN", "arn:aws:iam::1:role/b"},
                                  {"AWS_ACCESS_KEY_ID", "own"},
                                  {"AWS_SECRET_ACCESS_KEY", "secret"}}))
                .access_key,
            "own");
  auto variables = files("", "[default]\naws_access_key_id = file\naws_secret_access_key = secret\n");
  variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/b";
  EXPECT_EQ(value_of(credentials(variables)).access_key, "file");
}

TEST_F(S3Environment, WithoutCredentialsItSaysWhereTheyMayBe) {
  const auto read = credentials({{"AWS_EC2_METADATA_DISABLED", "true"}});
  ASSERT_TRUE(failed_with(Outcome::kUsage, read));
  EXPECT_NE(read.error().hint.find("AWS_PROFILE"), std::string::npos);
}

TEST_F(S3Environment, AProgramMayGiveThem) {
  const Credentials keys = value_of(credentials(files(
      "[default]\ncredential_process = echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\","
      "\"SessionToken\":\"c\",\"Expiration\":\"2026-11-20T23:30:00Z\"}'\n",
      "")));
  EXPECT_EQ(keys.access_key, "a");
  EXPECT_EQ(keys.secret_key, "b");
  EXPECT_EQ(keys.session_token, "c");
  EXPECT_EQ(keys.expires_ms, 1'795'217'400'000);
}

TEST_F(S3Environment, WhatAProgramSaysThatFailsIsNotShown) {
  const auto failed = credentials(files("[default]\ncredential_process = echo canary; exit 3\n", ""));
  ASSERT_TRUE(failed_with(Outcome::kDenied, failed));
  EXPECT_EQ((failed.error().what + failed.error().hint).find("canary"), std::string::npos);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt,
                          credentials(files("[default]\ncredential_process = echo canary\n", ""))));
}

const std::string kServiceJson =
    R"({"AccessKeyId":"a","SecretAccessKey":"b","Token":"c","Expiration":"2036-11-20T23:30:00Z"})";

TEST_F(S3Environment, AContainersServiceGivesThemForItsToken) {
  const HttpServer server([](const HttpRequest& request) -> HttpReply {
    if (request.path != "/v1/credentials") return {.status = 404};
    return request.header("authorization") == "pod token" ? HttpReply{.body = kServiceJson}
                                                          : HttpReply{.status = 403};
  });
  EXPECT_TRUE(succeeded(write_file_durably(scratch("token"), "pod token\n", IfExists::kReplace)));
  Variables variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url() + "/v1/credentials"},
                         {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", scratch("token")}};
  EXPECT_EQ(value_of(credentials(variables)).session_token, "c");
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "";
  EXPECT_TRUE(failed_with(Outcome::kDenied, credentials(variables)));
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/credentials";
  EXPECT_TRUE(failed_with(Outcome::kUsage, credentials(variables))) << "in clear, from elsewhere";
}

TEST_F(S3Environment, AMachinesMetadataGivesThemToWhoAskedForATokenFirst) {
  const HttpServer server([](const HttpRequest& request) -> HttpReply {
    if (request.method == "PUT" && request.path == "/latest/api/token") {
      return request.header("x-aws-ec2-metadata-token-ttl-seconds").empty() ? HttpReply{.status = 400}
                                                                            : HttpReply{.body = "session"};
    }
    if (request.header("x-aws-ec2-metadata-token") != "session") return {.status = 401};
    if (request.path == "/latest/meta-data/iam/security-credentials/") return {.body = "backup role\n"};
    if (request.path == "/latest/meta-data/iam/security-credentials/backup role")
      return {.body = kServiceJson};
    return {.status = 404};
  });
  EXPECT_EQ(value_of(credentials({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url()}})).access_key, "a");
}

TEST_F(S3Environment, AWebIdentityIsExchangedForThem) {
  const HttpServer server([](const HttpRequest& request) -> HttpReply {
    if (request.method != "POST" ||
        request.body !=
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fb"
            "&RoleSessionName=arkive&WebIdentityToken=canary-web-token")
      return {.status = 400,
              .body = "<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>"};
    return {
        .body =
            "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
            "<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>a</AccessKeyId>"
            "<SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken>"
            "<Expiration>2036-11-20T23:30:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
            "</AssumeRoleWithWebIdentityResponse>"};
  });
  EXPECT_TRUE(succeeded(write_file_durably(scratch("token"), "canary-web-token\n", IfExists::kReplace)));
  Variables variables = {{"AWS_WEB_IDENTITY_TOKEN_FILE", scratch("token")},
                         {"AWS_ROLE_ARN", "arn:aws:iam::1:role/b"},
                         {"AWS_ENDPOINT_URL_STS", server.url()}};
  EXPECT_EQ(value_of(credentials(variables)).session_token, "c");
  auto split = files(
      "[default]\nrole_arn = arn:aws:iam::1:role/b\nservices = mine\n[services mine]\nsts =\n"
      "  endpoint_url = " +
          server.url() + "\n",
      "");
  split["AWS_WEB_IDENTITY_TOKEN_FILE"] = scratch("token");
  EXPECT_EQ(value_of(credentials(split)).session_token, "c") << "half of it in the profile";
  variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/other";
  const auto refused_role = credentials(variables);
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused_role));
  EXPECT_NE(refused_role.error().what.find("InvalidIdentityToken"), std::string::npos);
  EXPECT_EQ(refused_role.error().what.find("canary"), std::string::npos);
}

/// Gives credentials that last for a while, or nothing.
class Scripted final : public CredentialProvider {
 public:
  std::string name() const override { return "a script"; }
  Result<Credentials> ask(Deadline) override {
    if (lasting.empty()) return fail(Outcome::kRetry, "not now");
    const auto span = lasting.front();
    lasting.erase(lasting.begin());
    return Credentials{"key-" + std::to_string(++asked), "s", "t", wall_clock_now() + span.count()};
  }
  int asked = 0;
  std::vector<std::chrono::milliseconds> lasting;
};

TEST_F(S3Environment, CredentialsAreAskedForAnewFiveMinutesBeforeTheyExpire) {
  auto provider = std::make_unique<Scripted>();
  provider->lasting = {std::chrono::minutes(4), std::chrono::minutes(6)};
  CredentialSource source(std::move(provider));
  const Deadline deadline = Deadline::after(std::chrono::seconds(5));
  EXPECT_EQ(value_of(source.current(deadline)).access_key, "key-1");
  EXPECT_EQ(value_of(source.current(deadline)).access_key, "key-2");
  EXPECT_EQ(value_of(source.current(deadline)).access_key, "key-2");
}

TEST_F(S3Environment, OldCredentialsServeAsLongAsTheyLastWhenNewOnesCannotBeHad) {
  auto provider = std::make_unique<Scripted>();
  provider->lasting = {std::chrono::minutes(4)};
  CredentialSource source(std::move(provider));
  const Deadline deadline = Deadline::after(std::chrono::seconds(5));
  const Credentials first = value_of(source.current(deadline));
  EXPECT_EQ(value_of(source.current(deadline)).access_key, "key-1");
  source.forget(first);
  const auto none = source.current(deadline);
  ASSERT_TRUE(failed_with(Outcome::kRetry, none));
  EXPECT_NE(none.error().what.find("get credentials from a script"), std::string::npos);
}

}  // namespace
}  // namespace arkive::test
