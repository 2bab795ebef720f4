#include "restore-plans/rehearse/azurite_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "stores/core/files.h"

namespace arkive::rehearse {
namespace {

using testing::HasSubstr;

/// A cache of its own; a node and an npm that note what they were asked, and a python3 that brings others.
class AzuriteCache : public testing::Test {
 protected:
  AzuriteCache() : scratch_(TemporaryDirectory::create("azurite").value()) {
    ::setenv("ARKIVE_CACHE", (scratch_.path() + "/cache").c_str(), 1);
    ::setenv("PATH", (scratch_.path() + "/bin:/bin-of-nobody").c_str(), 1);
    install("bin/node", "echo v18.20.8");
    install("bin/npm", kFetches);
  }

  // $3 is what follows --prefix.
  static constexpr const char* kFetches =
      "echo \"$*\" >> \"${0%/*}/asked\"\n/bin/mkdir -p \"$3/node_modules/azurite/dist/src/blob\"\n"
      ": > \"$3/node_modules/azurite/dist/src/blob/main.js\"";

  void install(const std::string& name, const std::string& script) const {
    const std::string path = scratch_.path() + "/" + name;
    ASSERT_TRUE(make_directories(path.substr(0, path.rfind('/'))));
    ASSERT_TRUE(write_file_durably(path, "#!/bin/sh\nset -e\n" + script + "\n", IfExists::kReplace));
    ASSERT_EQ(::chmod(path.c_str(), 0700), 0);
  }
  /// `python3 -m venv DIR` makes a python there; that one's pip puts a node and an npm beside it.
  void install_python() const {
    install("node-that-pip-brings", "echo v22.20.0");
    install("npm-that-pip-brings", kFetches);
    install("python-of-the-venv", "for each in node npm; do /bin/cp '" + scratch_.path() +
                                      "/'$each-that-pip-brings \"${0%/*}/$each\"; done");
    install("bin/python3", "/bin/mkdir -p \"$3/bin\"\n/bin/cp '" + scratch_.path() +
                               "/python-of-the-venv' \"$3/bin/python\"");
  }
  std::string told(const std::string& file) const {
    return read_file(scratch_.path() + "/" + file).value_or("");
  }

  TemporaryDirectory scratch_;
  Deadline deadline_ = Deadline::after(std::chrono::seconds(60));
};

TEST_F(AzuriteCache, ProgramIsFetchedOnceWithoutRunningScriptsAndThenFound) {
  const auto missing = find_azurite(deadline_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().outcome, Outcome::kNotFound);
  EXPECT_THAT(missing.error().hint, HasSubstr("tools/fetch-servers azurite"));
  const auto fetched = require_azurite(deadline_);
  ASSERT_TRUE(fetched) << fetched.error().what;
  EXPECT_THAT(fetched->program, HasSubstr("/cache/azurite/" + azurite_version() + "/"));
  EXPECT_EQ(fetched->node.program, scratch_.path() + "/bin/node");
  ASSERT_TRUE(require_azurite(deadline_));
  const std::string asked = told("bin/asked");
  EXPECT_EQ(std::count(asked.begin(), asked.end(), '\n'), 1) << asked;
  EXPECT_THAT(asked, HasSubstr("--ignore-scripts"));
  EXPECT_THAT(asked, HasSubstr("azurite@" + azurite_version()));
}

TEST_F(AzuriteCache, NodeThatIsTooOldIsReplacedByOneThatStays) {
  install("bin/node", "echo v16.20.2");
  EXPECT_FALSE(require_azurite(deadline_)) << "there is no python3";
  install_python();
  const auto fetched = require_azurite(deadline_);
  ASSERT_TRUE(fetched) << fetched.error().what;
  EXPECT_EQ(fetched->node.program, scratch_.path() + "/cache/azurite/node/bin/node");
  const auto found = find_azurite(deadline_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->node.program, fetched->node.program);
}

TEST_F(AzuriteCache, WhatNpmSaysWhenItFailsIsTold) {
  install("bin/npm", "echo no such registry >&2\nexit 7");
  const auto fetched = require_azurite(deadline_);
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().outcome, Outcome::kRetry);
  EXPECT_THAT(fetched.error().what, HasSubstr("no such registry"));
  EXPECT_FALSE(find_azurite(deadline_)) << "half of it was taken for all";
}

}  // namespace
}  // namespace arkive::rehearse
