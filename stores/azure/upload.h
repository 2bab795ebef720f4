/// Uploads of blobs of any size, in blocks that are sent side by side.
#pragma once

#include <memory>
#include <string>

#include "stores/azure/connection.h"
#include "stores/remote/lease.h"
#include "stores/remote/parts_under_way.h"
#include "stores/store.h"

namespace arkive::azure {

/// Memory: one block, and those on their way. A blob of less than a block is one request. Blocks of an upload
/// that is given up are removed by Azure itself, a week later.
std::unique_ptr<ObjectWriter> begin_upload(std::shared_ptr<const Connection> connection,
                                           std::shared_ptr<remote::PartsUnderWay> parts, std::string key,
                                           remote::AskValidity ask_validity, Deadline deadline);

/// The server made the blob, and says no checksum but `md5`; kFail otherwise.
Status check_written(const Connection& connection, const std::string& key, const http::Response& response,
                     const std::string& md5);

}  // namespace arkive::azure
