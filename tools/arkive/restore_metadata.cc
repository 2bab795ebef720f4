#include <algorithm>
#include <nlohmann/json.hpp>

#include "kafka/metadata/restore.h"
#include "kafka/wire/wire_log_source.h"
#include "kafka/wire/wire_metadata_admin.h"
#include "kafka/znodes/metadata_reader.h"
#include "stores/core/bytes.h"
#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/log_sources.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/arkive/topic_globs.h"
#include "tools/places/repositories.h"
#include "zk/dump/dump.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::tools {
namespace {

using kafka::MetadataAction;
using kafka::MetadataItem;
using kafka::MetadataPlan;
using kafka::MetadataRestore;

Result<std::vector<Glob>> item_globs(const std::vector<std::string>& texts) {
  std::vector<Glob> globs;
  for (const std::string& text : texts) {
    if (text.empty() || text.starts_with('/')) {
      return fail(Outcome::kUsage, "read glob '" + text + "': nothing has such a name",
                  "globs are over what --dry-run lists, for example 'topic/orders' or 'quota/**'");
    }
    ARKIVE_ASSIGN(Glob glob, Glob::parse(text));
    globs.push_back(std::move(glob));
  }
  return globs;
}

Result<kafka::MetadataOptions> metadata_options(const RestoreMetadataOptions& options) {
  kafka::MetadataOptions metadata;
  ARKIVE_ASSIGN(metadata.topics, topic_globs(options.topics));
  ARKIVE_ASSIGN(metadata.exclude_topics, topic_globs(options.exclude));
  ARKIVE_ASSIGN(metadata.overwrite, item_globs(options.overwrite));
  metadata.internal_topics = options.internal_topics;
  if (options.replication_factor > 0) {
    metadata.replication_factor = static_cast<std::int16_t>(options.replication_factor);
  }
  metadata.now = wall_clock_now();
  if (options.only.empty()) return metadata;
  const auto wants = [&](const char* part) {
    return std::find(options.only.begin(), options.only.end(), part) != options.only.end();
  };
  metadata.parts = {wants("topics"), wants("configs"), wants("acls"), wants("quotas")};
  return metadata;
}

Result<std::string> root_of(const zk::DumpFacts& facts, const RestoreMetadataOptions& options) {
  std::vector<std::string> roots;
  std::string shown;
  for (const zk::ApplicationAt& at : facts.applications_among(known_applications())) {
    if (at.application->name() != "kafka") continue;
    if (options.path.empty() || (at.root.empty() ? "/" : at.root) == options.path) roots.push_back(at.root);
    shown += (shown.empty() ? "'" : ", '") + (at.root.empty() ? "/" : at.root) + "'";
  }
  if (shown.empty()) {
    return fail(Outcome::kNotFound, "restore metadata: this dump holds no tree of Kafka",
                "arkive show tells what a run holds");
  }
  if (roots.size() != 1) {
    return fail(Outcome::kUsage,
                "restore metadata: the dump holds trees of Kafka at " + shown +
                    (roots.empty() ? ", none at '" + options.path + "'" : std::string()),
                "say with --path which one is meant");
  }
  return roots.front();
}

Result<kafka::ClusterMetadata> read_dump(const OpenedRun& opened, const RestoreMetadataOptions& options) {
  const RunReader& run = *opened.run;
  ARKIVE_ASSIGN(const zk::DumpFacts facts, zk::DumpFacts::from_json(run.manifest().facts));
  ARKIVE_ASSIGN(const std::string root, root_of(facts, options));
  ARKIVE_ASSIGN(const zk::Tree tree, zk::read_tree(run.tree(), &run.record(), root.empty() ? "/" : root));
  kafka::ClusterMetadata metadata = kafka::read_cluster_metadata(tree, root);
  ARKIVE_ASSIGN(const auto unreadable, zk::read_unreadable(run.record()));
  for (const zk::UnreadableZnode& znode : unreadable) {
    const std::string name = kafka::metadata_name_of(znode.path, root);
    if (!name.empty()) metadata.not_understood[name] = "the dump could not read it: " + znode.cause;
  }
  return metadata;
}

std::string item_line(const MetadataItem& item) {
  std::string line(kafka::metadata_action_name(item.action));
  line.resize(std::max<std::size_t>(line.size(), 16), ' ');
  line += "  " + printable(item.name);
  if (!item.what.empty()) line += ": " + printable(item.what);
  if (!item.reason.empty()) line += "  (" + printable(item.reason) + ")";
  return line;
}

std::string counts_text(const MetadataPlan& plan) {
  std::string text;
  for (const MetadataAction action : kafka::kAllMetadataActions) {
    const std::uint64_t count = plan.count(action);
    if (count == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " +
            std::string(kafka::metadata_action_name(action));
  }
  return text.empty() ? "nothing to do" : text;
}

void print_plan(const MetadataPlan& plan, bool every_item) {
  constexpr std::size_t kMost = 40;
  std::size_t printed = 0;
  std::size_t left = 0;
  for (const MetadataItem& item : plan.items) {
    const bool routine = item.action == MetadataAction::kCreate || item.action == MetadataAction::kSame ||
                         item.action == MetadataAction::kLeftOut;
    if (!every_item && routine) continue;
    if (!every_item && printed >= kMost) {
      ++left;
      continue;
    }
    ++printed;
    print_line(item_line(item));
  }
  if (left > 0) print_line("... and " + std::to_string(left) + " more (--dry-run lists all)");
  print_line("plan: " + counts_text(plan));
}

nlohmann::json plan_json(const MetadataPlan& plan) {
  nlohmann::json items = nlohmann::json::array();
  for (const MetadataItem& item : plan.items) {
    items.push_back({{"name", item.name},
                     {"action", kafka::metadata_action_name(item.action)},
                     {"what", item.what},
                     {"reason", item.reason}});
  }
  nlohmann::json counts = nlohmann::json::object();
  for (const MetadataAction action : kafka::kAllMetadataActions) {
    if (plan.count(action) > 0) counts[std::string(kafka::metadata_action_name(action))] = plan.count(action);
  }
  return {{"items", items},
          {"counts", counts},
          {"no_authorizer", plan.no_authorizer},
          {"complete", plan.complete()}};
}

nlohmann::json troubles_json(const std::vector<MetadataRestore::Trouble>& troubles) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& one : troubles)
    list.push_back({{"name", one.name}, {"what", one.what}, {"reason", one.reason}});
  return list;
}

