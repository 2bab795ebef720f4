/// Node.js, in which Azurite runs, and the npm that fetches it. Internal to rehearse.
#pragma once

#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

struct Node {
  std::string program;    ///< "node", the absolute path
  std::string directory;  ///< where it and npm lie
};

/// The one in PATH, when it is 18 or later and npm is beside it; else the one that require_node() put below
/// `place`. kNotFound when there is neither.
Result<Node> find_node(const std::string& place, Deadline deadline);

/// As find_node, but brings one with pip when there is none: into a virtual environment at `place`, where it
/// stays. kNotFound when there is no way to one, kRetry when the network failed.
Result<Node> require_node(const std::string& place, Deadline deadline);

}  // namespace arkive::rehearse
