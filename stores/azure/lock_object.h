/// The blob of a lock, as a lease reads and writes it.
#pragma once

#include <memory>
#include <string>

#include "stores/azure/connection.h"
#include "stores/remote/conditional_object.h"

namespace arkive::azure {

std::unique_ptr<const remote::ConditionalObject> lock_object(std::shared_ptr<const Connection> connection,
                                                             std::string key);

}  // namespace arkive::azure
