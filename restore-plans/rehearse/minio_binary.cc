#include "restore-plans/rehearse/minio_binary.h"

#include "restore-plans/rehearse/go_program.h"

namespace arkive::rehearse {

namespace {

/// The last state of its source that was published.
GoProgram program() {
  return {.name = "minio",
          .title = "MinIO",
          .module = "github.com/minio/minio",
          .version = minio_version(),
          .go_minor = 24,
          .probe = "--version"};
}

}  // namespace

std::string minio_version() {
  return "v0.0.0-20260212201848-7aac2a2c5b7c";
}

Result<std::string> find_minio() {
  return find_program(program());
}

Result<std::string> require_minio(Deadline deadline) {
  return require_program(program(), deadline);
}

}  // namespace arkive::rehearse
