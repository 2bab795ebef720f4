/// The parts of `arkive show` that look into an archive of topics.
#pragma once

#include "stores/core/result.h"
#include "tools/arkive/archives.h"
#include "tools/arkive/exit_status.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// True when --from names a run that archived topics, or names none and the store holds no others.
Result<bool> means_archive(const FromOptions& from);

/// All topics and groups of a run on one screen.
Result<ExitStatus> show_archive(const ShowOptions& options, const CommonOptions& common);
/// The topics and groups of a run that holds a tree too, below what was told of the tree.
Result<ExitStatus> show_archive_part(FromOptions from, const std::string& run_id);
/// One topic of it, or records, as options.path says.
/// kUsage where --format or --limit is given for what has no records.
Status refuse_what_is_for_records(const ShowOptions& options);

Result<ExitStatus> show_topic(const ShowOptions& options, const CommonOptions& common);
/// The records of one partition from the place that `address` names.
Result<ExitStatus> show_records(const OpenedArchive& archive, const kafka::ArchivedTopic& topic,
                                const TopicAddress& address, const ShowOptions& options,
                                const CommonOptions& common);

}  // namespace arkive::tools
