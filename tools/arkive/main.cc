// arkive: parses the command line, runs one command, turns its answer into an exit status.
#include <sys/prctl.h>
#include <sys/stat.h>

#include <cstdio>
#include <string>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/memory.h"
#include "stores/core/process.h"
#include "tools/arkive/command_line.h"
#include "tools/configuration/store_variables.h"
#include "tools/places/store_environments.h"

namespace {

using namespace arkive;
using namespace arkive::tools;

int run(const std::vector<std::string>& arguments) {
  CommandLine command_line;
  Result<Request> request = command_line.parse(arguments);
  if (!request) return report_error(request.error());
  const CommonOptions& common = request->common;
  configure_log(common.verbose ? LogLevel::kDebug
                : common.quiet ? LogLevel::kWarning
                               : LogLevel::kInfo,
                common.log_format == "json" ? LogFormat::kJson : LogFormat::kText);
  if (common.deadline.count() > 0) interrupt_after(common.deadline);
  if (!common.store_settings.empty()) {
    if (const Status taken = use_store_settings_file(common.store_settings); !taken)
      return report_error(taken.error());
  }
  const Result<ExitStatus> status = request->action();
  if (!common.store_settings.empty() && !store_settings_were_used()) {
    log_warning("'" + printable(common.store_settings) +
                "' names none of the stores that were opened: the environment set them up");
  }
  if (!status) return report_error(status.error());
  // A full disk or closed pipe under standard output must not look like success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return report_error({Outcome::kFail, "write to standard output: it could not be written", {}});
  }
  return *status;
}

}  // namespace

int main(int argc, char** argv) {
#ifndef __SANITIZE_ADDRESS__  // the leak checker has to look into the process
  // Secrets live in this process: no core dump, no reading of its memory by other processes of the same user.
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
  ::umask(077);
  hide_from_children(secret_variables());
  end_when_out_of_memory();
  watch_for_interrupts();
  return run(std::vector<std::string>(argv + 1, argv + argc));
}
