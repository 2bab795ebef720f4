#include "restore-plans/rehearse/jars.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <future>

#include "stores/core/files.h"

namespace arkive::rehearse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A cache of its own, and an mvn that puts two files where it is told and notes that it ran.
class JarCache : public testing::Test {
 protected:
  JarCache() : scratch_(TemporaryDirectory::create("jars").value()) {
    ::setenv("ARKIVE_CACHE", (scratch_.path() + "/cache").c_str(), 1);
    ::setenv("PATH", (scratch_.path() + ":/usr/bin:/bin").c_str(), 1);
    install_maven("echo one > \"$to/one.jar\"; echo two > \"$to/two.jar\"");
  }

  void install_maven(const std::string& work) {
    const std::string path = scratch_.path() + "/mvn";
    const std::string script =
        "#!/bin/sh\nset -e\necho run >> '" + scratch_.path() +
        "/runs'\nfor word; do case $word in -DoutputDirectory=*) to=${word#*=};; esac; done\n" + work + "\n";
    ASSERT_TRUE(write_file_durably(path, script, IfExists::kReplace));
    ASSERT_EQ(::chmod(path.c_str(), 0700), 0);
  }

  std::size_t runs_of_maven() const {
    return read_file(scratch_.path() + "/runs").value_or("").size() / std::string("run\n").size();
  }

  std::string directory() const { return scratch_.path() + "/cache/jars/zookeeper-3.8.4"; }

  TemporaryDirectory scratch_;
  Deadline deadline_ = Deadline::after(std::chrono::seconds(60));
};

TEST_F(JarCache, JarsAreFetchedOnceAndThenFound) {
  EXPECT_EQ(find_jars("zookeeper-3.8.4").error().outcome, Outcome::kNotFound);
  const auto jars = require_jars("zookeeper-3.8.4", deadline_);
  ASSERT_TRUE(jars) << jars.error().what;
  EXPECT_THAT(jars->files, ElementsAre(directory() + "/one.jar", directory() + "/two.jar"));
  EXPECT_EQ(jars->class_path(), directory() + "/one.jar:" + directory() + "/two.jar");
  ASSERT_TRUE(require_jars("zookeeper-3.8.4", deadline_));
  EXPECT_EQ(runs_of_maven(), 1U);
}

TEST_F(JarCache, CacheWithoutItsMarkOrWithAShortJarIsFetchedAnew) {
  ASSERT_TRUE(require_jars("zookeeper-3.8.4", deadline_));
  ASSERT_TRUE(write_file_durably(directory() + "/two.jar", "", IfExists::kReplace));
  ASSERT_TRUE(require_jars("zookeeper-3.8.4", deadline_));
  EXPECT_EQ(runs_of_maven(), 2U);
  ASSERT_TRUE(remove_tree(directory() + "/complete"));
  ASSERT_TRUE(require_jars("zookeeper-3.8.4", deadline_));
  EXPECT_EQ(runs_of_maven(), 3U);
}

TEST_F(JarCache, FailedFetchLeavesNothingThatCountsAsWholeAndIsToldWithMavensWords) {
  install_maven("echo one > \"$to/one.jar\"; echo no network here; exit 1");
  const auto jars = require_jars("zookeeper-3.8.4", deadline_);
  ASSERT_FALSE(jars);
  EXPECT_EQ(jars.error().outcome, Outcome::kRetry);
  EXPECT_THAT(jars.error().what, HasSubstr("no network here"));
  EXPECT_EQ(runs_of_maven(), 3U) << "a fetch is tried three times";
  EXPECT_FALSE(find_jars("zookeeper-3.8.4"));
}

TEST_F(JarCache, MissingMavenIsNamedWithThePackageThatBringsIt) {
  ASSERT_TRUE(remove_tree(scratch_.path() + "/mvn"));
  ::setenv("PATH", scratch_.path().c_str(), 1);
  const auto jars = require_jars("zookeeper-3.8.4", deadline_);
  ASSERT_FALSE(jars);
  EXPECT_EQ(jars.error().outcome, Outcome::kNotFound);
  EXPECT_THAT(jars.error().hint, HasSubstr("maven"));
}

TEST_F(JarCache, TwoThatWantTheSameJarsFetchThemOnce) {
  install_maven("sleep 0.3; echo one > \"$to/one.jar\"");
  auto other = std::async(std::launch::async, [&] { return require_jars("zookeeper-3.8.4", deadline_); });
  EXPECT_TRUE(require_jars("zookeeper-3.8.4", deadline_));
  EXPECT_TRUE(other.get());
  EXPECT_EQ(runs_of_maven(), 1U);
}

TEST_F(JarCache, UnknownServerIsRefusedWithTheKnownOnes) {
  const auto jars = require_jars("zookeeper-0.1", deadline_);
  ASSERT_FALSE(jars);
  EXPECT_EQ(jars.error().outcome, Outcome::kUsage);
  EXPECT_THAT(jars.error().hint, HasSubstr("kafka-3.9.1"));
}

}  // namespace
}  // namespace arkive::rehearse
