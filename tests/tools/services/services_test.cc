#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/services/services_program.h"

namespace arkive {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(ServicesProgram, ServersOutliveItAndAreFoundKilledStartedAndStoppedByLaterRuns) {
  const auto started = services({"start", "--directory", directory(), "--zookeeper", "1"});
  ASSERT_EQ(started.status, 0) << started.error_output;
  EXPECT_EQ(shell(started.output, "printf %s \"$zookeeper_1_directory\""), directory() + "/zookeeper-1");
  EXPECT_EQ(shell(started.output, "printf %s \"$zookeeper_1_state\""), "standalone");
  const auto process = shell(started.output, "printf %s \"$zookeeper_1_pid\"");
  EXPECT_TRUE(path_exists("/proc/" + process));

  EXPECT_EQ(services({"kill", "--directory", directory(), "zookeeper-1"}).status, 0);
  const auto down = services({"status", "--directory", directory()});
  EXPECT_EQ(down.status, 3);
  EXPECT_THAT(down.output, HasSubstr("zookeeper_1_state=stopped"));

  const auto again = services({"start", "--directory", directory()});
  EXPECT_EQ(again.status, 0) << again.error_output;
  EXPECT_EQ(shell(again.output, "echo \"$zookeeper\""), shell(started.output, "echo \"$zookeeper\""));
  EXPECT_THAT(services({"status", "--directory", directory(), "--json"}).output,
              HasSubstr("\"state\": \"standalone\""));
  EXPECT_EQ(services({"wipe", "--directory", directory()}).status, 1)
      << "removed the data of a running server";
  EXPECT_EQ(services({"stop", "--directory", directory()}).status, 0);
  EXPECT_EQ(services({"wipe", "--directory", directory()}).status, 0);
  EXPECT_FALSE(path_exists(directory() + "/zookeeper-1/data"));
}

TEST_F(ServicesProgram, RelativeDirectoryIsThatOfWhoAsked) {
  const auto started = services({"start", "--directory", "it's here", "--zookeeper", "1"}, scratch_.path());
  ASSERT_EQ(started.status, 0) << started.error_output;
  EXPECT_THAT(started.output, HasSubstr("zookeeper_1_directory='" + scratch_.path()));
  EXPECT_EQ(services({"status", "--directory", directory()}).status, 0);
}

TEST_F(ServicesProgram, StrangerThatGotTheNumberOfAServerIsNotSignalled) {
  const auto started = services({"start", "--directory", directory(), "--zookeeper", "1"});
  ASSERT_EQ(started.status, 0) << started.error_output;
  ASSERT_EQ(services({"stop", "--directory", directory()}).status, 0);
  Command sleeper;
  sleeper.arguments = {"sleep", "60"};
  auto stranger = ChildProcess::start(sleeper, scratch_.path() + "/log");
  ASSERT_TRUE(stranger);
  const auto boot = read_file("/proc/sys/kernel/random/boot_id").value_or("");
  ASSERT_TRUE(write_file_durably(directory() + "/zookeeper-1/process",
                                 std::to_string(stranger->id()) + " 1 " + boot, IfExists::kReplace));
  EXPECT_EQ(services({"kill", "--directory", directory()}).status, 0);
  EXPECT_FALSE(stranger->poll()) << "killed somebody else";
}

TEST_F(ServicesProgram, WrongWordsAreToldWithAHint) {
  const auto nothing = services({"status", "--directory", directory()});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_THAT(nothing.error_output, HasSubstr("hint: start some with"));
  EXPECT_EQ(services({"start", "--directory", directory(), "--kafka", "1"}).status, 2);
  EXPECT_EQ(services({"start", "--directory", directory(), "--kafka-version", "3.9.1"}).status, 2);
  EXPECT_EQ(services({"start", "--directory", directory(), "--zookeeper", "2"}).status, 2);
  const auto unknown = services({"fetch", "zookeeper-0.1"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.error_output, HasSubstr("known are: zookeeper-3.4.10"));
  EXPECT_EQ(services({"start", "--directory", directory(), "--bucket", "backups"}).status, 2);
  EXPECT_EQ(services({"start", "--directory", directory(), "--minio", "--bucket", "../above"}).status, 2);
  EXPECT_EQ(services({"start", "--directory", directory(), "--azurite", "--container", "../above"}).status,
            2);
  EXPECT_EQ(services({"start", "--directory", directory(), "--fake-gcs-server", "--fake-gcs-server-bucket",
                      "../above"})
                .status,
            2);
}

}  // namespace
}  // namespace arkive
