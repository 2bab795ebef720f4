/// From options to what zk/ takes: connection, identities, selection. The applications arkive knows.
#pragma once

#include <span>

#include "tools/arkive/options.h"
#include "zk/application.h"
#include "zk/client/connect_string.h"
#include "zk/source.h"

namespace arkive::tools {

Result<zk::ConnectOptions> connect_options(const ZooKeeperOptions& options);
Result<zk::Selection> selection_of(const SelectionOptions& options);
Result<std::vector<Glob>> parse_globs(const std::vector<std::string>& texts);

/// Kafka; they live as long as the process.
std::span<const zk::Application* const> known_applications();

}  // namespace arkive::tools
