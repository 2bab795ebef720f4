/// What Kafka (ZooKeeper mode, 1.1 to 3.9) keeps in ZooKeeper, behind zk/application.h: changes in words,
/// views, secrets, restore rules. The znodes and their formats: kafka.zk.ZkData of Apache Kafka's source.
#pragma once

#include <memory>

#include "zk/application.h"

namespace arkive::kafka {

/// Its name is "kafka". Immutable; any thread. Data that is not what Kafka writes is no error: such a change
/// goes to `unknown`, unless it may hold secrets, when it is told without its data.
std::unique_ptr<zk::Application> kafka_application();

}  // namespace arkive::kafka