nlohmann::json report_json(const MetadataRestore::Report& report) {
  return {{"created", report.created},
          {"overwritten", report.overwritten},
          {"failed", troubles_json(report.failed)},
          {"held_back", troubles_json(report.held_back)},
          {"differing", troubles_json(report.differing)}};
}

void print_troubles(const char* what, const std::vector<MetadataRestore::Trouble>& troubles) {
  for (const auto& one : troubles) {
    print_line(std::string(what) + ": " + printable(one.name) +
               (one.what.empty() ? "" : ": " + printable(one.what)) + ": " + printable(one.reason));
  }
}

Result<ExitStatus> restore_now(const RestoreMetadataOptions& options, const CommonOptions& common,
                               RestoreHistory& history) {
  ARKIVE_ASSIGN(kafka::MetadataOptions metadata, metadata_options(options));
  ARKIVE_ASSIGN(const kafka::ClientProperties properties, properties_of(options.kafka));
  ARKIVE_ASSIGN(const OpenedRun opened, open_from(options.from, Need::kWholeTree));
  const Manifest& run = opened.run->manifest();
  ARKIVE_ASSIGN(kafka::ClusterMetadata wanted, read_dump(opened, options));
  const Deadline deadline = Deadline::after(options.kafka.timeout);
  ARKIVE_ASSIGN(const auto source,
                kafka::open_wire_log_source(options.kafka.bootstrap, properties, deadline));
  ARKIVE_ASSIGN(const auto admin,
                kafka::open_wire_metadata_admin(options.kafka.bootstrap, properties, deadline));
  MetadataRestore restore(std::move(wanted), std::move(metadata), *source, *admin, options.kafka.timeout);
  ARKIVE_ASSIGN(const MetadataPlan plan, restore.plan());
  const bool speak = !common.json && !common.quiet;
  if (speak) {
    if (opened.newer_not_whole) {
      print_line("note: the newest run, " + opened.runs.back().id +
                 ", is not whole: the newest whole one is taken");
    }
    print_line("from run " + run.id + " (" + time_text(run.started) + (run.whole ? "" : ", not whole") +
               (run.redacted ? ", redacted" : "") + ")");
    print_plan(plan, options.dry_run);
  }
  if (options.dry_run) {
    if (common.json) print_json({{"run", run.id}, {"dry_run", true}, {"plan", plan_json(plan)}});
    return plan.complete() ? kWhole : kNotWhole;
  }
  history.took(opened.cluster, run, "into " + options.kafka.bootstrap);
  ARKIVE_ASSIGN(const MetadataRestore::Report report, restore.run(plan));
  if (common.json) {
    print_json(
        {{"run", run.id}, {"dry_run", false}, {"plan", plan_json(plan)}, {"report", report_json(report)}});
  }
  if (speak) {
    print_troubles("failed", report.failed);
    print_troubles("held back", report.held_back);
    print_troubles("differs after the restore", report.differing);
    print_line("restored: " + std::to_string(report.created) + " created, " +
               std::to_string(report.overwritten) + " overwritten, all read back" +
               (report.differing.empty() ? "" : " but those named"));
  }
  return plan.complete() && report.failed.empty() && report.held_back.empty() && report.differing.empty()
             ? kWhole
             : kNotWhole;
}

}  // namespace

Result<ExitStatus> run_restore_metadata(const RestoreMetadataOptions& options, const CommonOptions& common) {
  RestoreHistory history("restore metadata", options.from);
  return history.ended(restore_now(options, common, history));
}

}  // namespace arkive::tools
