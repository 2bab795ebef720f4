/// What a person wants to see of Kafka's tree at a glance. Internal to kafka/znodes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "zk/tree.h"

namespace arkive::kafka {

/// As zk::Application::overview. Counts that are 0 are left out, except topics and ACLs; what a restore would
/// stumble over stands at the end, each name beginning with "warning".
std::vector<std::pair<std::string, std::string>> overview(const zk::Tree& tree, std::string_view root);

}  // namespace arkive::kafka
