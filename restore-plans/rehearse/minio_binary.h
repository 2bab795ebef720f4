/// The program MinIO: built once from its source with Go, and kept outside the checkout.
///
/// <cache_directory()>/minio/<version>/minio is the program; it is put there whole, by a rename.
#pragma once

#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// The version of the Go module that is built: "v0.0.0-20260212201848-7aac2a2c5b7c".
std::string minio_version();

/// The path of the program. kNotFound when it has not been built yet: a build takes minutes, so that no start
/// of a server begins one by itself.
Result<std::string> find_minio();

/// As find_minio, but builds it when it is not there: some minutes on two processors. The Go for it is that
/// of PATH or, when that is missing or too old, one that is brought and removed again; its own caches stay.
/// Two processes do not build at once: the second waits. kNotFound when there is no way to a Go, kRetry when
/// the network failed.
Result<std::string> require_minio(Deadline deadline);

}  // namespace arkive::rehearse
