/// The JSON of Google Cloud Storage: what it answers, and what it is told. Nothing in it is trusted: whatever
/// has not the expected form is kCorrupt. (Cloud Storage JSON API v1 reference: Objects, Status and error
/// codes.)
#pragma once

#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/http/client.h"
#include "stores/remote/object_server.h"

namespace arkive::gcs {

/// Empty where the text is none; a download is refused in plain text, whose first line is the message then.
struct ServerError {
  std::string reason;  ///< "rateLimitExceeded"
  std::string message;
};
ServerError read_error(const http::Response& response);

/// objects: list, without a delimiter, of the fields kListFields.
inline constexpr std::string_view kListFields = "nextPageToken,items(name,size)";
Result<remote::KeyPage> read_list(std::string_view json);

/// An object resource.
struct StoredResource {
  std::string generation = {};
  std::uint64_t size = 0;
  std::string md5 = {};  ///< Base64; empty: the server keeps none
};
Result<StoredResource> read_resource(std::string_view json);

/// The metadata of a new object. Empty values are left out.
std::string resource_of(const std::string& storage_class, const std::string& md5);

}  // namespace arkive::gcs
