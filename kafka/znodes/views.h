/// Views of Kafka's tree: what one wants to blame and diff, one fact a line. Internal to kafka/znodes.
#pragma once

#include <string_view>
#include <vector>

#include "zk/application.h"

namespace arkive::kafka {

/// As zk::Application::views, all below "kafka/". A view without a line is left out.
///
///   acls            Allow User:alice Read Topic literal:orders from *
///   brokers         broker 1 log.cleaner.threads=2          secrets as (secret)
///   cluster         cluster id 3nQ...; feature levels
///   quotas          user alice, client app: producer_byte_rate=2048
///   tokens          token ID owner User:alice ...           no expiry: it moves with each renewal
///   topics/NAME     id, partitions, replicas, configs; no leader, no in-sync replicas
///   users           user alice SCRAM-SHA-256 iterations=8192
std::vector<zk::View> views(const zk::Tree& tree, std::string_view root);

}  // namespace arkive::kafka
