// services: throwaway ZooKeeper, Kafka, MinIO, Azurite and fake-gcs-server servers for the shell. A thin
// program on restore-plans/rehearse.
#include <sys/stat.h>

#include <cstdio>
#include <string>
#include <vector>

#include "stores/core/interrupt.h"
#include "tools/services/command_line.h"

namespace {

using arkive::Outcome;

int report(const arkive::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.what.c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "hint: %s\n", error.hint.c_str());
  if (error.outcome == Outcome::kUsage) return 2;
  return error.outcome == Outcome::kInterrupted ? 6 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(077);
  arkive::watch_for_interrupts();
  const auto command = arkive::tools::services::parse(std::vector<std::string>(argv + 1, argv + argc));
  if (!command) return report(command.error());
  const auto status = (*command)();
  if (!status) return report(status.error());
  if (std::fflush(stdout) != 0)
    return report({Outcome::kFail, "write to standard output: it could not be written", {}});
  return *status;
}
