#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "restore-plans/rehearse/jars.h"
#include "restore-plans/rehearse/kafka.h"
#include "stores/core/files.h"

namespace arkive::rehearse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Distribution : public testing::Test {
 protected:
  Distribution() : scratch_(TemporaryDirectory::create("distribution").value()) {}

  std::string path(const std::string& name) const { return scratch_.path() + "/" + name; }
  void put(const std::string& name) {
    const std::string file = path(name);
    ASSERT_TRUE(make_directories(file.substr(0, file.rfind('/'))));
    ASSERT_TRUE(write_file_durably(file, "", IfExists::kReplace));
  }

  TemporaryDirectory scratch_;
};

TEST_F(Distribution, JarsOfKafkaAreInLibsAndThoseOfAnOldZooKeeperAlsoAtItsTop) {
  put("kafka/libs/kafka_2.13-3.9.1.jar");
  put("kafka/libs/zookeeper-3.8.4.jar");
  put("kafka/libs/zookeeper-jute-3.8.4.jar");
  put("kafka/libs/kafka_2.13-3.9.1.jar.asc");
  put("zookeeper/zookeeper-3.4.10.jar");
  put("zookeeper/lib/netty-3.10.5.Final.jar");
  const auto kafka = jars_of_distribution(path("kafka"));
  ASSERT_TRUE(kafka) << kafka.error().what;
  EXPECT_EQ(kafka->name, "kafka");
  EXPECT_EQ(kafka->files.size(), 3U);
  EXPECT_EQ(kafka_version_of(*kafka).value(), "3.9.1");
  EXPECT_EQ(zookeeper_version_of(*kafka).value(), "3.8.4");
  const auto zookeeper = jars_of_distribution(path("zookeeper"));
  ASSERT_TRUE(zookeeper) << zookeeper.error().what;
  EXPECT_EQ(zookeeper->files.size(), 2U);
  EXPECT_EQ(zookeeper_version_of(*zookeeper).value(), "3.4.10");
  EXPECT_EQ(kafka_version_of(*zookeeper).error().outcome, Outcome::kNotFound);
}

TEST_F(Distribution, WhatADistributorAppendsToAVersionIsLeftOut) {
  put("kafka/libs/kafka_2.12-2.8.2-vendor5.jar");
  EXPECT_EQ(kafka_version_of(jars_of_distribution(path("kafka")).value()).value(), "2.8.2");
}

TEST_F(Distribution, LibsMayBeALink) {
  put("jars/kafka_2.13-3.9.1.jar");
  ASSERT_TRUE(make_directories(path("kafka")));
  ASSERT_EQ(::symlink(path("jars").c_str(), path("kafka/libs").c_str()), 0);
  const auto jars = jars_of_distribution(path("kafka"));
  ASSERT_TRUE(jars) << jars.error().what;
  EXPECT_THAT(jars->files, ElementsAre(testing::EndsWith("/jars/kafka_2.13-3.9.1.jar")));
}

TEST_F(Distribution, ADirectoryWithoutJarsIsNamed) {
  ASSERT_TRUE(make_directories(path("empty/libs")));
  EXPECT_THAT(jars_of_distribution(path("empty")).error().what, HasSubstr("neither libs nor lib"));
  EXPECT_EQ(jars_of_distribution(path("nowhere")).error().outcome, Outcome::kNotFound);
}

TEST_F(Distribution, AKafkaWithoutZooKeeperIsRefusedWhereThereIsOne) {
  put("kafka/libs/kafka_2.13-4.1.0.jar");
  KafkaSettings settings;
  settings.distribution = path("kafka");
  const auto laid_out = KafkaCluster::lay_out(path("servers"), "127.0.0.1:1", settings, Deadline::never());
  ASSERT_FALSE(laid_out);
  EXPECT_EQ(laid_out.error().outcome, Outcome::kUsage);
  EXPECT_THAT(laid_out.error().what, HasSubstr("4.1.0"));
}

TEST_F(Distribution, BrokersHaveTheIdsThatWereNamedAndArePreparedOnly) {
  put("kafka/libs/kafka_2.13-3.9.1.jar");
  KafkaSettings settings;
  settings.distribution = path("kafka");
  settings.broker_ids = {1001, 7};
  auto laid_out = KafkaCluster::lay_out(path("servers"), "127.0.0.1:1", settings, Deadline::never());
  ASSERT_TRUE(laid_out) << laid_out.error().what;
  EXPECT_EQ(laid_out->size(), 2);
  EXPECT_EQ(laid_out->broker(7).id(), 7);
  EXPECT_EQ(laid_out->broker(1001).id(), 1001);
  EXPECT_NE(laid_out->broker(7).port(), laid_out->broker(1001).port());
  EXPECT_FALSE(laid_out->broker(7).running());
  EXPECT_THAT(laid_out->broker(1001).log_directories(), ElementsAre(path("servers/kafka-1001/data")));
  const auto found = KafkaCluster::open(path("servers"));
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->size(), 2);
}

}  // namespace
}  // namespace arkive::rehearse
