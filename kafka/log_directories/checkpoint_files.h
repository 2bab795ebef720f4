/// The checkpoint files of a log directory and of a partition.
///
/// Format, text (CheckpointFile.java in server-common/src/main/java/org/apache/kafka/server/common, 3.9):
///   0\n<number of entries>\n and a line an entry:
///     of offsets:       <topic> <partition> <offset>
///     of leader epochs: <epoch> <start offset>
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/log_source.h"
#include "stores/core/result.h"

namespace arkive::kafka {

// In a log directory. The broker writes them anew in intervals and when it ends.
inline constexpr std::string_view kRecoveryPoints =
    "recovery-point-offset-checkpoint";  ///< all below is on the disk
inline constexpr std::string_view kHighWatermarks = "replication-offset-checkpoint";
inline constexpr std::string_view kLogStarts =
    "log-start-offset-checkpoint";  ///< where above the first segment's base
/// Its presence says that the broker ended in good order: it then checks no segment at its next start.
inline constexpr std::string_view kCleanShutdown = ".kafka_cleanshutdown";
// In a partition's directory.
inline constexpr std::string_view kLeaderEpochs = "leader-epoch-checkpoint";

using OffsetCheckpoint = std::map<TopicPartition, std::int64_t>;

std::string offset_checkpoint_text(const OffsetCheckpoint& offsets);
/// kCorrupt, naming the line.
Result<OffsetCheckpoint> parse_offset_checkpoint(std::string_view text);

std::string leader_epoch_checkpoint_text(const std::vector<LeaderEpochStart>& epochs);
/// kCorrupt, naming the line; also when epochs or offsets do not ascend.
Result<std::vector<LeaderEpochStart>> parse_leader_epoch_checkpoint(std::string_view text);

}  // namespace arkive::kafka
