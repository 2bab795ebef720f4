#include "tools/configuration/store_settings.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "stores/core/files.h"
#include "tools/configuration/configuration.h"
#include "tools/configuration/store_variables.h"

namespace arkive::tools {
namespace {

std::string source(const std::string& name) {
  return read_file(std::string(ARKIVE_SOURCE_DIR) + "/" + name).value_or("");
}

// The error of a file that cannot be read; its place and cause, without "read 'x.yaml': ".
Error error_of(const std::string& text) {
  auto read = parse_store_settings(text, "x.yaml");
  if (read) return {Outcome::kFail, "no error", {}};
  EXPECT_EQ(read.error().outcome, Outcome::kUsage);
  const std::string begin = "read 'x.yaml': ";
  EXPECT_TRUE(read.error().what.starts_with(begin)) << read.error().what;
  read.error().what.erase(0, begin.size());
  return read.error();
}

constexpr const char* kTwo = R"(
stores:
  s3://home/:
    AWS_PROFILE: home
    AWS_ENDPOINT_URL_S3: https://minio.home:9000
  az://other/backups:
    store: az://account/backups
    AZURE_STORAGE_KEY_FILE: /etc/arkive/azure.key
)";

TEST(StoreSettings, AreReadByStore) {
  const auto read = parse_store_settings(kTwo, "x.yaml");
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->front().name, "s3://home");
  EXPECT_EQ(read->front().store, "");
  EXPECT_EQ(read->front().variables.at("AWS_PROFILE"), "home");
  EXPECT_EQ(read->back().store, "az://account/backups");
  EXPECT_EQ(read->back().variables.at("AZURE_STORAGE_KEY_FILE"), "/etc/arkive/azure.key");
}

TEST(StoreSettings, StandInTheFileOfABackupToo) {
  const std::string both =
      "clusters:\n  prod:\n    to: s3://home/zoo\n    kafka:\n      bootstrap: k:9092\n" + std::string(kTwo);
  const auto backup = parse_configuration(both, "x.yaml");
  ASSERT_TRUE(backup) << backup.error().what;
  EXPECT_EQ(backup->stores.size(), 2U);
  EXPECT_EQ(backup->clusters.size(), 1U);
  const auto settings = parse_store_settings(both, "x.yaml");
  ASSERT_TRUE(settings) << settings.error().what;
  EXPECT_EQ(settings->size(), 2U);
}

TEST(StoreSettings, HoldNoSecretAndRepeatNone) {
  const Error error = error_of("stores:\n  az://a/b:\n    AZURE_STORAGE_KEY: canary\n");
  EXPECT_EQ(error.what, "line 3, column 5: 'AZURE_STORAGE_KEY' is a secret, which stands in no such file");
  EXPECT_EQ(error.hint, "name a file of mode 0600 that holds it: AZURE_STORAGE_KEY_FILE: /etc/arkive/...");
  const std::string text = "stores:\n  s3://b:\n    AWS_SECRET_ACCESS_KEI: canary\n";
  EXPECT_EQ(error_of(text).what, "line 3, column 5: no key 'AWS_SECRET_ACCESS_KEI' in store 's3://b'");
  EXPECT_EQ(error_of(text).hint.find("canary"), std::string::npos);
}

TEST(StoreSettings, NameWhatIsWrongWithItsPlace) {
  EXPECT_EQ(error_of("{}").what, "key 'stores' is missing");
  EXPECT_EQ(error_of("stores:\n  /backup:\n    AWS_REGION: x\n").what,
            "line 2, column 3: no bucket and no container is named by '/backup'");
  EXPECT_EQ(error_of("stores:\n  s3://b:\n    AZURE_CLIENT_ID: x\n").what,
            "line 3, column 5: no key 'AZURE_CLIENT_ID' in store 's3://b'");
  EXPECT_EQ(error_of("stores:\n  s3://b: {AWS_REGION: a}\n  s3://b/: {AWS_REGION: b}\n").what,
            "line 3, column 3: store 's3://b' stands twice");
  EXPECT_EQ(error_of("stores:\n  s3://b:\n    store: gs://c\n").what,
            "line 3, column 12: the value of 'store' is 'gs://c', not a store of the same kind");
  EXPECT_EQ(error_of("stores:\n  s3://b:\n    AWS_REGION: [a]\n").what,
            "line 3, column 17: the value of 'AWS_REGION' is a list, not a text");
  const Error near = error_of("stores:\n  s3://b:\n    AWS_PROFIL: x\n");
  EXPECT_TRUE(near.hint.starts_with("did you mean AWS_PROFILE? ")) << near.hint;
}

// A variable that a store reads and the table lacks would be taken from the environment for every store.
TEST(StoreVariables, AreThoseThatTheStoresRead) {
  std::set<std::string> read;
  for (const char* file :
       {"stores/s3/environment.cc", "stores/s3/credential_chain.cc", "stores/s3/profiles.cc",
        "stores/gcs/environment.cc", "stores/gcs/access_key_store.cc", "stores/azure/environment.cc"}) {
    const std::string text = source(file);
    ASSERT_FALSE(text.empty()) << file;
    // Not "ARKIVE_S3": how those of arkive's own begin.
    const std::regex name(
        "\"((?:AWS|AZURE|ARKIVE_[A-Z0-9]+|GS|GOOGLE|CLOUDSDK|GCE|NO_GCE|STORAGE)_[A-Z0-9_]+)\"");
    for (auto at = std::sregex_iterator(text.begin(), text.end(), name); at != std::sregex_iterator(); ++at)
      read.insert((*at)[1]);
  }
  std::set<std::string> table;
  for (const StoreVariable& each : store_variables()) {
    EXPECT_TRUE(table.insert(std::string(each.name)).second) << each.name;
  }
  EXPECT_EQ(table, read);
}

TEST(StoreVariables, OfSecretsHaveAFormThatNamesAFile) {
  EXPECT_EQ(file_variable_of(*find_store_variable("AZURE_STORAGE_KEY")), "AZURE_STORAGE_KEY_FILE");
  EXPECT_EQ(file_variable_of(*find_store_variable("AWS_REGION")), "");
  EXPECT_EQ(file_variable_of(*find_store_variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")), "");
}

TEST(StoresPage, HasAnExampleOfStoreSettingsThatIsRead) {
  const std::string page = source("docs/stores.md");
  const std::size_t from = page.find("```yaml\n");
  ASSERT_NE(from, std::string::npos);
  const std::size_t to = page.find("```", from + 8);
  const auto read = parse_store_settings(page.substr(from + 8, to - from - 8), "the example");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->size(), 3U);
}

}  // namespace
}  // namespace arkive::tools
