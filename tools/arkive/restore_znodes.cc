#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/log.h"
#include "stores/core/time.h"
#include "tools/arkive/backup_trees.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/arkive/store_history.h"
#include "tools/arkive/version.h"
#include "tools/places/repositories.h"
#include "zk/client/client_source.h"
#include "zk/dump/dump.h"
#include "zk/restore/restore.h"
#include "zk/restore/rights.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::tools {
namespace {

Result<std::vector<zk::ApplicationAt>> profile_of(const std::string& profile, const zk::DumpFacts& facts) {
  if (profile == "generic") return std::vector<zk::ApplicationAt>();
  const std::vector<zk::ApplicationAt> found = facts.applications_among(known_applications());
  if (profile == "auto") return found;
  std::vector<zk::ApplicationAt> wanted;
  for (const zk::ApplicationAt& at : found) {
    if (at.application->name() == profile) wanted.push_back(at);
  }
  if (wanted.empty()) {
    return fail(Outcome::kUsage,
                "restore with profile '" + profile + "': this dump holds no tree of " + profile,
                "leave --profile out, or say --profile generic");
  }
  return wanted;
}

std::string item_line(const zk::RestorePlan& plan, const zk::RestoreItem& item) {
  std::string line(zk::restore_action_name(item.action));
  line.resize(std::max<std::size_t>(line.size(), 17), ' ');
  line += "  " + printable(plan.path(item));
  if (!plan.reason(item).empty()) line += "  (" + printable(plan.reason(item)) + ")";
  return line;
}

constexpr zk::RestoreAction kAllActions[] = {
    zk::RestoreAction::kCreate,     zk::RestoreAction::kSame,     zk::RestoreAction::kKeep,
    zk::RestoreAction::kOverwrite,  zk::RestoreAction::kFinish,   zk::RestoreAction::kEphemeral,
    zk::RestoreAction::kUnreadable, zk::RestoreAction::kRedacted, zk::RestoreAction::kMaskedAcl,
    zk::RestoreAction::kDropped,    zk::RestoreAction::kTooLarge, zk::RestoreAction::kBlocked};

bool worth_a_line(zk::RestoreAction action) {
  return action != zk::RestoreAction::kCreate && action != zk::RestoreAction::kSame;
}

void print_plan(const zk::RestorePlan& plan, bool every_item) {
  constexpr std::size_t kMost = 40;
  std::size_t printed = 0;
  std::size_t left_out = 0;
  for (const zk::RestoreItem& item : plan.items) {
    if (!every_item && !worth_a_line(item.action)) continue;
    if (!every_item && printed >= kMost) {
      ++left_out;
      continue;
    }
    ++printed;
    print_line(item_line(plan, item));
  }
  if (left_out > 0) print_line("... and " + std::to_string(left_out) + " more (--dry-run lists all)");
  std::string counts;
  for (const zk::RestoreAction action : kAllActions) {
    const std::uint64_t count = plan.count(action);
    if (count == 0) continue;
    counts += (counts.empty() ? "" : ", ") + std::to_string(count) + " " +
              std::string(zk::restore_action_name(action));
  }
  print_line("plan: " + (counts.empty() ? "nothing to do" : counts));
  if (plan.sequence_steps > 0) {
    print_line("sequence counters take " + counted(plan.sequence_steps, "create and delete pair") +
               " (about 120,000 a second)");
  }
}

nlohmann::json plan_json(const zk::RestorePlan& plan) {
  nlohmann::json items = nlohmann::json::array();
  for (const zk::RestoreItem& item : plan.items) {
    items.push_back({{"path", plan.path(item)},
                     {"action", zk::restore_action_name(item.action)},
                     {"reason", plan.reason(item)}});
  }
  nlohmann::json counts = nlohmann::json::object();
  for (const zk::RestoreAction action : kAllActions) {
    if (plan.count(action) > 0) counts[std::string(zk::restore_action_name(action))] = plan.count(action);
  }
  return {{"items", items},
          {"counts", counts},
          {"sequence_steps", plan.sequence_steps},
          {"complete", plan.complete()}};
}

nlohmann::json failures_json(const std::vector<zk::RestoreFailure>& failures) {
  nlohmann::json list = nlohmann::json::array();
  for (const zk::RestoreFailure& failure : failures)
    list.push_back({{"path", failure.path}, {"reason", failure.reason}});
  return list;
}

nlohmann::json report_json(const zk::RestoreReport& report) {
  return {{"created", report.created},
          {"overwritten", report.overwritten},
          {"finished", report.finished},
          {"same", report.same},
          {"acls_set", report.acls_set},
          {"acls_verified", report.acls_verified},
          {"not_verifiable", report.not_verifiable},
          {"counters_set", report.counters_set},
          {"failed", failures_json(report.failed)},
          {"differing", failures_json(report.differing)}};
}

void print_report(const zk::RestoreReport& report) {
  for (const zk::RestoreFailure& failure : report.failed) {
    print_line("failed: " + printable(failure.path) + ": " + printable(failure.reason));
  }
  for (const zk::RestoreFailure& failure : report.differing) {
    print_line("differs after the restore: " + printable(failure.path) + ": " + printable(failure.reason));
  }
  std::string line = "restored: " + std::to_string(report.created) + " created, " +
                     std::to_string(report.overwritten) + " overwritten";
  if (report.finished > 0)
    line += ", " + std::to_string(report.finished) + " finished after an interrupted restore";
  if (report.same > 0)
    line += ", " + std::to_string(report.same) + " made identically by somebody else meanwhile";
  if (report.counters_set > 0) line += ", " + counted(report.counters_set, "sequence counter") + " set";
  print_line(line);
  if (report.not_verifiable > 0) {
    print_line(counted(report.not_verifiable, "znode") +
               " could not be read back by this session, as their ACL wants it");
  }
}

Result<ExitStatus> restore_now(const RestoreZnodesOptions& options, const CommonOptions& common,
                               RestoreHistory& history) {
  ARKIVE_TRY(zk::check_path(options.path));
  if (!options.onto.empty()) ARKIVE_TRY(zk::check_path(options.onto));
  ARKIVE_ASSIGN(const zk::ConnectOptions target, connect_options(options.zk));
  ARKIVE_ASSIGN(OpenedRun opened, open_from(options.from, Need::kWholeTree));
  const Manifest& run = opened.run->manifest();
  ARKIVE_ASSIGN(const zk::DumpFacts facts, zk::DumpFacts::from_json(run.facts));

  Progress progress(common.quiet || common.json ? ProgressStyle::kNone : default_progress_style(),
                    "restore znodes");
  zk::RestoreOptions restore;
  restore.path = options.path;
  restore.onto = options.onto;
  ARKIVE_ASSIGN(restore.overwrite, parse_globs(options.overwrite));
  ARKIVE_ASSIGN(restore.profile, profile_of(options.profile, facts));
  restore.packet_limit = static_cast<std::uint32_t>(options.packet_limit);
  restore.sequence_counters = !options.no_counters;
  restore.on_progress = [&](std::uint64_t znodes) { progress.add(znodes); };

  ARKIVE_ASSIGN(const restore_plans::LoadedTree backup,
                load_tree(*opened.run, options.path, options.acl, target.identities));
  ARKIVE_ASSIGN(const zk::RestorePlan plan, zk::plan_restore(backup.source, target, restore));
  const bool speak = !common.json && !common.quiet;
  if (speak) {
    if (opened.newer_not_whole) {
      print_line("note: the newest run, " + opened.runs.back().id +
                 ", is not whole: the newest whole one is taken");
    }
    print_line("from run " + run.id + " (" + time_text(run.started) + (run.whole ? "" : ", not whole") +
               (run.redacted ? ", redacted" : "") + ")" + [&] {
                 std::string names;
                 for (const zk::ApplicationAt& at : restore.profile)
                   names += ", profile " + std::string(at.application->name());
                 return names.empty() ? std::string(", profile generic") : names;
               }());
    print_plan(plan, options.dry_run);
  }
  if (options.dry_run) {
    if (common.json) print_json({{"run", run.id}, {"dry_run", true}, {"plan", plan_json(plan)}});
    return plan.complete() ? kWhole : kNotWhole;
  }
  history.took(opened.cluster, run, "into " + options.zk.connect);
  if (plan.count(zk::RestoreAction::kOverwrite) > 0 && !options.no_dump_before) {
    ARKIVE_TRY(dump_before(options.dump_before, options.from.key, opened, target, speak));
  }
  progress.set_total(plan.items.size());
  ARKIVE_ASSIGN(const zk::RestoreReport report, zk::run_restore(backup.source, plan, target, restore));
  if (common.json)
    print_json(
        {{"run", run.id}, {"dry_run", false}, {"plan", plan_json(plan)}, {"report", report_json(report)}});
  if (speak) print_report(report);
  return plan.complete() && report.failed.empty() && report.differing.empty() ? kWhole : kNotWhole;
}

}  // namespace

Result<ExitStatus> run_restore_znodes(const RestoreZnodesOptions& options, const CommonOptions& common) {
  RestoreHistory history("restore znodes", options.from);
  return history.ended(restore_now(options, common, history));
}

}  // namespace arkive::tools
