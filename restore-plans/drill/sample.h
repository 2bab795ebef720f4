/// Which topics of a backup a drill brings back, and the backup as if it held no others.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "restore-plans/apply/backup_tree.h"
#include "zk/tree.h"

namespace arkive::restore_plans {

struct SampleOptions {
  std::function<bool(std::string_view topic)> wanted;  ///< null: all are
  std::uint64_t bytes = 0;                             ///< archived ones, at most; 0: all
  std::uint64_t seed = 0;                              ///< another one picks others
};

/// Kafka's own topics always; of the others that are wanted, in an order that the seed decides, each that
/// still fits into the bytes, and the smallest if none does.
std::set<std::string> choose_sample(const std::vector<kafka::ArchivedTopic>& topics,
                                    const SampleOptions& options);

/// An archive of `topics` only.
kafka::ArchiveIndex only_topics(const kafka::ArchiveIndex& index, const std::set<std::string>& topics);

/// Takes from `tree`, of which Kafka's part is at `root`, the znodes of all topics but `topics`, and what
/// would change a topic that is not there.
void leave_out_topics(zk::Tree& tree, const std::string& root, const std::set<std::string>& topics);

}  // namespace arkive::restore_plans
