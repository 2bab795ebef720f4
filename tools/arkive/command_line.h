/// The command line, declared once: parser, help, man pages, completions and docs/command-line.md all come
/// from it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "stores/core/result.h"
#include "tools/arkive/exit_status.h"
#include "tools/arkive/options.h"

namespace CLI {
class App;
}

namespace arkive::tools {

/// What is to be done after parsing.
struct Request {
  CommonOptions common;
  std::function<Result<ExitStatus>()> action;
};

/// Owns the declaration and the options it fills.
class CommandLine {
 public:
  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Help and version become actions that print. kUsage names the option and, when one is near, what may have
  /// been meant.
  Result<Request> parse(const std::vector<std::string>& arguments);
  const CLI::App& declaration() const { return *app_; }

 private:
  void declare();
  struct Values;
  std::unique_ptr<Values> values_;
  std::unique_ptr<CLI::App> app_;
};

}  // namespace arkive::tools
