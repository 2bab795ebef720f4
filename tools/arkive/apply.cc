#include "restore-plans/apply/apply.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "restore-plans/apply/live_surroundings.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/core/process.h"
#include "tools/arkive/backup_trees.h"
#include "tools/arkive/cluster_doors.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/log_sources.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/places/repositories.h"

namespace arkive::tools {
namespace {

namespace plans = restore_plans;

std::string_view state_name(plans::StepOutcome::State state) {
  switch (state) {
    case plans::StepOutcome::State::kDone:
      return "done";
    case plans::StepOutcome::State::kDoneBefore:
      return "done before";
    case plans::StepOutcome::State::kHeldAlready:
      return "was so already";
    case plans::StepOutcome::State::kWouldBeDone:
      return "would be done";
  }
  return "";
}

class ApplyCommand {
 public:
  ApplyCommand(const ApplyOptions& options, const CommonOptions& common)
      : options_(options), common_(common) {}

  Result<ExitStatus> run() {
    auto read = read_file(options_.plan);
    if (!read)
      return fail(Error{read.error().outcome, read.error().what, "arkive plan -o FILE writes a plan"});
    const std::string text = std::move(*read);
    auto plan = plans::Plan::from_json(text);
    if (!plan) return fail(plan.error().within("'" + printable(options_.plan) + "'"));
    plan_ = std::move(*plan);
    if (plan_.steps.empty()) {
      say("nothing to do: the plan has no steps");
      return kWhole;
    }
    ARKIVE_ASSIGN(plans::LiveDoors doors, make_doors());
    std::optional<plans::ApplyJournal> journal;
    if (!options_.dry_run) {
      ARKIVE_ASSIGN(plans::ApplyJournal opened,
                    plans::ApplyJournal::open(options_.plan + ".journal", plan_.id, hex(sha256(text))));
      journal.emplace(std::move(opened));
      ARKIVE_TRY(make_directories(options_.plan + ".state"));
    }
    plans::ApplyOptions how;
    how.dry_run = options_.dry_run;
    how.yes = options_.yes;
    how.done = {options_.done.begin(), options_.done.end()};
    how.gate_wait = options_.gate_wait;
    ARKIVE_TRY(check_done(how.done));
    const auto surroundings = plans::live_surroundings(std::move(doors), plan_);
    const auto report = plans::apply(plan_, journal ? &*journal : nullptr, *surroundings, how);
    const Result<ExitStatus> result =
        report ? Result<ExitStatus>(tell(*report)) : Result<ExitStatus>(fail(report.error()));
    if (!options_.dry_run) write_down(result);
    return result;
  }

 private:
  void say(const std::string& line) const {
    if (common_.json || common_.quiet) return;
    print_line(line);
    std::cout.flush();
  }

  Status check_done(const std::set<std::string>& done) const {
    for (const std::string& id : done) {
      const bool there = std::ranges::any_of(plan_.steps, [&](const plans::Step& step) {
        return step.id == id && step.kind == plans::StepKind::kOnHost;
      });
      if (!there)
        return fail(Outcome::kUsage,
                    "apply with --done " + printable(id) + ": the plan has no such step on hosts");
    }
    return ok();
  }

  Result<plans::LiveDoors> make_doors() {
    plans::LiveDoors doors;
    ZooKeeperOptions zookeeper = options_.zk;
    if (zookeeper.connect.empty()) zookeeper.connect = plan_.observation.zookeeper.address;
    doors.has_zookeeper = !zookeeper.connect.empty();
    if (doors.has_zookeeper) {
      ARKIVE_ASSIGN(doors.zookeeper, connect_options(zookeeper));
    }
    doors.kafka_address = options_.kafka.bootstrap;
    ARKIVE_ASSIGN(const kafka::ClientProperties properties, properties_of(options_.kafka));
    give_clients(options_.kafka, properties, doors);
    doors.load_tree = [this, identities = doors.zookeeper.identities]() -> Result<plans::LoadedTree> {
      ARKIVE_ASSIGN(const OpenedRun opened, open_tree());
      return load_tree(*opened.run, plan_.path, plan_.acl, identities);
    };
    doors.dump_before = [this](const zk::ConnectOptions& target) -> Status {
      ARKIVE_ASSIGN(const OpenedRun opened, open_tree());
      return dump_before(options_.dump_before, options_.key, opened, target, !common_.json && !common_.quiet);
    };
    doors.run_arkive = [this](const std::vector<std::string>& arguments) { return run_myself(arguments); };
    doors.hook = options_.hook;
    doors.state_directory = options_.plan + ".state";
    doors.packet_limit = static_cast<std::uint32_t>(options_.packet_limit);
    doors.say = [this](const std::string& line) { say(line); };
    doors.ask = [this](const std::string& question) { return ask(question); };
    return doors;
  }

