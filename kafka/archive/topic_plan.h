/// TopicPlan: what a run does with one topic: where each partition goes on, or begins anew.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/fetch_work.h"
#include "kafka/archive/join_check.h"
#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/store.h"

namespace arkive::kafka {

/// A partition begins a new generation from its log start when going on would mix what does not belong
/// together:
///   - its log was cut below what is archived (an unclean leader election), told by its end or by the end of
///     the last archived leader epoch (KIP-101);
///   - it has another batch where the archive ends: the topic was made anew where topics have no ids, or the
///     log was cut and written anew;
///   - it is compacted, and more than delete.retention.ms has passed since the last run, so that a tombstone
///     may have come and gone unseen (not when nothing was written since).
/// A new generation that cannot be finished is given up, and the old one stays.
class TopicPlan {
 public:
  /// `last`: as the last run left it. `last_archived` and `now`: the cuts of that run and this.
  TopicPlan(const TopicFacts& facts, const TopicConfigs& configs, std::optional<ArchivedTopic> last,
            UnixMilliseconds last_archived, UnixMilliseconds now);

  /// Adds the partition when it is in doubt whether its log is still the one that is archived: without topic
  /// ids always, else when a new leader has something new. What is added points into this object.
  void doubt(const PartitionFacts& facts, const PartitionOffsets& offsets,
             std::vector<JoinToCheck>& joins) const;
  /// Plans one partition. Errors: those of LogSource::end_of_epoch.
  Status plan(LogSource& source, const PartitionFacts& facts, const PartitionOffsets& offsets,
              const Join& join, Deadline deadline);
  /// Once all are planned: one task for each partition that has something new. They point into this object.
  /// `exact`: LogSource::exact(); `compressors`: as PartitionWriter::Options.
  std::vector<FetchTask> tasks(Store& store, const std::string& cluster, std::uint64_t segment_bytes,
                               bool exact, FrameCompressors* compressors);
  /// After the fetch: partitions whose new generation was not finished get their old contents back.
  void revert_unfinished(const std::vector<FetchTask>& tasks);
  /// After the fetch: gives the partition of the task back what it had before this run.
  void revert(const FetchTask& task) const;
  /// After the fetch: when all its partitions were last brought to a cut. This run's, or still the last
  /// one's.
  UnixMilliseconds archived(const std::vector<FetchTask>& tasks) const;
  /// At the end, for tasks no longer point into this object: what is archived of partitions that the cluster
  /// does not list stays. (Without topic ids a topic made anew is taken for the old one.) And no log begins
  /// before its archive, out of which a merge may have left old records.
  void keep_what_was();
  /// The topic is no longer what it was when the run began.
  void mark_gone() { gone_ = true; }

  const std::string& name() const { return topic_.name; }
  const TopicId& id() const { return topic_.id; }
  const ArchivedTopic& topic() const { return topic_; }
  const std::vector<std::string>& notes() const { return notes_; }
  const std::vector<std::pair<std::string, std::string>>& missing() const { return missing_; }

 private:
  struct Target {
    std::size_t partition;  // in topic_.partitions
    std::int32_t leader;
    std::int64_t offset;
  };

  Result<bool> was_truncated(LogSource& source, const ArchivedPartition& partition,
                             const PartitionOffsets& offsets, Deadline deadline) const;
  bool tombstones_may_be_lost() const;
  bool is_compacted() const;
  const ConfigEntry* config(std::string_view name) const;

  ArchivedTopic topic_;
  std::optional<ArchivedTopic> last_;
  UnixMilliseconds last_archived_;
  UnixMilliseconds now_;
  std::vector<ConfigEntry> configs_;
  std::vector<Target> targets_;
  std::vector<std::string> notes_;
  std::vector<std::pair<std::string, std::string>> missing_;
  bool gone_ = false;
};

/// After the fetch: the log was cut while it was read (an unclean leader election): of a leader epoch, more
/// is archived than the leader of now has, and records of a later epoch stand behind that. Errors: those of
/// LogSource::end_of_epoch.
Result<bool> is_mixed(LogSource& source, const FetchTask& task, Deadline deadline);

}  // namespace arkive::kafka
