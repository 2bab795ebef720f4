/// Uploads of objects of any size: "resumable" ones, whose pieces go one after the other.
#pragma once

#include <memory>
#include <string>

#include "stores/gcs/connection.h"
#include "stores/remote/lease.h"
#include "stores/remote/object_server.h"
#include "stores/remote/parts_under_way.h"
#include "stores/store.h"

namespace arkive::gcs {

/// Memory: one piece, and the one on its way. An object of less than a piece is one request. Uploads that are
/// not finished are removed by the server itself, a week later.
std::unique_ptr<ObjectWriter> begin_upload(std::shared_ptr<const Connection> connection,
                                           std::shared_ptr<remote::PartsUnderWay> parts, std::string key,
                                           remote::AskValidity ask_validity, Deadline deadline);

/// One request that puts a whole object, with its checksum: the server takes no other bytes. `over`: as
/// remote::NewObject. Status 200, or 412 for a condition that does not hold.
Result<http::Response> put_object(const Connection& connection, const remote::NewObject& object,
                                  const std::string& storage_class, Deadline deadline);

}  // namespace arkive::gcs
