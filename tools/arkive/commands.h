/// The commands: one function and one file each. They print their own facts to standard output; an Error goes
/// up to main, which prints it and picks the exit status.
#pragma once

#include "stores/core/result.h"
#include "tools/arkive/exit_status.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

Result<ExitStatus> run_dump(const DumpOptions& options, const CommonOptions& common);
Result<ExitStatus> run_archive(const ArchiveOptions& options, const CommonOptions& common);
Result<ExitStatus> run_backup(const BackupOptions& options, const CommonOptions& common);
Result<ExitStatus> run_import_burry(const ImportBurryOptions& options, const CommonOptions& common);
Result<ExitStatus> run_check(const CheckOptions& options, const CommonOptions& common);
Result<ExitStatus> run_list(const ListOptions& options, const CommonOptions& common);
Result<ExitStatus> run_show(const ShowOptions& options, const CommonOptions& common);
Result<ExitStatus> run_export(const ExportOptions& options, const CommonOptions& common);
Result<ExitStatus> run_log(const LogOptions& options, const CommonOptions& common);
Result<ExitStatus> run_diff(const DiffOptions& options, const CommonOptions& common);
Result<ExitStatus> run_verify(const VerifyOptions& options, const CommonOptions& common);
Result<ExitStatus> run_inspect_logs(const InspectLogsOptions& options, const CommonOptions& common);
Result<ExitStatus> run_prune(const PruneOptions& options, const CommonOptions& common);
Result<ExitStatus> run_merge(const MergeOptions& options, const CommonOptions& common);
Result<ExitStatus> run_copy(const CopyOptions& options, const CommonOptions& common);
Result<ExitStatus> run_restore_znodes(const RestoreZnodesOptions& options, const CommonOptions& common);
Result<ExitStatus> run_restore_seed(const RestoreSeedOptions& options, const CommonOptions& common);
Result<ExitStatus> run_restore_topics(const RestoreTopicsOptions& options, const CommonOptions& common);
Result<ExitStatus> run_restore_groups(const RestoreGroupsOptions& options, const CommonOptions& common);
Result<ExitStatus> run_restore_metadata(const RestoreMetadataOptions& options, const CommonOptions& common);
Result<ExitStatus> run_observe(const ObserveOptions& options, const CommonOptions& common);
Result<ExitStatus> run_plan(const PlanOptions& options, const CommonOptions& common);
Result<ExitStatus> run_apply(const ApplyOptions& options, const CommonOptions& common);
Result<ExitStatus> run_drill(const DrillOptions& options, const CommonOptions& common);

Result<ExitStatus> run_history(const HistoryOptions& options, const CommonOptions& common);

Result<ExitStatus> run_key_list(const KeyListOptions& options, const CommonOptions& common);
Result<ExitStatus> run_key_add(const KeyAddOptions& options, const CommonOptions& common);
Result<ExitStatus> run_key_remove(const KeyRemoveOptions& options, const CommonOptions& common);
Result<ExitStatus> run_key_make(const KeyMakeOptions& options, const CommonOptions& common);
Result<ExitStatus> run_key_make_signing(const KeyMakeOptions& options, const CommonOptions& common);

}  // namespace arkive::tools
