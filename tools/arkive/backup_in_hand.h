/// A backup opened as a restore plan needs it: tree, topics, and what their manifests tell.
#pragma once

#include <optional>
#include <string>

#include "restore-plans/apply/backup_tree.h"
#include "restore-plans/plan/make_plan.h"
#include "stores/core/result.h"
#include "tools/arkive/archives.h"
#include "tools/arkive/options.h"
#include "tools/places/repositories.h"

namespace arkive::tools {

/// `backup` points into the others.
struct OpenedBackup {
  std::optional<OpenedRun> run;  ///< nothing: there is no tree
  restore_plans::LoadedTree tree;
  std::optional<OpenedArchive> archive;  ///< nothing: there are no topics
  restore_plans::BackupInHand backup;    ///< without highest_producer_id
};

/// The run of `from`, and the topics of the same run where it has any; those of `topics_from` where it is not
/// empty. A part that is not there is no error as long as the other one is. Into `opened`, which stays where
/// it is. Errors as open_from() and open_archive().
Status open_backup(const FromOptions& from, const std::string& topics_from, OpenedBackup& opened);

}  // namespace arkive::tools
