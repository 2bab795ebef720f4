#include "restore-plans/plan/plan.h"

#include <memory>
#include <optional>
#include <utility>

#include "kafka/recovery/archived_producers.h"
#include "restore-plans/plan/make_plan.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/progress.h"
#include "stores/core/time.h"
#include "tools/arkive/backup_in_hand.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/observing.h"
#include "tools/arkive/output.h"
#include "tools/arkive/output_file.h"
#include "tools/arkive/version.h"

namespace arkive::tools {
namespace {

namespace plans = restore_plans;

Result<plans::Plan> read_plan_file(const std::string& path) {
  ARKIVE_ASSIGN(const std::string text, read_file(path));
  auto plan = plans::Plan::from_json(text);
  if (!plan) return fail(plan.error().within("'" + printable(path) + "'"));
  return plan;
}

Result<ExitStatus> compare(const std::vector<std::string>& paths) {
  ARKIVE_ASSIGN(const plans::Plan earlier, read_plan_file(paths.front()));
  ARKIVE_ASSIGN(const plans::Plan later, read_plan_file(paths.back()));
  const std::vector<std::string> lines = plans::plan_differences(earlier, later);
  for (const std::string& line : lines) print_line(line);
  if (lines.empty()) print_line("the two plans do the same");
  return kWhole;
}

Result<plans::Observation> observation_of(const PlanOptions& options) {
  if (options.observation.empty()) return look(options.observe);
  ARKIVE_ASSIGN(const std::string text, read_file(options.observation));
  auto seen = plans::Observation::from_json(text);
  if (!seen) return fail(seen.error().within("read '" + printable(options.observation) + "'"));
  return seen;
}

}  // namespace

Result<ExitStatus> run_plan(const PlanOptions& options, const CommonOptions& common) {
  if (!options.diff.empty()) return compare(options.diff);
  if (options.from.from.empty())
    return fail(Outcome::kUsage, "plan a restore: no backup is named", "say --from STORE or --from git:PATH");
  ARKIVE_TRY(zk::check_path(options.path));
  ARKIVE_TRY(parse_globs(options.overwrite));
  OpenedBackup inputs;
  ARKIVE_TRY(open_backup(options.from, options.topics_from, inputs));
  ARKIVE_ASSIGN(const plans::Observation seen, observation_of(options));
  std::vector<Missing> unreadable;
  inputs.backup.highest_producer_id = [&]() -> Result<std::int64_t> {
    std::uint64_t bytes = 0;
    for (const kafka::ArchivedTopic& topic : inputs.backup.topics) bytes += topic.bytes();
    Progress progress(common.quiet || common.json ? ProgressStyle::kNone : default_progress_style(),
                      "look for producers", bytes, ProgressUnit::kBytes);
    return kafka::highest_archived_producer_id(*inputs.archive->store, inputs.archive->cluster,
                                               inputs.backup.topics, Deadline::never(), &unreadable,
                                               [&](std::uint64_t read) { progress.add(read); });
  };
  plans::PlanOptions how;
  how.path = options.path;
  how.overwrite = options.overwrite;
  how.make_missing_topics = options.make_missing_topics;
  how.seed = options.seed;
  how.acl = options.acl;
  how.arkive_version = std::string(version());
  how.now = wall_clock_now();
  if (!options.scenario.empty()) how.scenario = plans::parse_scenario(options.scenario);
  ARKIVE_ASSIGN(plans::Plan plan, plans::make_plan(inputs.backup, seen, how));
  for (const Missing& one : unreadable)
    plan.notes.push_back(
        {kafka::RecoveryNote::Kind::kLoses, one.object,
         "is damaged in the archive and is not seeded: " + one.cause,
         "mend the store from a copy of it (arkive verify names the files), and plan again"});
  const std::string document = plan.to_json();
  if (!options.output.empty()) {
    ARKIVE_ASSIGN(OutputFile file, OutputFile::open(options.output));
    ARKIVE_TRY(file.write(document));
    ARKIVE_TRY(file.finish());
  }
  if (common.json) {
    print(document);
  } else if (options.markdown) {
    print(plans::plan_markdown(plan));
  } else if (!common.quiet) {
    print(plans::plan_text(plan));
    if (!options.output.empty() && !plan.steps.empty())
      print_line("plan: " + printable(options.output) +
                 (plan.may_be_applied() ? "; arkive apply carries it out" : ""));
  }
  return plan.may_be_applied() ? kWhole : kGateRefused;
}

}  // namespace arkive::tools
