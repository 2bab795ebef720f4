/// ReplayDraft: what a replay would bring where, told from the archive and the target cluster as they are;
/// nothing is written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/log_source.h"
#include "kafka/replay/replay_plan.h"
#include "stores/core/deadline.h"
#include "stores/core/glob.h"
#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/store.h"

namespace arkive::kafka {

/// `from` and `to` are topic names, or each has one `*`: what it stands for in the one stands in the other.
struct Rename {
  std::string from;
  std::string to;
  /// "OLD=NEW". kUsage.
  static Result<Rename> parse(std::string_view text);
  /// Nothing: it is not meant.
  std::optional<std::string> apply(std::string_view topic) const;
};

/// Which records of the archive.
struct ReplaySelection {
  std::vector<Glob> topics;  ///< none: all but internal ones
  std::vector<Glob> excluded;
  std::vector<Rename> renames;                           ///< the first that fits counts
  std::optional<std::int32_t> partitions;                ///< of topics that are made; none: as in the archive
  std::optional<UnixMilliseconds> until;                 ///< records at or after it are left out
  std::map<TopicPartition, std::int64_t> until_offsets;  ///< of the source: those from there on are left out
  std::optional<std::uint64_t> newest;                   ///< records of each partition, the last ones
  std::optional<UnixMilliseconds> since;                 ///< from the first record at or after it on
};

/// An archive as one run left it; all is borrowed.
struct ReplayArchive {
  const Store* store = nullptr;
  std::string name;  ///< of the store, as given
  std::string cluster;
  std::string run;
  const ArchiveIndex* index = nullptr;
};

struct DraftTopic {
  ArchivedTopic archived;
  PlannedTopic plan;        ///< `begin` has as many partitions as the target's topic has, or will have
  bool exists = false;      ///< in the target cluster
  bool is_empty = true;     ///< all its partitions there are
  std::uint64_t bytes = 0;  ///< of the archive's log, about
  std::int64_t offsets = 0;
};

struct ReplayDraft {
  std::vector<DraftTopic> topics;  ///< ascending by source
  std::uint64_t bytes = 0;
  std::int64_t offsets = 0;
};

/// kNotFound: no topic matches; kUsage: two topics would come under one name, a name that Kafka does not
/// allow, offsets of a partition that is not there. Errors of the store and of the source.
Result<ReplayDraft> draft_replay(const ReplayArchive& archive, const ReplaySelection& selection,
                                 LogSource& target, Deadline deadline);

/// The lists of the topics that `plan` names, from the same run, in its order. kNotFound, kCorrupt.
Result<std::vector<ArchivedTopic>> archived_topics(const ReplayArchive& archive, const ReplayPlan& plan,
                                                   Deadline deadline);

/// Looks which topics of the draft are there by now, as after they were made: `exists`, and what batches they
/// take, `most_batch_bytes`. kRetry and others of the source.
Status look_at_topics(std::vector<DraftTopic>& topics, LogSource& target, Deadline deadline);

/// The end offsets of the partitions of `topics` in the target, for PlannedTopic::begin; waits for topics
/// made a moment ago. kRetry.
Status look_at_ends(std::vector<DraftTopic>& topics, LogSource& target, Deadline deadline);

/// Of the last `newest` records of a partition before source offset `end` that a replay would bring, the
/// first one's offset.
Result<std::int64_t> begin_of_newest(const Store& store, std::string_view cluster, const ArchivedTopic& topic,
                                     const ArchivedPartition& partition, std::int64_t begin, std::int64_t end,
                                     std::optional<UnixMilliseconds> until, std::uint64_t newest);

}  // namespace arkive::kafka
