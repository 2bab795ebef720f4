/// One line for a commit message. Internal to kafka/znodes.
#pragma once

#include <span>
#include <string>

#include "zk/application.h"

namespace arkive::kafka {

/// As zk::Application::summarise: "2 topics created, 1 ACL removed on Topic:orders". What does not fit is
/// counted.
std::string summarise(std::span<const zk::Sentence> sentences);

}  // namespace arkive::kafka
