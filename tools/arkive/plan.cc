#include "restore-plans/plan/plan.h"

#include <memory>
#include <optional>
#include <utility>

#include "kafka/archive/runs.h"
#include "kafka/backup/backup_facts.h"
#include "kafka/recovery/archived_producers.h"
#include "kafka/znodes/cluster_state.h"
#include "restore-plans/plan/make_plan.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/progress.h"
#include "stores/core/time.h"
#include "tools/arkive/archives.h"
#include "tools/arkive/backup_trees.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/observing.h"
#include "tools/arkive/output.h"
#include "tools/arkive/output_file.h"
#include "tools/arkive/repositories.h"
#include "tools/arkive/version.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::tools {
namespace {

namespace plans = restore_plans;

std::string without_reference(const std::string& from, const RepositoryName& name) {
  return name.reference.empty() ? from : from.substr(0, from.size() - name.reference.size() - 1);
}

/// A backup as a plan needs it, with what keeps it alive.
struct Inputs {
  std::optional<OpenedRun> run;
  plans::LoadedTree tree;
  std::optional<OpenedArchive> archive;
  plans::BackupInHand backup;
};

/// Brokers that were registered when the tree was dumped.
std::vector<plans::ObservedBroker> brokers_of(const plans::LoadedTree& loaded) {
  std::vector<plans::ObservedBroker> brokers;
  const std::vector<std::string> roots = kafka::kafka_roots(*loaded.tree);
  if (roots.empty()) return brokers;
  zk::Reading reading;
  reading.ephemerals = loaded.source.ephemerals;
  for (const kafka::RegisteredBroker& broker : kafka::cluster_state(reading, roots.front()).brokers)
    brokers.push_back({broker.id, broker.host, broker.port});
  return brokers;
}

Status open_tree(const PlanOptions& options, Inputs& inputs) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, true));
  auto opened = open_from(options.from, Need::kWholeTree);
  if (!opened) {
    // A store with topics alone is a backup too.
    const bool topics_only = name.kind == RepositoryName::Kind::kDirectory &&
                             opened.error().outcome == Outcome::kNotFound && options.topics_from.empty();
    return topics_only ? ok() : fail(std::move(opened).error());
  }
  inputs.run = std::move(*opened);
  const Manifest& run = inputs.run->run->manifest();
  if (run.tree.location.empty()) {
    inputs.run.reset();
    return ok();
  }
  ARKIVE_ASSIGN(inputs.tree, load_tree(*inputs.run->run, "/", {}, {}));
  plans::BackupInHand& backup = inputs.backup;
  backup.tree = inputs.tree.tree.get();
  ARKIVE_ASSIGN(backup.tree_facts, zk::DumpFacts::from_json(run.facts));
  backup.redacted = run.redacted;
  backup.unknown_acls = inputs.tree.source.masked_acls.size();
  backup.brokers = brokers_of(inputs.tree);
  backup.where.tree_from = without_reference(options.from.from, name);
  backup.where.tree_run = run.id;
  backup.where.cluster = inputs.run->cluster;
  backup.where.tree_taken = run.started;
  backup.where.zxid_last = backup.tree_facts.zxid_last;
  backup.where.span_began = run.started;
  backup.where.span_ended = run.finished;
  if (!zk::tree_is_whole(run)) backup.not_whole = "run " + run.id + " lacks parts of the tree";
  return ok();
}

Status open_topics(const PlanOptions& options, Inputs& inputs) {
  FromOptions from = options.from;
  const bool own = !options.topics_from.empty();
  if (own) from.from = options.topics_from;
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from.from, true));
  if (name.kind == RepositoryName::Kind::kGit) {
    if (!own) return ok();
    return fail(Outcome::kUsage,
                "plan with --topics-from " + printable(from.from) + ": a git history has no topics",
                "name a store");
  }
  // One cut of both, where the run of the tree is a whole backup.
  if (!own && inputs.run && !inputs.run->run->manifest().logs.location.empty())
    from.from = without_reference(from.from, name) + "@" + inputs.run->run->manifest().id;
  auto archive = open_archive(from);
  if (!archive) {
    const bool none = archive.error().outcome == Outcome::kNotFound && !own && inputs.run;
    return none ? ok() : fail(std::move(archive).error());
  }
  inputs.archive = std::move(*archive);
  plans::BackupInHand& backup = inputs.backup;
  backup.archive = &inputs.archive->index;
  for (const kafka::ArchiveIndex::Topic& topic : inputs.archive->index.topics) {
    if (inputs.archive->index.find(topic.name) != &topic) continue;
    ARKIVE_ASSIGN(kafka::ArchivedTopic read,
                  kafka::read_topic(*inputs.archive->store, topic, Deadline::never()));
    backup.topics.push_back(std::move(read));
  }
  const Manifest& run = inputs.archive->run;
  backup.where.topics_from = without_reference(from.from, name);
  if (const auto at = backup.where.topics_from.rfind('@' + run.id); at != std::string::npos)
    backup.where.topics_from.resize(at);
  backup.where.topics_run = run.id;
  if (backup.where.cluster.empty()) backup.where.cluster = inputs.archive->cluster;
  backup.where.topics_taken = inputs.archive->index.cut_began;
  if (backup.where.span_began == 0) backup.where.span_began = run.started;
  backup.where.span_ended = std::max(backup.where.span_ended, inputs.archive->index.cut_ended);
  if (auto facts = kafka::BackupFacts::from_json(run.facts)) backup.rates = facts->rates;
  if (!run.whole)
    backup.not_whole += (backup.not_whole.empty() ? "" : "; ") + std::string("run ") + run.id + " lacks " +
                        std::to_string(run.missing_count) + " things (arkive show names them)";
  return ok();
}

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
  Inputs inputs;
  ARKIVE_TRY(open_tree(options, inputs));
  ARKIVE_TRY(open_topics(options, inputs));
  ARKIVE_ASSIGN(const plans::Observation seen, observation_of(options));
  inputs.backup.highest_producer_id = [&]() -> Result<std::int64_t> {
    std::uint64_t bytes = 0;
    for (const kafka::ArchivedTopic& topic : inputs.backup.topics) bytes += topic.bytes();
    Progress progress(common.quiet || common.json ? ProgressStyle::kNone : default_progress_style(),
                      "look for producers", bytes, ProgressUnit::kBytes);
    return kafka::highest_archived_producer_id(*inputs.archive->store, inputs.archive->cluster,
                                               inputs.backup.topics, Deadline::never(),
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
  ARKIVE_ASSIGN(const plans::Plan plan, plans::make_plan(inputs.backup, seen, how));
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
