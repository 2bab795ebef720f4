#include "restore-plans/rehearse/jar_catalogue.h"

#include <array>
#include <string_view>

#include "restore-plans/rehearse/jars.h"

namespace arkive::rehearse {

namespace {

constexpr std::array<std::string_view, 5> kZooKeeperVersions = {"3.4.10", "3.5.7", "3.5.9", "3.8.4", "3.9.3"};
constexpr std::array<std::string_view, 5> kKafkaVersions = {"1.1.1", "2.4.1", "2.8.2", "3.9.1", "4.1.0"};

std::vector<Artifact> zookeeper(const std::string& version) {
  std::vector<Artifact> artifacts = {{"org.apache.zookeeper", "zookeeper", version}};
  if (version.starts_with("3.8") || version.starts_with("3.9")) {
    // The server does not start without them, yet its pom calls them "provided".
    artifacts.push_back({"io.dropwizard.metrics", "metrics-core", "4.1.12.1"});
    artifacts.push_back({"org.xerial.snappy", "snappy-java", "1.1.10.5"});
  }
  return artifacts;
}

std::vector<Artifact> kafka(const std::string& version) {
  const bool old = version.starts_with("1.");
  // Some of the command line tools are in the broker's jar, some beside it; which, differs between versions.
  return {{"org.apache.kafka", old ? "kafka_2.12" : "kafka_2.13", version},
          {"org.apache.kafka", "kafka-tools", version}};
}

}  // namespace

std::vector<std::string> known_jars() {
  std::vector<std::string> names;
  for (const auto version : kZooKeeperVersions) names.push_back("zookeeper-" + std::string(version));
  for (const auto version : kKafkaVersions) names.push_back("kafka-" + std::string(version));
  return names;
}

std::optional<std::vector<Artifact>> artifacts_of(const std::string& name) {
  std::optional<std::vector<Artifact>> artifacts;
  for (const auto version : kZooKeeperVersions) {
    if (name == "zookeeper-" + std::string(version)) artifacts = zookeeper(std::string(version));
  }
  for (const auto version : kKafkaVersions) {
    if (name == "kafka-" + std::string(version)) artifacts = kafka(std::string(version));
  }
  if (artifacts) artifacts->push_back({"org.slf4j", "slf4j-reload4j", "1.7.36"});
  return artifacts;
}

std::string pom_for(const std::vector<Artifact>& artifacts) {
  constexpr std::string_view kExclusions =
      "<exclusions>"
      "<exclusion><groupId>log4j</groupId><artifactId>log4j</artifactId></exclusion>"
      "<exclusion><groupId>org.slf4j</groupId><artifactId>slf4j-log4j12</artifactId></exclusion>"
      "<exclusion><groupId>ch.qos.logback</groupId><artifactId>*</artifactId></exclusion>"
      "</exclusions>";
  std::string pom =
      "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n"
      "<modelVersion>4.0.0</modelVersion><groupId>arkive</groupId><artifactId>jars</artifactId>"
      "<version>1</version><packaging>pom</packaging>\n<dependencies>\n";
  for (const auto& artifact : artifacts) {
    pom += "<dependency><groupId>" + artifact.group + "</groupId><artifactId>" + artifact.name +
           "</artifactId><version>" + artifact.version + "</version>" + std::string(kExclusions) +
           "</dependency>\n";
  }
  return pom + "</dependencies>\n</project>\n";
}

}  // namespace arkive::rehearse
