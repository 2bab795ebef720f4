/// Uploads of objects of any size, in parts that are sent side by side.
#pragma once

#include <memory>
#include <string>

#include "stores/remote/lease.h"
#include "stores/remote/parts_under_way.h"
#include "stores/s3/connection.h"
#include "stores/s3/kept_as_asked.h"
#include "stores/store.h"

namespace arkive::s3 {

/// Memory: one part, and those on their way. An object of less than a part is one request.
std::unique_ptr<ObjectWriter> begin_upload(std::shared_ptr<const Connection> connection,
                                           std::shared_ptr<remote::PartsUnderWay> parts,
                                           std::shared_ptr<const KeptAsAsked> kept_as_asked, std::string key,
                                           remote::AskValidity ask_validity, Deadline deadline);

/// Removes the uploads of this store that were begun more than `age` ago and neither finished nor given up;
/// how many.
Result<std::size_t> remove_unfinished_uploads(const Connection& connection, std::chrono::milliseconds age,
                                              Deadline deadline);

}  // namespace arkive::s3
