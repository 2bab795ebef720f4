#include "tools/services/placed.h"

#include <algorithm>

namespace arkive::tools::services {

using rehearse::AzuriteServer;
using rehearse::FakeGcsServer;
using rehearse::KafkaCluster;
using rehearse::MinioServer;
using rehearse::Server;
using rehearse::ZooKeeper;

namespace {

/// Null when none was started there.
template <class OneServer>
Result<std::unique_ptr<OneServer>> opened_if_there(const std::string& directory) {
  auto found = OneServer::open(directory);
  if (!found && found.error().outcome == Outcome::kNotFound) return nullptr;
  return found;
}

}  // namespace

std::vector<Server*> Placed::servers() {
  std::vector<Server*> all;
  if (zookeeper) all = zookeeper->servers();
  if (kafka) {
    const auto brokers = kafka->servers();
    all.insert(all.end(), brokers.begin(), brokers.end());
  }
  if (minio) all.push_back(minio.get());
  if (azurite) all.push_back(azurite.get());
  if (fake_gcs_server) all.push_back(fake_gcs_server.get());
  return all;
}

Result<std::vector<Server*>> Placed::named(const std::vector<std::string>& names) {
  const auto all = servers();
  if (names.empty()) return all;
  std::vector<Server*> found;
  for (const auto& name : names) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](Server* server) { return server->name() == name; });
    if (at == all.end()) {
      return fail(Outcome::kUsage, "find server '" + name + "': there is none in this directory",
                  "see `services status`");
    }
    found.push_back(*at);
  }
  return found;
}

Result<Placed> open_placed(const std::string& directory) {
  Placed placed;
  auto zookeeper = ZooKeeper::open(directory);
  if (zookeeper) {
    placed.zookeeper.emplace(std::move(*zookeeper));
  } else if (zookeeper.error().outcome != Outcome::kNotFound) {
    return fail(std::move(zookeeper).error());
  }
  auto kafka = KafkaCluster::open(directory);
  if (kafka) {
    placed.kafka.emplace(std::move(*kafka));
  } else if (kafka.error().outcome != Outcome::kNotFound) {
    return fail(std::move(kafka).error());
  }
  ARKIVE_ASSIGN(placed.minio, opened_if_there<MinioServer>(directory));
  ARKIVE_ASSIGN(placed.azurite, opened_if_there<AzuriteServer>(directory));
  ARKIVE_ASSIGN(placed.fake_gcs_server, opened_if_there<FakeGcsServer>(directory));
  if (placed.none()) {
    return fail(Outcome::kNotFound, "look for servers in '" + directory + "': none were started there",
                "start some with `services start --directory DIR --zookeeper 1 --kafka 1`");
  }
  return placed;
}

}  // namespace arkive::tools::services
