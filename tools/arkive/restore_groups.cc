#include <nlohmann/json.hpp>
#include <optional>

#include "kafka/groups/commit_groups.h"
#include "kafka/groups/group_plan.h"
#include "kafka/replay/offset_map.h"
#include "stores/core/bytes.h"
#include "stores/core/log.h"
#include "stores/core/progress.h"
#include "tools/arkive/archives.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/log_sources.h"
#include "tools/arkive/output.h"
#include "tools/arkive/planned_groups.h"
#include "tools/arkive/store_history.h"
#include "tools/arkive/topic_globs.h"
#include "tools/places/repositories.h"

namespace arkive::tools {
namespace {

Result<std::optional<kafka::OffsetMap>> map_of(const RestoreGroupsOptions& options) {
  if (options.same_offsets) return std::nullopt;
  if (options.journal.empty()) {
    return fail(
        Outcome::kUsage, "restore groups: nothing says where their records are now",
        "after restore topics give its --journal; --same-offsets is for a cluster whose logs have the "
        "offsets of the archive, as after restore seed");
  }
  ARKIVE_ASSIGN(kafka::OffsetMap map, kafka::read_offset_map(options.journal));
  return map;
}

// The groups of the run that was replayed, unless another one is named.
Result<OpenedArchive> open_groups(const FromOptions& from, const std::optional<kafka::OffsetMap>& map) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from.from, true));
  FromOptions wanted = from;
  if (map && name.reference.empty() && !map->run.empty()) wanted.from += "@" + map->run;
  if (map && from.cluster.empty()) wanted.cluster = map->archive_cluster;
  return open_archive(wanted);
}

nlohmann::json report_json(const kafka::GroupReport& report) {
  nlohmann::json failed = nlohmann::json::array();
  for (const kafka::GroupFailure& failure : report.failed) {
    failed.push_back({{"group", failure.group}, {"reason", failure.what}});
  }
  return {{"groups", report.groups},
          {"offsets", report.offsets},
          {"failed", std::move(failed)},
          {"not_read_back", report.not_read_back},
          {"not_tried", report.not_tried}};
}

void print_report(const kafka::GroupReport& report) {
  for (const kafka::GroupFailure& failure : report.failed) {
    print_line("failed: " + printable(failure.group) + ": " + printable(failure.what));
  }
  print_line("restored: " + counted(report.groups, "group") + ", " + counted(report.offsets, "offset") +
             ", all read back");
  if (report.not_read_back > 0) {
    print_line(counted(report.not_read_back, "group") + " committed, and not read back");
  }
  if (report.not_tried > 0) print_line(counted(report.not_tried, "group") + " not tried");
}

Result<ExitStatus> restore_now(const RestoreGroupsOptions& options, const CommonOptions& common,
                               RestoreHistory& history) {
  kafka::GroupRestore restore;
  ARKIVE_ASSIGN(restore.groups, kafka::GroupGlobs::parse(options.groups));
  ARKIVE_ASSIGN(restore.excluded, kafka::GroupGlobs::parse(options.exclude));
  ARKIVE_ASSIGN(restore.overwrite, kafka::GroupGlobs::parse(options.overwrite));
  ARKIVE_ASSIGN(restore.topics, topic_globs(options.topics));
  ARKIVE_ASSIGN(const kafka::ClientProperties properties, properties_of(options.kafka));
  const std::string writer = reader_for(options.writer, properties);
  ARKIVE_ASSIGN(const std::optional<kafka::OffsetMap> map, map_of(options));
  ARKIVE_ASSIGN(const OpenedArchive archive, open_groups(options.from, map));
  restore.store = archive.store.get();
  restore.archive = &archive.index;
  restore.run = archive.run.id;
  restore.map = map ? &*map : nullptr;
  restore.patience = options.kafka.timeout;
  ARKIVE_ASSIGN(const auto source, open_log_source(writer, options.kafka, properties));
  const auto planned = kafka::plan_groups(restore, *source);
  if (!planned) return fail(with_hint_at_damage(planned.error()));
  const kafka::GroupPlan& plan = *planned;

  nlohmann::json document = {{"run", archive.run.id},
                             {"offsets", map ? "translated" : "same"},
                             {"dry_run", options.dry_run},
                             {"plan", plan_json(plan)}};
  const bool speak = !common.json && !common.quiet;
  if (speak) {
    print_line("from run " + archive.run.id + " (" + time_text(archive.run.started) + "), offsets " +
               (map ? "translated by " + printable(options.journal) : std::string("as they were")));
    print_plan(plan, options.dry_run);
  }
  if (options.dry_run) {
    if (common.json) print_json(document);
    return plan.is_complete() ? kWhole : kNotWhole;
  }
  ARKIVE_ASSIGN(const auto target, open_log_target(writer, options.kafka, properties));
  if (writer == "librdkafka") log_info("librdkafka commits the offsets: without leader epochs");
  Progress progress(common.quiet || common.json ? ProgressStyle::kNone : default_progress_style(),
                    "restore groups",
                    plan.count(kafka::GroupAction::kCommit) + plan.count(kafka::GroupAction::kOverwrite));
  history.took(archive.cluster, archive.run, "into " + options.kafka.bootstrap);
  const kafka::GroupReport report =
      kafka::commit_groups(plan, *source, *target, options.kafka.timeout, [&] { progress.add(1); });
  document["report"] = report_json(report);
  if (common.json) print_json(document);
  if (speak) print_report(report);
  if (report.ended) return fail(*report.ended);
  return plan.is_complete() && report.failed.empty() ? kWhole : kNotWhole;
}

}  // namespace

Result<ExitStatus> run_restore_groups(const RestoreGroupsOptions& options, const CommonOptions& common) {
  RestoreHistory history("restore groups", options.from);
  return history.ended(restore_now(options, common, history));
}

}  // namespace arkive::tools
