/// The XML of Azure Blob Storage: what it answers, and what it is told. Nothing in it is trusted: whatever
/// has not the expected form is kCorrupt. (Azure Storage REST reference, the operations named below.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"
#include "stores/http/client.h"
#include "stores/remote/object_server.h"
#include "stores/remote/part_upload.h"

namespace arkive::azure {

/// <Error>, and x-ms-error-code. Empty where the server says neither.
struct ServerError {
  std::string code;
  std::string message;  ///< its first line
  std::string detail;   ///< why a signature is not good; may quote what was sent
};
ServerError read_error(const http::Response& response);

/// List Blobs, without a delimiter: no directories, which accounts with a hierarchical namespace have. The
/// next page is told by its marker.
Result<remote::KeyPage> read_list(std::string_view xml);

/// The body of Put Block List: the ids of all blocks, the first one first.
std::string block_list(const std::vector<remote::SentPart>& blocks);

}  // namespace arkive::azure
