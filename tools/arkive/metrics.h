/// The Prometheus textfile of `--metrics FILE`, for node_exporter's textfile collector. docs/metrics.md lists
/// the names.
#pragma once

#include <span>
#include <string>

#include "kafka/archive/archive.h"
#include "kafka/backup/backup.h"
#include "restore-plans/drill/drill.h"
#include "stores/core/result.h"
#include "tools/arkive/exit_status.h"
#include "zk/dump/dump.h"

namespace arkive::tools {

/// Writes the figures of a dump, mode 0644, by rename, so that a collector never reads half. `outcome` is
/// null when the dump failed before it had any; then, and when the run was not whole, the time of the last
/// whole success is carried over from the file that is there.
Status write_metrics(const std::string& path, const std::string& cluster, const zk::DumpOutcome* outcome,
                     ExitStatus status, double seconds);

/// As above, of a run of `arkive archive`.
Status write_archive_metrics(const std::string& path, const std::string& cluster,
                             const kafka::ArchiveReport* report, ExitStatus status, double seconds);

/// What came of the backup of one cluster.
struct BackupFigures {
  std::string cluster;
  const kafka::BackupReport* report = nullptr;  ///< null: it failed before it had any
  ExitStatus status = kFailed;
  double seconds = 0;
};

/// As above, of a run of `arkive backup`: all its clusters in one file.
Status write_backup_metrics(const std::string& path, std::span<const BackupFigures> clusters);

/// As above, of a drill. `report` null: it failed before it had any.
Status write_drill_metrics(const std::string& path, const std::string& cluster,
                           const restore_plans::DrillReport* report, ExitStatus status, double seconds);

}  // namespace arkive::tools
