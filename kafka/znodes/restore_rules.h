/// What a restore leaves out of Kafka's tree, and why.
#pragma once

#include <string_view>

#include "zk/application.h"

namespace arkive::kafka {

/// As zk::Application::restore_rule: left out is what acts by itself on brokers that find it (orders,
/// notices, registrations). The directories of these are kept: Kafka expects them.
zk::RestoreRule restore_rule(std::string_view path, std::string_view root);

/// As zk::Application::makes_ephemeral: registrations, the controller, and what consumers before 0.9 keep.
bool makes_ephemeral(std::string_view path, std::string_view root);

}  // namespace arkive::kafka
