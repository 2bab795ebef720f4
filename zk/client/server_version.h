/// The version of a ZooKeeper server, by the four-letter word `srvr`. Internal to zk/client.
#pragma once

#include <string>

#include "stores/core/deadline.h"
#include "zk/client/connect_string.h"

namespace arkive::zk {

/// "3.8.4"; empty when the server does not tell (srvr is not on its whitelist, the port is closed, ...): it
/// is only told to people. Takes 1 s at most.
std::string server_version(const ServerAddress& server, Deadline deadline);

}  // namespace arkive::zk