  // The restores that it ran have records of their own; this is the one of what it did itself.
  void write_down(const Result<ExitStatus>& result) const {
    const bool has_tree = !plan_.backup.tree_from.empty();
    const std::string& from = has_tree ? plan_.backup.tree_from : plan_.backup.topics_from;
    const auto name = RepositoryName::parse(from, false);
    if (!name) return;
    proof::Record record = new_record("apply", plan_.backup.cluster, "plan " + plan_.id, {});
    record.runs.push_back({has_tree ? plan_.backup.tree_run : plan_.backup.topics_run});
    record.outcome = outcome_of(result);
    write_history(*name, options_.key, std::move(record), nullptr);
  }

  Result<OpenedRun> open_tree() const {
    return open_from({plan_.backup.tree_from + "@" + plan_.backup.tree_run, plan_.backup.cluster,
                      options_.key, options_.public_key},
                     Need::kAnything);
  }

  Result<int> run_myself(const std::vector<std::string>& arguments) const {
    Command command;
    command.arguments = {"/proc/self/exe"};
    command.with_hidden = true;  // it opens the same stores
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    if (!options_.kafka.command_config.empty())
      command.arguments.insert(command.arguments.end(), {"--command-config", options_.kafka.command_config});
    for (const auto& [option, value] : {std::pair{"--key-file", &options_.key.key_file},
                                        std::pair{"--key-command", &options_.key.key_command},
                                        std::pair{"--passphrase-file", &options_.key.passphrase_file}}) {
      if (!value->empty()) command.arguments.insert(command.arguments.end(), {option, *value});
    }
    if (!common_.store_settings.empty())
      command.arguments.insert(command.arguments.end(), {"--store-settings", common_.store_settings});
    if (!options_.public_key.empty() && arguments.front() == "restore")
      command.arguments.insert(command.arguments.end(), {"--public-key", options_.public_key});
    std::string words = "  arkive";
    for (const std::string& word : arguments) words += " " + printable(word);
    say(words);
    ARKIVE_ASSIGN(const Finished finished, run_process(command, Deadline::never()));
    if (!common_.json && !common_.quiet) print(finished.output);
    std::fputs(finished.error_output.c_str(), stderr);
    return finished.status;
  }

  bool ask(const std::string& question) const {
    if (::isatty(STDIN_FILENO) == 0) return false;
    std::cout << question << " [y/N] " << std::flush;
    std::string answer;
    if (!std::getline(std::cin, answer)) return false;
    return answer == "y" || answer == "yes";
  }

  ExitStatus tell(const plans::ApplyReport& report) const {
    if (common_.json) {
      print_json(json_of(report));
    } else if (!common_.quiet) {
      for (const plans::StepOutcome& step : report.steps)
        print_line(step.step + ": " + std::string(state_name(step.state)) +
                   (step.state == plans::StepOutcome::State::kDone ? " in " + human_duration(step.took)
                                                                   : std::string()));
      for (const plans::Deviation& one : report.deviations)
        print_line("not as planned: " + one.object + " " + one.what);
      if (report.finished)
        print_line(report.deviations.empty() ? "restored, and verified"
                                             : "restored; what is not as planned is named above");
    }
    if (report.refused) {
      report_error(*report.refused);
      return kGateRefused;
    }
    return report.deviations.empty() ? kWhole : kNotWhole;
  }

  static nlohmann::json json_of(const plans::ApplyReport& report) {
    nlohmann::json steps = nlohmann::json::array();
    for (const plans::StepOutcome& step : report.steps)
      steps.push_back(
          {{"step", step.step}, {"state", state_name(step.state)}, {"took_ms", step.took.count()}});
    nlohmann::json deviations = nlohmann::json::array();
    for (const plans::Deviation& one : report.deviations)
      deviations.push_back({{"object", one.object}, {"what", one.what}});
    nlohmann::json document = {{"steps", steps}, {"deviations", deviations}, {"finished", report.finished}};
    if (report.refused)
      document["refused"] = {{"what", report.refused->what}, {"hint", report.refused->hint}};
    return document;
  }

  const ApplyOptions& options_;
  const CommonOptions& common_;
  plans::Plan plan_;
};

}  // namespace

Result<ExitStatus> run_apply(const ApplyOptions& options, const CommonOptions& common) {
  return ApplyCommand(options, common).run();
}

}  // namespace arkive::tools
