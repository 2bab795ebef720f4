#include "tools/services/commands.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string_view>

#include "restore-plans/rehearse/azurite_package.h"
#include "restore-plans/rehearse/class_archive.h"
#include "restore-plans/rehearse/fake_gcs_server_binary.h"
#include "restore-plans/rehearse/jars.h"
#include "restore-plans/rehearse/minio_binary.h"
#include "stores/core/log.h"
#include "tools/services/placed.h"
#include "tools/services/report.h"

namespace arkive::tools::services {

using rehearse::AzuriteServer;
using rehearse::FakeGcsServer;
using rehearse::KafkaCluster;
using rehearse::MinioServer;
using rehearse::Server;
using rehearse::ZooKeeper;

namespace {

constexpr int kNotAllServe = 3;
constexpr std::string_view kMinio = "minio";
constexpr std::string_view kAzurite = "azurite";
constexpr std::string_view kFakeGcsServer = "fake-gcs-server";
constexpr std::chrono::minutes kLongestFetch{20};
constexpr std::chrono::minutes kLongestBuild{60};

tl::unexpected<Error> already_there(const std::string& service, const std::string& directory) {
  return fail(Outcome::kUsage,
              "start " + service + " in '" + directory + "': it lives there already, with its own settings",
              "leave out what describes it, or take another directory");
}

Result<Placed> placed_or_none(const std::string& directory) {
  auto placed = open_placed(directory);
  if (!placed && placed.error().outcome == Outcome::kNotFound) return Placed{};
  return placed;
}

Status make_zookeeper(const StartRequest& request, Placed& placed, Deadline deadline) {
  if (placed.zookeeper) return already_there("ZooKeeper", request.directory);
  ARKIVE_ASSIGN(auto zookeeper, ZooKeeper::start(request.directory, *request.zookeeper, deadline));
  placed.zookeeper.emplace(std::move(zookeeper));
  return ok();
}

Status make_kafka(const StartRequest& request, Placed& placed, Deadline deadline) {
  if (placed.kafka) return already_there("Kafka", request.directory);
  const bool alone = rehearse::without_zookeeper(*request.kafka);
  if (!alone && !placed.zookeeper) {
    return fail(Outcome::kUsage, "start Kafka in '" + request.directory + "': there is no ZooKeeper for it",
                "add --zookeeper 1, or take --kafka-version 4.1.0");
  }
  const std::string registry = alone ? "" : placed.zookeeper->connect_string() + request.chroot;
  ARKIVE_ASSIGN(auto kafka, KafkaCluster::start(request.directory, registry, *request.kafka, deadline));
  placed.kafka.emplace(std::move(kafka));
  return ok();
}

Status make_minio(const StartRequest& request, Placed& placed, Deadline deadline) {
  if (placed.minio) return already_there("MinIO", request.directory);
  ARKIVE_ASSIGN(placed.minio, MinioServer::start_new(request.directory, *request.minio, deadline));
  return ok();
}

Status make_azurite(const StartRequest& request, Placed& placed, Deadline deadline) {
  if (placed.azurite) return already_there("Azurite", request.directory);
  ARKIVE_ASSIGN(placed.azurite, AzuriteServer::start_new(request.directory, *request.azurite, deadline));
  return ok();
}

Status make_fake_gcs_server(const StartRequest& request, Placed& placed, Deadline deadline) {
  if (placed.fake_gcs_server) return already_there("fake-gcs-server", request.directory);
  ARKIVE_ASSIGN(placed.fake_gcs_server,
                FakeGcsServer::start_new(request.directory, *request.fake_gcs_server, deadline));
  return ok();
}

/// Makes what was asked for. When one of them fails, those made before it are killed again.
Status make_new(const StartRequest& request, Placed& placed, Deadline deadline) {
  const auto before = placed.servers();
  Status made = ok();
  if (request.zookeeper) made = make_zookeeper(request, placed, deadline);
  if (made && request.kafka) made = make_kafka(request, placed, deadline);
  if (made && request.minio) made = make_minio(request, placed, deadline);
  if (made && request.azurite) made = make_azurite(request, placed, deadline);
  if (made && request.fake_gcs_server) made = make_fake_gcs_server(request, placed, deadline);
  if (made) return ok();
  for (Server* server : placed.servers()) {
    if (std::find(before.begin(), before.end(), server) == before.end()) (void)server->kill();
  }
  return made;
}

tl::unexpected<Error> unknown_server(const std::string& name, const std::vector<std::string>& known) {
  std::string hint = "known are: ";
  for (const auto& other : known) hint += (&other == &known.front() ? "" : ", ") + other;
  return fail(Outcome::kUsage, "fetch '" + name + "': no such server", hint);
}

/// Where they lie.
Result<std::string> fetch_jars(const std::string& name, Deadline deadline) {
  ARKIVE_ASSIGN(auto jars, rehearse::require_jars(name, deadline));
  // Servers start without it too, only slower.
  if (const auto prepared = rehearse::prepare_classes(name, deadline); !prepared) {
    if (prepared.error().outcome == Outcome::kInterrupted) return fail(prepared.error());
    log_warning(prepared.error().what);
  }
  return std::move(jars.directory);
}

/// Where it lies.
Result<std::string> fetch_one(const std::string& name) {
  if (name == kMinio) return rehearse::require_minio(Deadline::after(kLongestBuild));
  if (name == kFakeGcsServer) return rehearse::require_fake_gcs_server(Deadline::after(kLongestBuild));
  if (name != kAzurite) return fetch_jars(name, Deadline::after(kLongestFetch));
  ARKIVE_ASSIGN(auto azurite, rehearse::require_azurite(Deadline::after(kLongestFetch)));
  return std::move(azurite.program);
}

bool is_zookeeper(Server* server) {
  return dynamic_cast<rehearse::ZooKeeperServer*>(server) != nullptr;
}

Status start_again(Placed& placed, const std::vector<std::string>& names, Deadline deadline) {
  ARKIVE_ASSIGN(auto servers, placed.named(names));
  const auto others = std::stable_partition(servers.begin(), servers.end(), is_zookeeper);
  for (const auto& group : {std::vector(servers.begin(), others), std::vector(others, servers.end())}) {
    for (Server* server : group) {
      if (!server->running()) ARKIVE_TRY(server->launch(deadline));
    }
    ARKIVE_TRY(wait_until_ready(group, deadline));
  }
  return ok();
}

}  // namespace

Result<int> start(const StartRequest& request, bool as_json) {
  const auto deadline = Deadline::after(request.within);
  ARKIVE_ASSIGN(auto placed, placed_or_none(request.directory));
  const bool makes_new =
      request.zookeeper || request.kafka || request.minio || request.azurite || request.fake_gcs_server;
  if (makes_new) {
    ARKIVE_TRY(make_new(request, placed, deadline));
  } else if (placed.none()) {
    return fail(Outcome::kUsage, "start servers in '" + request.directory + "': none were named",
                "say which: --zookeeper 1 --kafka 1, --minio, --azurite, --fake-gcs-server");
  }
  ARKIVE_TRY(start_again(placed, request.names, deadline));
  report(placed, as_json);
  return 0;
}

Result<int> act(const std::string& directory, const std::vector<std::string>& names, Action action,
                std::chrono::milliseconds grace) {
  ARKIVE_ASSIGN(auto placed, open_placed(directory));
  ARKIVE_ASSIGN(auto servers, placed.named(names));
  if (action == Action::kStop) {
    // Brokers before their ZooKeeper: without it they do not end when asked.
    const auto others = std::stable_partition(servers.begin(), servers.end(), is_zookeeper);
    ARKIVE_TRY(rehearse::stop_all({others, servers.end()}, grace));
    ARKIVE_TRY(rehearse::stop_all({servers.begin(), others}, grace));
    return 0;
  }
  for (Server* server : servers) {
    Status done = ok();
    if (action == Action::kKill) done = server->kill();
    if (action == Action::kPause) done = server->pause();
    if (action == Action::kResume) done = server->resume();
    if (action == Action::kWipe) done = server->wipe();
    ARKIVE_TRY(done);
  }
  return 0;
}

Result<int> status(const std::string& directory, bool as_json) {
  ARKIVE_ASSIGN(auto placed, open_placed(directory));
  return report(placed, as_json) ? 0 : kNotAllServe;
}

Result<int> tool(const std::string& directory, const std::string& word,
                 const std::vector<std::string>& arguments) {
  ARKIVE_ASSIGN(const auto which, rehearse::kafka_tool(word));
  ARKIVE_ASSIGN(const auto placed, open_placed(directory));
  if (!placed.kafka)
    return fail(Outcome::kNotFound, "run '" + word + "': there is no Kafka in '" + directory + "'");
  std::string input;
  // The others ask for no input; waiting for the end of ours could last for ever.
  if (which == rehearse::KafkaTool::kConsoleProducer) {
    input.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  ARKIVE_ASSIGN(const auto finished, placed.kafka->tools().run(which, arguments, Deadline::never(), input));
  (void)std::fwrite(finished.output.data(), 1, finished.output.size(), stdout);
  (void)std::fwrite(finished.error_output.data(), 1, finished.error_output.size(), stderr);
  return finished.status;
}

std::vector<std::string> known_servers() {
  auto names = rehearse::known_jars();
  names.emplace_back(kMinio);
  names.emplace_back(kAzurite);
  names.emplace_back(kFakeGcsServer);
  return names;
}

Result<int> fetch(const std::vector<std::string>& names) {
  const auto known = known_servers();
  for (const auto& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) return unknown_server(name, known);
  }
  for (const auto& name : names) {
    ARKIVE_ASSIGN(const auto place, fetch_one(name));
    std::printf("%s=%s\n", name.c_str(), shell_word(place).c_str());
  }
  return 0;
}

}  // namespace arkive::tools::services
