// Settings as Google's tools find them, and which credentials are taken. What the files of credentials say:
// credentials_file_test.cc.
#include "stores/gcs/environment.h"

#include "stores/gcs/access_key_store.h"
#include "tests/stores/gcs/credentials_fixture.h"

namespace arkive::test {
namespace {

using namespace gcs;  // NOLINT(google-build-using-namespace): what is tested

TEST(GcsLocation, IsABucketAndABeginningOfKeys) {
  const Location location = value_of(Location::parse("my-bucket/a/b/"));
  EXPECT_EQ(location.bucket, "my-bucket");
  EXPECT_EQ(location.prefix, "a/b/");
  for (const std::string& whole : {std::string("abc"), std::string("1_2"), std::string("backups.example.com"),
                                   std::string("a-b_c.d"), std::string(222, 'b')}) {
    const Location alone = value_of(Location::parse(whole));
    EXPECT_EQ(alone.bucket, whole);
    EXPECT_EQ(alone.prefix, "");
    EXPECT_EQ(value_of(Location::parse(whole + "/")).prefix, "");
  }
}

TEST(GcsLocation, WhatNoBucketAndNoKeyCanBeIsRefused) {
  for (const std::string& bad : {std::string(),
                                 std::string("/"),
                                 std::string("/zoo"),
                                 std::string("ab"),
                                 std::string("ab/zoo"),
                                 std::string(223, 'b'),
                                 std::string("Bucket"),
                                 std::string("-bucket"),
                                 std::string("bucket-"),
                                 std::string("bucket."),
                                 std::string("buc ket"),
                                 std::string("buc%ket"),
                                 std::string("a..bucket"),
                                 std::string("bucket\n"),
                                 std::string("b\xc3\xbc"
                                             "cket"),
                                 std::string("bucket/../a"),
                                 std::string("bucket/a//b"),
                                 std::string("bucket/a\nb"),
                                 std::string("bucket/./a"),
                                 std::string("bucket//a"),
                                 "bucket/" + std::string(257, 'a')})
    EXPECT_TRUE(failed_with(Outcome::kUsage, Location::parse(bad))) << bad;
}

using GcsEnvironment = GcsCredentials;

TEST_F(GcsEnvironment, WithoutAnySettingItIsGooglesOwn) {
  const Settings read = completed(value_of(settings({})));
  EXPECT_EQ(read.endpoint.origin(), "https://storage.googleapis.com");
  EXPECT_EQ(read.endpoint.path, "");
  EXPECT_EQ(read.location.prefix, "zoo/");
  EXPECT_FALSE(read.allow_plain_http);
}

TEST_F(GcsEnvironment, AnEmulatorsAddressMayBeWithoutItsScheme) {
  for (const char* address : {"localhost:4443", "http://localhost:4443", "http://localhost:4443/"}) {
    EXPECT_EQ(value_of(settings({{"STORAGE_EMULATOR_HOST", address}})).endpoint.origin(),
              "http://localhost:4443")
        << address;
  }
  const Settings behind = value_of(settings({{"STORAGE_EMULATOR_HOST", "https://10.0.0.1:4443/gcs"}}));
  EXPECT_EQ(behind.endpoint.origin(), "https://10.0.0.1:4443");
  EXPECT_EQ(behind.endpoint.path, "/gcs");
}

TEST_F(GcsEnvironment, ArkivesOwnEndpointIsTakenBeforeTheEmulators) {
  EXPECT_EQ(value_of(settings({{"ARKIVE_GCS_ENDPOINT", "https://storage.example.com/x/"},
                               {"STORAGE_EMULATOR_HOST", "localhost:4443"}}))
                .endpoint.origin(),
            "https://storage.example.com");
}

TEST_F(GcsEnvironment, TakesWhatArkiveAdds) {
  const Settings read = value_of(settings({{"ARKIVE_GCS_LEASE", "30s"},
                                           {"ARKIVE_GCS_PART_SIZE", "16MiB"},
                                           {"ARKIVE_GCS_STORAGE_CLASS", "NEARLINE"},
                                           {"ARKIVE_GCS_CA_BUNDLE", "/ca.pem"},
                                           {"ARKIVE_GCS_PLAIN_HTTP", "yes"}}));
  EXPECT_EQ(read.lease, std::chrono::seconds(30));
  EXPECT_EQ(read.part_bytes, 16U << 20);
  EXPECT_EQ(read.storage_class, "NEARLINE");
  EXPECT_EQ(read.certificate_authorities, "/ca.pem");
  EXPECT_TRUE(read.allow_plain_http);
  EXPECT_EQ(value_of(settings({{"ARKIVE_GCS_PART_SIZE", "256KiB"}})).part_bytes, 256U << 10);
}

TEST_F(GcsEnvironment, AVariableThatThereIsNotIsRefusedWithTheNearestOne) {
  for (const char* name : {"ARKIVE_GCS_LEAS", "ARKIVE_GS_LEASE", "ARKIVE_GCSLEASE"}) {
    const auto read = settings({{name, "10s"}});
    ASSERT_TRUE(failed_with(Outcome::kUsage, read)) << name;
    EXPECT_NE(read.error().hint.find("ARKIVE_GCS_LEASE"), std::string::npos) << read.error().hint;
  }
}

TEST_F(GcsEnvironment, ValuesThatMakeNoSenseAreRefused) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"ARKIVE_GCS_LEASE", "1s"},
           {"ARKIVE_GCS_LEASE", "2h"},
           {"ARKIVE_GCS_PART_SIZE", "2GiB"},
           {"ARKIVE_GCS_PART_SIZE", "1KiB"},
           {"ARKIVE_GCS_PART_SIZE", "300KiB"},
           {"ARKIVE_GCS_PLAIN_HTTP", "maybe"},
           {"ARKIVE_GCS_ENDPOINT", "localhost:4443"},
           {"ARKIVE_GCS_ENDPOINT", "ftp://localhost:4443"},
           {"ARKIVE_GCS_ENDPOINT", "https://user:canary@localhost"},
           {"STORAGE_EMULATOR_HOST", "ftp://localhost"},
           {"STORAGE_EMULATOR_HOST", "localhost:port"},
           {"STORAGE_EMULATOR_HOST", "user:canary@localhost"}}) {
    const auto bad = settings({{name, value}});
    ASSERT_TRUE(failed_with(Outcome::kUsage, bad)) << name << "=" << value;
    const bool is_address = name == "ARKIVE_GCS_ENDPOINT" || name == "STORAGE_EMULATOR_HOST";
    EXPECT_NE(bad.error().what.find(is_address ? "localhost" : name), std::string::npos) << bad.error().what;
    expect_no_secret(bad.error());
  }
}

