/// The program Azurite: fetched once with npm, and kept outside the checkout.
///
/// <cache_directory()>/azurite/<version>/ is what npm made of it; it is put there whole, by a rename.
#pragma once

#include <string>

#include "restore-plans/rehearse/node.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// "3.33.0", which reports nothing to its makers.
std::string azurite_version();

struct Azurite {
  Node node;
  std::string program;  ///< the script of its blob service
};

/// kNotFound when it has not been fetched yet: no start of a server begins that by itself.
Result<Azurite> find_azurite(Deadline deadline);

/// As find_azurite, but fetches it when it is not there, with what it needs (120 MB). Two processes do not
/// fetch at once: the second waits. kNotFound when there is no way to a Node.js, kRetry when the network
/// failed.
Result<Azurite> require_azurite(Deadline deadline);

}  // namespace arkive::rehearse
