/// A server's answers, as a restore judges and words them.
#pragma once

#include <string>

#include "zk/client/session.h"

namespace arkive::zk {

/// The session's connection went while the request was on its way: nobody knows whether it was carried out.
bool is_lost(Answer answer);
/// Why a znode could not be created.
std::string refusal_text(Answer answer);
/// Why an existing znode could not be changed.
std::string meanwhile_text(Answer answer);

}  // namespace arkive::zk
