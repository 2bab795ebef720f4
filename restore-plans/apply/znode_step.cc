#include "restore-plans/apply/znode_step.h"

#include <set>
#include <utility>

#include "stores/core/bytes.h"
#include "zk/restore/restore.h"

namespace arkive::restore_plans {
namespace {

zk::RestoreOptions options_of(const ZnodeStep& step) {
  zk::RestoreOptions options;
  options.path = step.plan.path;
  options.overwrite = replaced_by(step.plan);
  options.packet_limit = step.packet_limit;
  // Which znodes are left out is the plan's to say, and it has said so: no profile.
  return options;
}

std::set<std::string> left_to_the_target(const Plan& plan) {
  std::set<std::string> paths;
  for (const kafka::ZnodeDecision& decision : plan.decisions) {
    if (decision.action == kafka::ZnodeAction::kLeave) paths.insert(decision.path);
  }
  return paths;
}

/// What keeps the plan from being carried out, before anything is written.
Status check(const zk::RestorePlan& planned, const Plan& plan) {
  const std::set<std::string> left = left_to_the_target(plan);
  for (const zk::RestoreItem& item : planned.items) {
    const std::string path = planned.path(item);
    const std::string object = "restore znodes: '" + printable(path) + "'";
    switch (item.action) {
      case zk::RestoreAction::kKeep:
        if (left.contains(path)) break;
        return fail(Outcome::kConflict,
                    object +
                        ": the target holds something else there, of which the plan "
                        "does not speak",
                    "plan again");
      case zk::RestoreAction::kRedacted:
      case zk::RestoreAction::kMaskedAcl:
        return fail(Outcome::kUsage, object + ": the backup does not know its data or ACL",
                    "plan with --acl, or with a run that does");
      case zk::RestoreAction::kTooLarge:
        return fail(Outcome::kUsage, object + ": it is larger than the target takes",
                    "raise jute.maxbuffer on the servers, and say --packet-limit");
      case zk::RestoreAction::kBlocked:
        return fail(Outcome::kUsage, object + ": " + printable(planned.reason(item)), "plan again");
      case zk::RestoreAction::kCreate:
      case zk::RestoreAction::kSame:
      case zk::RestoreAction::kOverwrite:
      case zk::RestoreAction::kFinish:
      case zk::RestoreAction::kEphemeral:
      case zk::RestoreAction::kUnreadable:
      case zk::RestoreAction::kDropped:
        break;
    }
  }
  return ok();
}

}  // namespace

Result<std::string> restore_planned_znodes(const ZnodeStep& step) {
  ARKIVE_ASSIGN(const LoadedTree loaded, tree_as_planned(step.plan, step.load, false));
  const zk::RestoreOptions options = options_of(step);
  ARKIVE_ASSIGN(const zk::RestorePlan planned, zk::plan_restore(loaded.source, step.target, options));
  ARKIVE_TRY(check(planned, step.plan));
  ARKIVE_ASSIGN(const zk::RestoreReport report,
                zk::run_restore(loaded.source, planned, step.target, options));
  for (const auto* const list : {&report.failed, &report.differing}) {
    if (list->empty()) continue;
    const zk::RestoreFailure& first = list->front();
    return fail(
        Outcome::kFail,
        "restore znodes: '" + printable(first.path) + "': " + printable(first.reason) +
            (list->size() > 1 ? ", and " + std::to_string(list->size() - 1) + " more" : std::string()),
        "apply the plan again: it goes on with what is missing");
  }
  return std::to_string(report.created) + " created, " + std::to_string(report.overwritten) + " replaced, " +
         std::to_string(planned.count(zk::RestoreAction::kSame) + report.same) + " there already";
}

Result<std::vector<Deviation>> znode_deviations(const ZnodeStep& step, bool still) {
  ARKIVE_ASSIGN(const LoadedTree loaded, tree_as_planned(step.plan, step.load, still));
  const zk::RestoreOptions options = options_of(step);
  ARKIVE_ASSIGN(const zk::RestorePlan planned, zk::plan_restore(loaded.source, step.target, options));
  const std::set<std::string> left = left_to_the_target(step.plan);
  std::vector<Deviation> deviations;
  for (const zk::RestoreItem& item : planned.items) {
    const std::string path = planned.path(item);
    switch (item.action) {
      case zk::RestoreAction::kCreate:
        deviations.push_back({"znode " + printable(path), "is not there"});
        break;
      case zk::RestoreAction::kKeep:
        if (left.contains(path)) break;
        [[fallthrough]];
      case zk::RestoreAction::kOverwrite:
      case zk::RestoreAction::kFinish:
        deviations.push_back({"znode " + printable(path), "has other data or another ACL than was planned"});
        break;
      default:
        break;
    }
  }
  return deviations;
}

}  // namespace arkive::restore_plans
