#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/services/services_program.h"

namespace arkive {
namespace {

using testing::HasSubstr;

TEST_F(ServicesProgram, FakeGcsServerOutlivesItAndIsStoppedWipedAndStartedAgainByLaterRuns) {
  const auto started = services({"start", "--directory", directory(), "--fake-gcs-server"});
  ASSERT_EQ(started.status, 0) << started.error_output;
  EXPECT_EQ(value(started.output, "fake_gcs_server"),
            "http://" + value(started.output, "fake_gcs_server_address"));
  EXPECT_EQ(value(started.output, "fake_gcs_server_state"), "serving");
  EXPECT_EQ(value(started.output, "fake_gcs_server_bucket"), "arkive");
  const auto data = value(started.output, "fake_gcs_server_data");
  EXPECT_TRUE(path_exists(data));
  EXPECT_TRUE(path_exists("/proc/" + value(started.output, "fake_gcs_server_pid")));

  EXPECT_EQ(services({"pause", "--directory", directory(), "fake-gcs-server"}).status, 0);
  const auto paused = services({"status", "--directory", directory()});
  EXPECT_EQ(paused.status, 3);
  EXPECT_EQ(value(paused.output, "fake_gcs_server_state"), "silent");
  EXPECT_EQ(services({"resume", "--directory", directory(), "fake-gcs-server"}).status, 0);
  EXPECT_EQ(services({"stop", "--directory", directory(), "fake-gcs-server"}).status, 0);
  EXPECT_EQ(value(services({"status", "--directory", directory()}).output, "fake_gcs_server_state"),
            "stopped");
  EXPECT_EQ(services({"wipe", "--directory", directory(), "fake-gcs-server"}).status, 0);
  EXPECT_FALSE(path_exists(data));

  const auto again = services({"start", "--directory", directory()});
  ASSERT_EQ(again.status, 0) << again.error_output;
  for (const std::string name : {"fake_gcs_server", "fake_gcs_server_bucket"}) {
    EXPECT_EQ(value(again.output, name), value(started.output, name)) << name;
    EXPECT_NE(value(again.output, name), "") << name;
  }
  EXPECT_EQ(services({"kill", "--directory", directory(), "fake-gcs-server"}).status, 0);
}

TEST_F(ServicesProgram, FakeGcsServerWithTlsIsToldAsJsonWithWhomToTrust) {
  const auto started =
      services({"start", "--directory", directory(), "--fake-gcs-server", "--fake-gcs-server-tls",
                "--fake-gcs-server-in-memory", "--fake-gcs-server-bucket", "one", "--fake-gcs-server-bucket",
                "two", "--json"});
  ASSERT_EQ(started.status, 0) << started.error_output;
  const auto told = nlohmann::json::parse(started.output).at("fake_gcs_server");
  EXPECT_EQ(told.at("endpoint"), "https://" + told.at("address").get<std::string>());
  EXPECT_EQ(told.at("bucket"), "one,two");
  EXPECT_EQ(told.at("state"), "serving");
  EXPECT_FALSE(told.contains("data"));
  const auto certificate = read_file(told.at("certificates").get<std::string>());
  ASSERT_TRUE(certificate);
  EXPECT_THAT(*certificate, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_EQ(services({"kill", "--directory", directory(), "fake-gcs-server"}).status, 0);
}

}  // namespace
}  // namespace arkive
