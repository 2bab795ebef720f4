/// The object of a lock in a bucket, as a lease reads and writes it.
#pragma once

#include <memory>
#include <string>

#include "stores/remote/conditional_object.h"
#include "stores/s3/connection.h"

namespace arkive::s3 {

std::unique_ptr<const remote::ConditionalObject> lock_object(std::shared_ptr<const Connection> connection,
                                                             std::string key);

}  // namespace arkive::s3
