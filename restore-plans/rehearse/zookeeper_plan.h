/// What the members of one ZooKeeper share, and how it is kept in <directory>/zookeeper.json. Internal to
/// rehearse.
#pragma once

#include <string>
#include <vector>

#include "restore-plans/rehearse/zookeeper.h"

namespace arkive::rehearse {

struct ZooKeeperPlan {
  ZooKeeperSettings settings;
  Jars jars;
  std::vector<ZooKeeperServer::Ports> ports;  ///< by member

  /// zoo.cfg of a member.
  std::string configuration(int id, const std::string& data_directory) const;
  /// The options of the virtual machine, the settings' own last.
  std::vector<std::string> java_options() const;
};

std::string zookeeper_plan_path(const std::string& directory);
Status save_plan(const ZooKeeperPlan& plan, const std::string& directory);
/// Settings and ports; not the jars. kNotFound, kCorrupt.
Result<ZooKeeperPlan> load_zookeeper_plan(const std::string& directory);

}  // namespace arkive::rehearse
