#include "tools/places/store_environments.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive::tools {
namespace {

using test::failed_with;
using test::succeeded;
using test::value_of;

class StoreEnvironments : public test::ScratchTest {
 protected:
  StoreEnvironments() {
    ::setenv("AWS_ACCESS_KEY_ID", "outer", 1);
    ::setenv("AWS_REGION", "outer-region", 1);
    ::setenv("HOME", "/home/outer", 1);
    ::unsetenv("ARKIVE_STORE_SETTINGS");
    forget_store_settings();
  }
  ~StoreEnvironments() override {
    ::unsetenv("ARKIVE_STORE_SETTINGS");
    forget_store_settings();
  }

  static Result<StoreSetup> setup(const std::string& name) {
    return setup_of(value_of(RepositoryName::parse(name, false)));
  }
  std::string file(const std::string& name, const std::string& content, unsigned mode = 0600) {
    EXPECT_TRUE(succeeded(write_file_durably(scratch(name), content, IfExists::kReplace)));
    EXPECT_EQ(::chmod(scratch(name).c_str(), mode), 0);
    return scratch(name);
  }
};

TEST_F(StoreEnvironments, AreThatOfTheProcessWhereNothingElseIsSaid) {
  use_store_settings({{"s3://second", "", {{"AWS_PROFILE", "second"}}}});
  const StoreSetup other = value_of(setup("s3://backups/zoo"));
  EXPECT_EQ(other.path, "backups/zoo");
  EXPECT_EQ(other.environment("AWS_ACCESS_KEY_ID"), "outer");
  EXPECT_FALSE(other.environment("AWS_PROFILE"));
  EXPECT_FALSE(store_settings_were_used());
  // A longer name of another bucket is not below it.
  EXPECT_FALSE(value_of(setup("s3://second-site/zoo")).environment("AWS_PROFILE"));
}

TEST_F(StoreEnvironments, TakeNothingOfTheProcessThatSetsUpStoresWhereAStoreHasItsOwn) {
  use_store_settings({{"s3://second", "", {{"AWS_PROFILE", "second"}}}});
  for (const char* name : {"s3://second", "s3://second/", "s3://second/zoo"}) {
    const StoreSetup own = value_of(setup(name));
    EXPECT_EQ(own.environment("AWS_PROFILE"), "second");
    EXPECT_FALSE(own.environment("AWS_ACCESS_KEY_ID")) << name;
    EXPECT_FALSE(own.environment("AWS_REGION")) << name;
    EXPECT_EQ(own.environment("HOME"), "/home/outer");
  }
  EXPECT_TRUE(store_settings_were_used());
}

TEST_F(StoreEnvironments, AreThoseOfTheLongestName) {
  use_store_settings({{"az://account", "", {{"AZURE_CLIENT_ID", "all"}}},
                      {"az://account/backups/zoo", "", {{"AZURE_CLIENT_ID", "zoo"}}}});
  EXPECT_EQ(value_of(setup("az://account/backups/zoo/deep")).environment("AZURE_CLIENT_ID"), "zoo");
  EXPECT_EQ(value_of(setup("az://account/backups/other")).environment("AZURE_CLIENT_ID"), "all");
}

TEST_F(StoreEnvironments, CallAStoreAsItsServerDoes) {
  use_store_settings({{"s3://second", "s3://backups", {}}, {"gs://aaa/b", "gs://ccc", {}}});
  EXPECT_EQ(value_of(setup("s3://second/zoo")).path, "backups/zoo");
  EXPECT_EQ(value_of(setup("s3://second")).path, "backups");
  EXPECT_EQ(value_of(setup("gs://aaa/b/zoo")).path, "ccc/zoo");
  EXPECT_EQ(value_of(setup("s3://backups/zoo")).path, "backups/zoo");
}

TEST_F(StoreEnvironments, ReadSecretsFromFilesThatNobodyElseMayRead) {
  const std::string key = file("key", "secret\n");
  use_store_settings({{"az://account", "", {{"AZURE_STORAGE_KEY_FILE", key}}}});
  EXPECT_EQ(value_of(setup("az://account/backups")).environment("AZURE_STORAGE_KEY"), "secret");
  file("key", "secret\n", 0640);
  EXPECT_TRUE(failed_with(Outcome::kDenied, setup("az://account/backups")));
  ::unlink(key.c_str());
  EXPECT_TRUE(failed_with(Outcome::kNotFound, setup("az://account/backups")));
}

TEST_F(StoreEnvironments, AreReadFromTheFileThatTheEnvironmentNamesBehindTheOthers) {
  const std::string named =
      file("named", "stores:\n  s3://aaa: {AWS_PROFILE: named}\n  s3://bbb: {AWS_PROFILE: named}\n");
  ::setenv("ARKIVE_STORE_SETTINGS", named.c_str(), 1);
  EXPECT_TRUE(
      succeeded(use_store_settings_file(file("given", "stores:\n  s3://aaa: {AWS_PROFILE: given}\n"))));
  EXPECT_EQ(value_of(setup("s3://aaa")).environment("AWS_PROFILE"), "given");
  EXPECT_EQ(value_of(setup("s3://bbb")).environment("AWS_PROFILE"), "named");
  forget_store_settings();
  file("named", "stores: 1\n");
  EXPECT_TRUE(failed_with(Outcome::kUsage, setup("s3://aaa")));
}

}  // namespace
}  // namespace arkive::tools
