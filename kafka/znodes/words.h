/// Small pieces of the sentences and views. Internal to kafka/znodes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/znodes/znode_data.h"
#include "kafka/znodes/znode_names.h"
#include "stores/core/words.h"

namespace arkive::kafka {

/// One line, safe on a terminal, at most about 200 characters: what is cut off is said.
std::string shown(std::string_view text);
/// "1 2 3"; "none" when empty.
std::string joined(const std::vector<std::int32_t>& ids);
/// "2", or "1 to 3" where partitions differ.
std::string replication_factor(const Assignment& replicas);
/// "Topic:orders"; "Topic:orders* (prefixed)".
std::string acl_resource(const KafkaZnode& znode);
/// "user alice, client app", "the default user", "IP 10.0.0.1": whom a quota or a credential is for.
std::string entity_words(const KafkaZnode& znode);

/// True for the quotas of users, clients and ips.
bool is_quota(std::string_view key);
/// True for "SCRAM-SHA-256" and its like.
bool is_scram(std::string_view key);

}  // namespace arkive::kafka
