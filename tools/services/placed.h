/// The servers that live in one directory.
#pragma once

#include <memory>
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

struct Placed {
  std::optional<rehearse::ZooKeeper> zookeeper;
  std::optional<rehearse::KafkaCluster> kafka;
  std::unique_ptr<rehearse::MinioServer> minio{};
  std::unique_ptr<rehearse::AzuriteServer> azurite{};
  std::unique_ptr<rehearse::FakeGcsServer> fake_gcs_server{};

  bool none() const { return !zookeeper && !kafka && !minio && !azurite && !fake_gcs_server; }
  /// In the order in which they start: ZooKeeper first.
  std::vector<rehearse::Server*> servers();
  /// Those called `names` ("zookeeper-2", "kafka-1", "minio", "azurite", "fake-gcs-server"), or all when it
  /// is empty. kUsage for a name that is not there.
  Result<std::vector<rehearse::Server*>> named(const std::vector<std::string>& names);
};

/// What was started in `directory` before. kNotFound when that is nothing.
Result<Placed> open_placed(const std::string& directory);

}  // namespace arkive::tools::services