TEST_F(GcsEnvironment, TakesTheFirstCredentialsThatThereAre) {
  Variables variables = {{"NO_GCE_CHECK", "true"}};
  // There are none.
  const auto none = provider(variables);
  ASSERT_TRUE(failed_with(Outcome::kUsage, none));
  EXPECT_NE(none.error().hint.find("GOOGLE_APPLICATION_CREDENTIALS"), std::string::npos);

  variables["HOME"] = scratch();
  EXPECT_TRUE(failed_with(Outcome::kUsage, provider(variables)));
  ASSERT_TRUE(succeeded(make_directories(scratch(".config/gcloud"))));
  const std::string name = "/application_default_credentials.json";
  write(".config/gcloud" + name, user("home"));
  EXPECT_NE(value_of(provider(variables))->name().find("/.config/gcloud/"), std::string::npos);

  ASSERT_TRUE(succeeded(make_directories(scratch("cloudsdk"))));
  variables["CLOUDSDK_CONFIG"] = scratch("cloudsdk");
  EXPECT_TRUE(failed_with(Outcome::kUsage, provider(variables))) << "the other folder is not asked then";
  write("cloudsdk" + name, user("cloudsdk"));
  EXPECT_NE(value_of(provider(variables))->name().find("cloudsdk"), std::string::npos);

  // An emulator wants none, and no key is shown to it that was not meant for it.
  variables["STORAGE_EMULATOR_HOST"] = "localhost:4443";
  EXPECT_EQ(value_of(credentials(variables)), Credentials());

  write("given.json", user("given"));
  variables["GOOGLE_APPLICATION_CREDENTIALS"] = scratch("given.json");
  EXPECT_NE(value_of(provider(variables))->name().find("given.json"), std::string::npos);

  // A file that is named and is not there is not passed over.
  variables["GOOGLE_APPLICATION_CREDENTIALS"] = scratch("missing.json");
  EXPECT_FALSE(provider(variables));
}

