#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/services/services_program.h"

namespace arkive {
namespace {

using testing::HasSubstr;

TEST_F(ServicesProgram, MinioOutlivesItAndIsStoppedWipedAndStartedAgainWithItsKeysByLaterRuns) {
  const auto started = services({"start", "--directory", directory(), "--minio"});
  ASSERT_EQ(started.status, 0) << started.error_output;
  EXPECT_EQ(value(started.output, "minio"), "http://" + value(started.output, "minio_address"));
  EXPECT_EQ(value(started.output, "minio_state"), "serving");
  EXPECT_EQ(value(started.output, "minio_bucket"), "arkive");
  const auto bucket = value(started.output, "minio_data") + "/arkive";
  EXPECT_TRUE(path_exists(bucket));
  EXPECT_TRUE(path_exists("/proc/" + value(started.output, "minio_pid")));

  EXPECT_EQ(services({"pause", "--directory", directory(), "minio"}).status, 0);
  const auto paused = services({"status", "--directory", directory()});
  EXPECT_EQ(paused.status, 3);
  EXPECT_EQ(value(paused.output, "minio_state"), "silent");
  EXPECT_EQ(services({"resume", "--directory", directory(), "minio"}).status, 0);
  EXPECT_EQ(services({"status", "--directory", directory()}).status, 0);

  EXPECT_EQ(services({"wipe", "--directory", directory(), "minio"}).status, 1)
      << "removed the data of a running server";
  EXPECT_EQ(services({"stop", "--directory", directory(), "minio"}).status, 0);
  const auto stopped = services({"status", "--directory", directory()});
  EXPECT_EQ(stopped.status, 3);
  EXPECT_EQ(value(stopped.output, "minio_state"), "stopped");
  EXPECT_EQ(services({"wipe", "--directory", directory(), "minio"}).status, 0);
  EXPECT_FALSE(path_exists(bucket));

  const auto again = services({"start", "--directory", directory()});
  ASSERT_EQ(again.status, 0) << again.error_output;
  for (const std::string name : {"minio", "minio_access_key", "minio_secret_key", "minio_bucket"}) {
    EXPECT_EQ(value(again.output, name), value(started.output, name)) << name;
    EXPECT_NE(value(again.output, name), "") << name;
  }
  EXPECT_TRUE(path_exists(bucket));
  EXPECT_EQ(services({"kill", "--directory", directory(), "minio"}).status, 0);
  EXPECT_EQ(services({"status", "--directory", directory()}).status, 3);
}

TEST_F(ServicesProgram, MinioWithTlsIsToldAsJsonWithWhomToTrust) {
  const auto started = services({"start", "--directory", directory(), "--minio", "--minio-tls", "--bucket",
                                 "one", "--bucket", "two", "--json"});
  ASSERT_EQ(started.status, 0) << started.error_output;
  const auto told = nlohmann::json::parse(started.output).at("minio");
  EXPECT_EQ(told.at("endpoint"), "https://" + told.at("address").get<std::string>());
  EXPECT_EQ(told.at("bucket"), "one,two");
  EXPECT_EQ(told.at("state"), "serving");
  const auto certificate = read_file(told.at("certificates").get<std::string>());
  ASSERT_TRUE(certificate);
  EXPECT_THAT(*certificate, HasSubstr("BEGIN CERTIFICATE"));
}

TEST_F(ServicesProgram, MinioBesideAZooKeeperIsStartedLaterAndAlone) {
  ASSERT_EQ(services({"start", "--directory", directory(), "--zookeeper", "1"}).status, 0);
  const auto both = services({"start", "--directory", directory(), "--minio"});
  ASSERT_EQ(both.status, 0) << both.error_output;
  EXPECT_EQ(value(both.output, "zookeeper_1_state"), "standalone");
  EXPECT_EQ(value(both.output, "minio_state"), "serving");
  EXPECT_EQ(services({"start", "--directory", directory(), "--minio"}).status, 2) << "there is one already";
  EXPECT_EQ(services({"kill", "--directory", directory(), "minio"}).status, 0);
  const auto one = services({"status", "--directory", directory()});
  EXPECT_EQ(one.status, 3);
  EXPECT_EQ(value(one.output, "zookeeper_1_state"), "standalone");
  EXPECT_EQ(value(one.output, "minio_state"), "stopped");
}

}  // namespace
}  // namespace arkive
