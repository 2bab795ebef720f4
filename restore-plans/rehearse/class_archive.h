/// Class archives: a server's classes as Java keeps them in memory, made once per set of jars and Java, so
/// that each later start and each run of a tool takes about half the time. Only a help: everything works
/// without.
#pragma once

#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// Makes the archive of the jars called `name` ("kafka-3.9.1") unless it is there: runs that server once,
/// ends it, and keeps what it had loaded beside its jars. Fetches jars that are missing. Two processes do not
/// do it at once.
Status prepare_classes(const std::string& name, Deadline deadline);

}  // namespace arkive::rehearse
