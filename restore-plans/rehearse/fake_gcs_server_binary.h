/// The program fake-gcs-server: built once from its source with Go, and kept outside the checkout.
///
/// <cache_directory()>/fake-gcs-server/<version>/fake-gcs-server is the program; it is put there whole, by a
/// rename.
#pragma once

#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// The version of the Go module that is built: "v1.56.1".
std::string fake_gcs_server_version();

/// The path of the program. kNotFound when it has not been built yet: a build takes minutes, so that no start
/// of a server begins one by itself.
Result<std::string> find_fake_gcs_server();

/// As find_fake_gcs_server, but builds it when it is not there, as require_minio (minio_binary.h) does.
Result<std::string> require_fake_gcs_server(Deadline deadline);

}  // namespace arkive::rehearse
