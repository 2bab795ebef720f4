/// Where in a tree Kafka's znodes stand. Internal to kafka/znodes.
#pragma once

#include <string>
#include <vector>

#include "zk/tree.h"

namespace arkive::kafka {

/// Looks at the root and three levels below it, where chroots stand. Ascending.
std::vector<std::string> find_roots(const zk::Tree& tree);

}  // namespace arkive::kafka