TEST_F(GcsEnvironment, AnAccessKeyIsTakenWithItsSecretAlone) {
  const auto key_from = [](Variables variables) {
    return access_key_from(environment_of(std::move(variables)));
  };
  EXPECT_EQ(value_of(key_from({})), std::nullopt);
  const auto both = value_of(key_from({{"GS_ACCESS_KEY_ID", "GOOG1"}, {"GS_SECRET_ACCESS_KEY", "canary"}}));
  ASSERT_TRUE(both);
  EXPECT_EQ(both->access_key, "GOOG1");
  EXPECT_EQ(both->secret_key, "canary");
  for (const char* half : {"GS_ACCESS_KEY_ID", "GS_SECRET_ACCESS_KEY"}) {
    const auto refused = key_from({{half, "canary"}});
    ASSERT_TRUE(failed_with(Outcome::kUsage, refused)) << half;
    EXPECT_NE(refused.error().what.find(half), std::string::npos) << refused.error().what;
    expect_no_secret(refused.error());
  }
}

TEST_F(GcsEnvironment, SettingsThatNoBucketCanHaveAreRefusedWithAnAccessKeyToo) {
  gcs::Settings settings = value_of(GcsEnvironment::settings({}));
  settings.storage_class = "nearline";
  const auto refused = open_with_access_key(settings, {.access_key = "GOOG1", .secret_key = "canary"});
  ASSERT_TRUE(failed_with(Outcome::kUsage, refused));
  expect_no_secret(refused.error());
}

TEST_F(GcsEnvironment, TheMachinesOwnAccountIsTheLastResort) {
  const HttpServer machine([](const HttpRequest& request) -> HttpReply {
    if (request.method != "GET" ||
        request.path != "/computeMetadata/v1/instance/service-accounts/default/token" ||
        request.header("metadata-flavor") != "Google" || request.header("authorization") != "")
      return {.status = 403, .body = "canary"};
    return {.headers = {{"Metadata-Flavor", "Google"}}, .body = token("canary-machine")};
  });
  const std::string address = machine.url().substr(std::string("http://").size());
  const Credentials found = value_of(credentials({{"GCE_METADATA_HOST", address}, {"NO_GCE_CHECK", "no"}}));
  EXPECT_EQ(found.token, "canary-machine");
  expect_an_hour(found);
  EXPECT_TRUE(
      failed_with(Outcome::kUsage, credentials({{"GCE_METADATA_HOST", address}, {"NO_GCE_CHECK", "true"}})));
  EXPECT_EQ(machine.request_count(), 1U);
}

TEST_F(GcsEnvironment, AMachineWithoutAnAccountSaysWhatElseToSet) {
  const HttpServer machine(
      [](const HttpRequest&) -> HttpReply { return {.status = 404, .body = "canary: no service account"}; });
  const auto refused =
      credentials({{"GCE_METADATA_HOST", machine.url().substr(std::string("http://").size())}});
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_NE(refused.error().hint.find("GOOGLE_APPLICATION_CREDENTIALS"), std::string::npos);
  expect_no_secret(refused.error());
  // And one that answers nobody.
  const auto silent = credentials({{"GCE_METADATA_HOST", "127.0.0.1:1"}});
  ASSERT_TRUE(failed_with(Outcome::kDenied, silent));
  EXPECT_NE(silent.error().hint.find("GOOGLE_APPLICATION_CREDENTIALS"), std::string::npos);
}

}  // namespace
}  // namespace arkive::test
