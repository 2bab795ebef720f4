#include "kafka/prune/needs.h"

#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"

namespace arkive::kafka {
namespace {

tl::unexpected<Error> not_known(const Manifest& run, const Error& cause) {
  Error error = cause.within("prune: what run " + printable(run.id) + " of cluster '" +
                             printable(run.cluster) + "' needs is not known");
  if (cause.outcome == Outcome::kNotFound) error.outcome = Outcome::kCorrupt;  // a list that a manifest names
  if (error.outcome == Outcome::kCorrupt) {
    error.hint =
        "arkive verify names all that is damaged; bring the list back from another copy of the store";
  }
  return fail(std::move(error));
}

}  // namespace

Status Needs::add_lists(const Store& store, const Manifest& run, Deadline deadline) {
  if (run.logs.location.empty()) return ok();
  const auto index = read_index(store, run, deadline);
  if (!index) return not_known(run, index.error());
  lists_.insert(run.logs.sha256);
  for (const ArchiveIndex::Topic& topic : index->topics) lists_.insert(topic.list);
  return ok();
}

Status Needs::add(const Store& store, const Manifest& run, Deadline deadline) {
  if (run.logs.location.empty() || runs_.contains(run.logs.sha256)) return ok();
  lists_.insert(run.logs.sha256);
  const auto index = read_index(store, run, deadline);
  if (!index) return not_known(run, index.error());
  Status all = ok();
  for (const ArchiveIndex::Topic& listed : index->topics) {
    lists_.insert(listed.list);
    if (topics_.contains(listed.list)) continue;
    const auto topic = read_topic(store, listed, deadline);
    if (!topic) {
      Error error = not_known(run, topic.error()).value();
      if (error.outcome != Outcome::kCorrupt) return fail(std::move(error));
      if (all) all = fail(std::move(error));
      continue;
    }
    for (const ArchivedPartition& partition : topic->partitions) {
      for (const ArchivedSegment& segment : partition.segments) {
        const std::string key = log_key(cluster_, *topic, partition.partition, segment);
        stems_.emplace(parse_segment_key(cluster_, key).value().stem);
        logs_.insert(key);
      }
    }
    topics_.insert(listed.list);
  }
  if (all) runs_.insert(run.logs.sha256);
  return all;
}

bool Needs::has_segment_file(std::string_view key) const {
  const auto parsed = parse_segment_key(cluster_, key);
  if (!parsed) return true;
  const bool is_log = parsed->file == SegmentFile::kLog || parsed->file == SegmentFile::kCompressedLog;
  return is_log ? logs_.contains(std::string(key)) : stems_.contains(std::string(parsed->stem));
}

}  // namespace arkive::kafka
