/// Printers that walk the one declaration of the command line: help, man pages, docs/command-line.md,
/// completions, JSON.
#pragma once

#include <string>

#include "stores/core/result.h"
#include "tools/arkive/exit_status.h"
#include "tools/arkive/options.h"

namespace CLI {
class App;
}

namespace arkive::tools {

/// The help of one command, 100 columns at most.
std::string help_text(const CLI::App& command);

/// Writes pages of the form asked for into a directory: man (arkive.1, arkive-dump.1, ...), markdown
/// (command-line.md), bash (arkive.bash), json (command-line.json).
Result<ExitStatus> write_documentation(const CLI::App& app, const DocumentationOptions& options);

}  // namespace arkive::tools
