/// Topics of the target made as the archive has them, before a replay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kafka/log_source.h"
#include "kafka/replay/draft.h"
#include "kafka/topic_admin.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

struct MakeTopics {
  std::optional<std::int16_t> replication_factor;  ///< none: as in the archive, as far as brokers live
  bool validate_only = false;                      ///< only ask whether it would be done
  /// Of the replay; keeps what the settings of topics that are made are to be afterwards (held_settings.h).
  std::string journal_directory{};
};

/// Makes the topics of `draft` that do not exist, with their archived settings but for those that are held
/// (held_settings.h), and waits until the brokers lead all their partitions; fills in `exists` and
/// `most_batch_bytes`, and notes in the draft what is not as it was. `admin` may be null when none is
/// missing. Errors, upon which nothing was made: kConflict (too few brokers, too few replicas for
/// min.insync.replicas), kUsage or kDenied (a topic is refused, in the brokers' words).
Status make_topics(ReplayDraft& draft, TopicAdmin* admin, LogSource& source, const MakeTopics& wish,
                   Deadline deadline);

}  // namespace arkive::kafka
