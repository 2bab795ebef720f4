/// Servers that are programs of Go: built once from their source, and kept outside the checkout. Internal to
/// rehearse.
#pragma once

#include <string>

#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

struct GoProgram {
  std::string name;     ///< "minio": the program, its folder in the cache, its word of tools/fetch-servers
  std::string title;    ///< "MinIO", for messages
  std::string module;   ///< "github.com/minio/minio"
  std::string version;  ///< of the module
  int go_minor = 0;     ///< it wants Go 1.x
  std::string probe;    ///< "--version": an option with which it ends at once, with status 0
};

/// The path of the program. kNotFound when it has not been built yet.
Result<std::string> find_program(const GoProgram& program);

/// As find_program, but builds it when it is not there: some minutes on two processors. The Go for it is that
/// of PATH or, when that is missing or too old, one that is brought and removed again; its own caches stay.
/// Two processes do not build at once: the second waits. kNotFound when there is no way to a Go, kRetry when
/// the network failed.
Result<std::string> require_program(const GoProgram& program, Deadline deadline);

}  // namespace arkive::rehearse
