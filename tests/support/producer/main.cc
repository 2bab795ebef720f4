// record_producer: records that a test can know, topics and groups for it. For tests; never installed.
#include <cstdio>
#include <string>
#include <vector>

#include "stores/core/interrupt.h"
#include "tests/support/producer/command_line.h"

namespace {

int report(const arkive::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.what.c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "hint: %s\n", error.hint.c_str());
  return error.outcome == arkive::Outcome::kUsage ? 2 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  arkive::watch_for_interrupts();
  const auto command = arkive::producer::parse(std::vector<std::string>(argv + 1, argv + argc));
  if (!command) return report(command.error());
  const auto done = (*command)();
  if (!done) return report(done.error());
  return 0;
}
