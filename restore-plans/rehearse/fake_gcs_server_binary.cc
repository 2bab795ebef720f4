#include "restore-plans/rehearse/fake_gcs_server_binary.h"

#include "restore-plans/rehearse/go_program.h"

namespace arkive::rehearse {

namespace {

GoProgram program() {
  return {.name = "fake-gcs-server",
          .title = "fake-gcs-server",
          .module = "github.com/fsouza/fake-gcs-server",
          .version = fake_gcs_server_version(),
          .go_minor = 26,
          .probe = "-help"};
}

}  // namespace

std::string fake_gcs_server_version() {
  return "v1.56.1";
}

Result<std::string> find_fake_gcs_server() {
  return find_program(program());
}

Result<std::string> require_fake_gcs_server(Deadline deadline) {
  return require_program(program(), deadline);
}

}  // namespace arkive::rehearse
