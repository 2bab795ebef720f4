/// The live Surroundings: a real ZooKeeper and real brokers, and whoever stands at the terminal or behind a
/// hook.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/log_target.h"
#include "kafka/topic_admin.h"
#include "restore-plans/apply/backup_tree.h"
#include "restore-plans/apply/surroundings.h"
#include "zk/client/connect_string.h"

namespace arkive::restore_plans {

/// What tools/ wires in. Functions that open may be called often.
struct LiveDoors {
  zk::ConnectOptions zookeeper;  ///< its deadline is not used: `patience` is
  bool has_zookeeper = false;
  std::string kafka_address;  ///< empty: that of the plan's brokers
  std::function<Result<std::unique_ptr<kafka::LogSource>>(const std::string& bootstrap, Deadline)>
      open_source;
  std::function<Result<std::unique_ptr<kafka::LogTarget>>(const std::string& bootstrap, Deadline)>
      open_target;
  std::function<Result<std::unique_ptr<kafka::TopicAdmin>>(const std::string& bootstrap, Deadline)>
      open_admin;
  LoadTree load_tree;
  std::function<Status(const zk::ConnectOptions&)> dump_before;
  /// Runs arkive itself, what it says on our output; its exit status.
  std::function<Result<int>(const std::vector<std::string>& arguments)> run_arkive;
  /// A program: called as HOOK ACTION BROKER COMMAND...; empty: none.
  std::string hook;
  std::string state_directory;  ///< stands in for kStateDirectory
  std::uint32_t packet_limit = 0xfffff;
  std::function<void(const std::string& line)> say;
  std::function<bool(const std::string& question)> ask;
  /// How long one look at a cluster may take.
  std::chrono::milliseconds patience{10'000};
};

std::unique_ptr<Surroundings> live_surroundings(LiveDoors doors, const Plan& plan);

}  // namespace arkive::restore_plans
