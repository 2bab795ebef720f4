#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/services/services_program.h"

namespace arkive {
namespace {

using testing::HasSubstr;

TEST_F(ServicesProgram, AzuriteOutlivesItAndIsStoppedWipedAndStartedAgainWithItsKeyByLaterRuns) {
  const auto started = services({"start", "--directory", directory(), "--azurite"});
  ASSERT_EQ(started.status, 0) << started.error_output;
  EXPECT_EQ(value(started.output, "azurite"), "http://" + value(started.output, "azurite_address") + "/" +
                                                  value(started.output, "azurite_account"));
  EXPECT_EQ(value(started.output, "azurite_state"), "serving");
  EXPECT_EQ(value(started.output, "azurite_container"), "arkive");
  const auto data = value(started.output, "azurite_data");
  EXPECT_TRUE(path_exists(data));
  EXPECT_TRUE(path_exists("/proc/" + value(started.output, "azurite_pid")));

  EXPECT_EQ(services({"pause", "--directory", directory(), "azurite"}).status, 0);
  const auto paused = services({"status", "--directory", directory()});
  EXPECT_EQ(paused.status, 3);
  EXPECT_EQ(value(paused.output, "azurite_state"), "silent");
  EXPECT_EQ(services({"resume", "--directory", directory(), "azurite"}).status, 0);
  EXPECT_EQ(services({"stop", "--directory", directory(), "azurite"}).status, 0);
  EXPECT_EQ(value(services({"status", "--directory", directory()}).output, "azurite_state"), "stopped");
  EXPECT_EQ(services({"wipe", "--directory", directory(), "azurite"}).status, 0);
  EXPECT_FALSE(path_exists(data));

  const auto again = services({"start", "--directory", directory()});
  ASSERT_EQ(again.status, 0) << again.error_output;
  for (const std::string name : {"azurite", "azurite_account", "azurite_key", "azurite_container"}) {
    EXPECT_EQ(value(again.output, name), value(started.output, name)) << name;
    EXPECT_NE(value(again.output, name), "") << name;
  }
  EXPECT_EQ(services({"kill", "--directory", directory(), "azurite"}).status, 0);
}

TEST_F(ServicesProgram, AzuriteWithTlsIsToldAsJsonWithWhomToTrust) {
  const auto started =
      services({"start", "--directory", directory(), "--azurite", "--azurite-tls", "--azurite-in-memory",
                "--container", "one", "--container", "two", "--json"});
  ASSERT_EQ(started.status, 0) << started.error_output;
  const auto told = nlohmann::json::parse(started.output).at("azurite");
  EXPECT_THAT(told.at("endpoint").get<std::string>(), testing::StartsWith("https://"));
  EXPECT_EQ(told.at("container"), "one,two");
  EXPECT_EQ(told.at("state"), "serving");
  EXPECT_FALSE(told.contains("data"));
  const auto certificate = read_file(told.at("certificates").get<std::string>());
  ASSERT_TRUE(certificate);
  EXPECT_THAT(*certificate, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_EQ(services({"kill", "--directory", directory(), "azurite"}).status, 0);
}

}  // namespace
}  // namespace arkive
