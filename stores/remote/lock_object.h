/// The object of a lock, as a lease reads and writes it.
#pragma once

#include <memory>
#include <string>

#include "stores/remote/conditional_object.h"
#include "stores/remote/object_server.h"

namespace arkive::remote {

/// `key`: of the store.
std::unique_ptr<const ConditionalObject> lock_object(std::shared_ptr<const ObjectServer> server,
                                                     std::string key);

}  // namespace arkive::remote
