/// A ZooKeeper of a test's own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "restore-plans/rehearse/zookeeper.h"
#include "tests/support/results.h"
#include "tests/zk/client/support/reading.h"

namespace arkive::zk::test {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;

class ServersTest : public arkive::test::ScratchTest {
 protected:
  rehearse::ZooKeeper& start(rehearse::ZooKeeperSettings settings = {}) {
    zookeeper_.emplace(value_of(rehearse::ZooKeeper::start(scratch("servers"), settings,
                                                           Deadline::after(std::chrono::seconds(120)))));
    return *zookeeper_;
  }
  std::string connect() const { return zookeeper_->connect_string(); }
  rehearse::ZooKeeper& zookeeper() { return *zookeeper_; }

 private:
  std::optional<rehearse::ZooKeeper> zookeeper_;
};

/// On each version whose protocol differs.
class EveryVersion : public ServersTest, public testing::WithParamInterface<const char*> {
 protected:
  EveryVersion() { start({.version = GetParam()}); }
  bool knows_multi_read() const { return GetParam()[2] >= '6'; }
};

inline std::string version_name(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

}  // namespace arkive::zk::test
