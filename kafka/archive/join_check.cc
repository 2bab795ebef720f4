#include "kafka/archive/join_check.h"

#include "kafka/archive/archived_log.h"
#include "kafka/archive/batch_match.h"
#include "kafka/archive/live_batches.h"
#include "stores/core/log.h"

namespace arkive::kafka {
namespace {

Join judge(const JoinToCheck& one, Bytes archived, const LiveBatch& live) {
  LogEntry entry;
  if (read_entry(archived, entry) != EntryState::kWhole) return {};
  Join join;
  join.offset = entry.last_offset;
  if (live.state == LiveBatch::State::kNoAnswer) {
    join.is = Join::Is::kUnanswered;
    join.error = live.error;
  }
  if (live.state != LiveBatch::State::kThere) return join;
  switch (match_batch(entry, live.entry, one.compacted)) {
    case BatchMatch::kSame:
    case BatchMatch::kSameRecords:
    case BatchMatch::kThinned:
      join.is = Join::Is::kSame;
      break;
    case BatchMatch::kRemoved:
      join.is = one.compacted ? Join::Is::kUnknown : Join::Is::kOther;
      break;
    case BatchMatch::kOther:
      join.is = Join::Is::kOther;
      break;
  }
  return join;
}

}  // namespace

Result<std::map<TopicPartition, Join>> check_joins(const Store& store, std::string_view cluster,
                                                   LogSource& source, const std::vector<JoinToCheck>& joins,
                                                   std::chrono::milliseconds patience, Deadline deadline) {
  std::map<TopicPartition, Join> found;
  std::vector<BatchWant> wants;
  for (const JoinToCheck& one : joins) {
    wants.push_back({{one.topic->name, one.partition->partition}, one.topic->id, one.leader, 0, 0});
  }
  std::vector<std::string> archived(joins.size());
  const auto prepare = [&](std::size_t i, BatchWant& want) -> Result<bool> {
    ArchivedLog log(store, cluster, *joins[i].topic, *joins[i].partition, deadline);
    if (log.first_offset() == log.next_offset()) return false;
    auto entry = log.entry_at(log.next_offset() - 1);
    if (!entry &&
        (entry.error().outcome == Outcome::kCorrupt || entry.error().outcome == Outcome::kNotFound)) {
      // The archive's damage is verify's to tell; what is new can be archived all the same.
      log_warning(entry.error().what);
      return false;
    }
    if (!entry) return fail(std::move(entry).error());
    if (!*entry) return false;
    archived[i] = std::move(**entry);
    want.offset = log.next_offset() - 1;
    want.size = archived[i].size();
    return true;
  };
  const auto take = [&](std::size_t i, const LiveBatch& live) {
    found[wants[i].partition] = judge(joins[i], archived[i], live);
    archived[i] = {};
  };
  ARKIVE_TRY(ask_live_batches(source, wants, patience, deadline, prepare, take));
  return found;
}

}  // namespace arkive::kafka
