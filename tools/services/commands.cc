#include "tools/services/commands.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "restore-plans/rehearse/class_archive.h"
#include "restore-plans/rehearse/jars.h"
#include "stores/core/log.h"
#include "tools/services/placed.h"
#include "tools/services/report.h"

namespace arkive::tools::services {

using rehearse::KafkaCluster;
using rehearse::Server;
using rehearse::ZooKeeper;

namespace {

constexpr int kNotAllServe = 3;

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

/// Makes what was asked for, and kills the new ZooKeeper again when Kafka fails on it.
Status make_new(const StartRequest& request, Placed& placed, Deadline deadline) {
  const bool new_zookeeper = request.zookeeper.has_value();
  if (new_zookeeper) {
    if (placed.zookeeper) return already_there("ZooKeeper", request.directory);
    ARKIVE_ASSIGN(auto zookeeper, ZooKeeper::start(request.directory, *request.zookeeper, deadline));
    placed.zookeeper.emplace(std::move(zookeeper));
  }
  if (!request.kafka) return ok();
  if (placed.kafka) return already_there("Kafka", request.directory);
  const bool alone = rehearse::without_zookeeper(*request.kafka);
  if (!alone && !placed.zookeeper) {
    return fail(Outcome::kUsage, "start Kafka in '" + request.directory + "': there is no ZooKeeper for it",
                "add --zookeeper 1, or take --kafka-version 4.1.0");
  }
  const std::string registry = alone ? "" : placed.zookeeper->connect_string() + request.chroot;
  auto kafka = KafkaCluster::start(request.directory, registry, *request.kafka, deadline);
  if (!kafka) {
    if (new_zookeeper) (void)placed.zookeeper->kill();
    return fail(std::move(kafka).error());
  }
  placed.kafka.emplace(std::move(*kafka));
  return ok();
}

bool is_zookeeper(Server* server) {
  return dynamic_cast<rehearse::ZooKeeperServer*>(server) != nullptr;
}

Status start_again(Placed& placed, const std::vector<std::string>& names, Deadline deadline) {
  ARKIVE_ASSIGN(auto servers, placed.named(names));
  const auto brokers = std::stable_partition(servers.begin(), servers.end(), is_zookeeper);
  for (const auto& group : {std::vector(servers.begin(), brokers), std::vector(brokers, servers.end())}) {
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
  const bool makes_new = request.zookeeper || request.kafka;
  if (makes_new) {
    ARKIVE_TRY(make_new(request, placed, deadline));
  } else if (!placed.zookeeper && !placed.kafka) {
    return fail(Outcome::kUsage, "start servers in '" + request.directory + "': none were named",
                "say how many: --zookeeper 1 --kafka 1");
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
    const auto brokers = std::stable_partition(servers.begin(), servers.end(), is_zookeeper);
    ARKIVE_TRY(rehearse::stop_all({brokers, servers.end()}, grace));
    ARKIVE_TRY(rehearse::stop_all({servers.begin(), brokers}, grace));
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

Result<int> fetch(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto deadline = Deadline::after(std::chrono::minutes(20));
    ARKIVE_ASSIGN(const auto jars, rehearse::require_jars(name, deadline));
    // Servers start without it too, only slower.
    if (const auto prepared = rehearse::prepare_classes(name, deadline); !prepared) {
      if (prepared.error().outcome == Outcome::kInterrupted) return fail(prepared.error());
      log_warning(prepared.error().what);
    }
    std::printf("%s=%s\n", name.c_str(), shell_word(jars.directory).c_str());
  }
  return 0;
}

}  // namespace arkive::tools::services
