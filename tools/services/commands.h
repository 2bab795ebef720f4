/// The commands of `services`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "restore-plans/rehearse/azurite.h"
#include "restore-plans/rehearse/fake_gcs_server.h"
#include "restore-plans/rehearse/kafka.h"
#include "restore-plans/rehearse/minio.h"
#include "restore-plans/rehearse/zookeeper.h"
#include "stores/core/result.h"

namespace arkive::tools::services {

struct StartRequest {
  std::string directory;
  std::vector<std::string> names;  ///< empty: all
  /// What to make when `directory` holds none yet; asking for some where there are some is kUsage.
  std::optional<rehearse::ZooKeeperSettings> zookeeper;
  std::optional<rehearse::KafkaSettings> kafka;
  std::optional<rehearse::MinioSettings> minio;
  std::optional<rehearse::AzuriteSettings> azurite;
  std::optional<rehearse::FakeGcsServerSettings> fake_gcs_server;
  std::string chroot;  ///< of Kafka, "/kafka"
  std::chrono::milliseconds within{120'000};
};

/// What happens to running servers, or to their data.
enum class Action : std::uint8_t { kStop, kKill, kPause, kResume, kWipe };

/// All return the exit status.
Result<int> start(const StartRequest& request, bool as_json);
Result<int> act(const std::string& directory, const std::vector<std::string>& names, Action action,
                std::chrono::milliseconds grace);
Result<int> status(const std::string& directory, bool as_json);
/// Runs a tool of Kafka with our standard output and error; the console producer gets our standard input.
Result<int> tool(const std::string& directory, const std::string& word,
                 const std::vector<std::string>& arguments);
Result<int> fetch(const std::vector<std::string>& names);
/// What can be fetched: "zookeeper-3.8.4", "kafka-3.9.1", ..., "minio", "azurite", "fake-gcs-server".
std::vector<std::string> known_servers();

}  // namespace arkive::tools::services
