#include "tools/arkive/command_line.h"

#include "tools/arkive/command_declaring_internal.h"
#include "tools/arkive/documentation.h"
#include "tools/arkive/nearest.h"
#include "tools/arkive/output.h"
#include "tools/arkive/version.h"

namespace arkive::tools {

struct CommandLine::Values : CommandValues {};

CommandLine::CommandLine() : values_(std::make_unique<Values>()), app_(std::make_unique<CLI::App>()) {
  declare();
}
CommandLine::~CommandLine() = default;

void CommandLine::declare() {
  CLI::App& app = *app_;
  CommonOptions& common = values_->request.common;
  app.name("arkive");
  app.description(
      "backs up the zoo: ZooKeeper's znode tree and Kafka's topics into directories, buckets and git, and "
      "back");
  app.set_help_flag("-h,--help", "print this help");
  app.set_version_flag(
      "--version", [] { return version_text(); }, "print the version, the libraries and the features");
  app.add_flag("-q,--quiet", common.quiet, "print only warnings and errors");
  app.add_flag("-v,--verbose", common.verbose, "print what is being done, for finding faults");
  app.add_option("--log-format", common.log_format, "how messages on standard error look")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->default_str("text");
  add_duration(
      app, "--deadline", common.deadline, "none",
      "when the command has to have ended: it stops as at a signal, and a second later wherever it is");
  app.require_subcommand(1);
  app.fallthrough();

  Declaring declaring{app, *values_};
  declare_backups(declaring);
  declare_readings(declaring);
  declare_restores(declaring);
  declare_plans(declaring);
  declare_keys(declaring);
  {
    CLI::App* command =
        subcommand(app, "documentation", "write man pages, the command line's page, or completions");
    command->group("");  // for the build, not for users
    DocumentationOptions& o = values_->documentation;
    command->add_option("FORM", o.form, "man, markdown, bash or json")
        ->required()
        ->check(CLI::IsMember({"man", "markdown", "bash", "json"}));
    command->add_option("DIRECTORY", o.directory, "where to write it")->required();
    command->callback([this, &o] {
      values_->request.action = [this, &o]() -> Result<ExitStatus> { return write_documentation(*app_, o); };
    });
  }
}

Result<Request> CommandLine::parse(const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app_->parse(reversed);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* deepest = app_.get();
    while (!deepest->get_subcommands().empty()) deepest = deepest->get_subcommands().front();
    values_->request.action = [deepest]() -> Result<ExitStatus> {
      print(help_text(*deepest));
      return kWhole;
    };
  } catch (const CLI::CallForVersion&) {
    values_->request.action = []() -> Result<ExitStatus> {
      print(version_text());
      return kWhole;
    };
  } catch (const CLI::ParseError& error) {
    return fail(usage_error(*app_, error, arguments));
  }
  return values_->request;
}

}  // namespace arkive::tools
