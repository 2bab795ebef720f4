#include "kafka/merge/merge.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "kafka/merge/record_retention.h"
#include "kafka/merge/segment_merge.h"
#include "kafka/prune/stored_runs.h"
#include "stores/core/bytes.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/words.h"
#include "stores/proof/run_signer.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kMostMissing = 10'000;

/// A topic in which something is to be merged.
struct MergedTopic {
  std::size_t number = 0;  // in the index
  ArchivedTopic topic;
};

/// A partition of it.
struct MergeTask {
  const ArchivedTopic* topic = nullptr;
  ArchivedPartition* partition = nullptr;
  std::vector<MergeGroup> groups;
};

bool is_damage(const Error& error) {
  return error.outcome == Outcome::kCorrupt || error.outcome == Outcome::kNotFound;
}

/// Holes that lie within a segment by now are told there.
void drop_closed_gaps(ArchivedPartition& partition) {
  std::erase_if(partition.gaps, [&](const OffsetGap& gap) {
    return std::any_of(partition.segments.begin(), partition.segments.end(), [&](const ArchivedSegment& one) {
      return one.generation == partition.generation && one.merge > 0 && one.base_offset <= gap.first &&
             gap.next <= one.next_offset;
    });
  });
}

class Merger {
 public:
  Merger(Store& store, const MergeRequest& request) : store_(store), request_(request) {}

  Result<MergeReport> run() {
    ARKIVE_TRY(check_cluster_name(request_.cluster));
    if (!request_.dry_run) {
      ARKIVE_ASSIGN(lock_,
                    store_.lock(archive_lock(request_.cluster), request_.deadline.sooner(request_.patience)));
    }
    ARKIVE_TRY(read_newest_run());
    ARKIVE_TRY(plan());
    if (request_.dry_run) {
      tell_plan();
      return std::move(report_);
    }
    if (request_.on_plan) request_.on_plan(planned_bytes());
    ARKIVE_TRY(merge_all());
    if (report_.merged + report_.left_out > 0) ARKIVE_TRY(commit());
    return std::move(report_);
  }

 private:
  /// A manifest that cannot be read may be that of a newer run.
  Status read_newest_run() {
    ARKIVE_ASSIGN(auto stored, read_all_runs(store_, request_.cluster, request_.deadline));
    StoredRuns& own = stored[request_.cluster];
    if (!own.damaged.empty()) {
      return fail(Outcome::kCorrupt,
                  "merge cluster '" + request_.cluster +
                      "': which run is the newest is not known: " + own.damaged.front().what,
                  "bring its manifest back from another copy of the store; nothing was merged");
    }
    std::erase_if(own.runs, [](const Manifest& run) { return run.logs.location.empty(); });
    if (own.runs.empty()) {
      return fail(Outcome::kNotFound, "merge cluster '" + request_.cluster + "': '" +
                                          printable(store_.name()) + "' holds no topics of it");
    }
    newest_ = *std::max_element(own.runs.begin(), own.runs.end(), earlier_run);
    report_.from = newest_.id;
    if (!request_.dry_run && !newest_.proof.key.empty() && request_.signing_key == nullptr) {
      return fail(Outcome::kUsage,
                  "merge cluster '" + request_.cluster + "': run " + newest_.id +
                      " is signed, and without a signature of yours readers take none of what is made of it",
                  "give --signing-key FILE");
    }
    if (request_.accept) ARKIVE_TRY(request_.accept(newest_));
    // Runs are ordered by their beginning, and the next one goes on from the last.
    started_ = std::max(wall_clock_now(), newest_.started + 1);
    if (started_ > wall_clock_now() + 1000) {
      return fail(Outcome::kConflict,
                  "merge cluster '" + request_.cluster + "': its newest run, " + newest_.id +
                      ", began in the future: some clock is or was wrong",
                  "set the clock, or merge once that moment has passed");
    }
    ARKIVE_ASSIGN(index_, read_index(store_, newest_, request_.deadline));
    if (request_.keep_records.count() > 0) report_.limit = index_.cut_began - request_.keep_records.count();
    return ok();
  }

  bool is_wanted(const ArchiveIndex::Topic& topic) const {
    return !topic.list.empty() && (!request_.is_wanted || request_.is_wanted(topic.name));
  }

  Status plan() {
    for (const ArchiveIndex::Topic& topic : index_.topics) report_.segments_before += topic.segments;
    report_.segments_after = report_.segments_before;
    ARKIVE_TRY(at_once(index_.topics.size(), [&](std::size_t i) { return plan_topic(i); }));
    // As threads come, so they went; what is written down has an order.
    std::sort(topics_.begin(), topics_.end(),
              [](const MergedTopic& a, const MergedTopic& b) { return a.number < b.number; });
    for (MergedTopic& one : topics_) {
      for (ArchivedPartition& partition : one.topic.partitions) {
        auto groups = plan_merges(partition, request_.bounds);
        if (!groups.empty()) tasks_.push_back({&one.topic, &partition, std::move(groups)});
      }
    }
    return ok();
  }

  Status plan_topic(std::size_t number) {
    const ArchiveIndex::Topic& listed = index_.topics[number];
    if (!is_wanted(listed)) return ok();
    auto topic = read_topic(store_, listed, request_.deadline);
    if (!topic && !is_damage(topic.error())) return fail(std::move(topic).error());
    LeftOut left_out;
    if (topic && report_.limit && settings_are_known(topic->name) && may_leave_out_records(*topic)) {
      ARKIVE_ASSIGN(left_out, leave_out(*topic));
    }
    const std::lock_guard lock(mutex_);
    if (!topic) {
      report_.damaged.push_back({list_key(listed.list), topic.error().what});
      miss("topic " + printable(listed.name), "its list of segments is damaged: " + topic.error().what);
      return ok();
    }
    const bool any =
        std::any_of(topic->partitions.begin(), topic->partitions.end(),
                    [&](const ArchivedPartition& one) { return !plan_merges(one, request_.bounds).empty(); });
    report_.left_out += left_out.segments;
    report_.left_out_bytes += left_out.bytes;
    report_.segments_after -= left_out.segments;
    if (any || left_out.segments > 0) topics_.push_back({number, std::move(*topic)});
    return ok();
  }

  /// What the run says is missing may be the setting that a topic is compacted.
  bool settings_are_known(const std::string& topic) const {
    return newest_.missing_count == newest_.missing.size() &&
           std::none_of(newest_.missing.begin(), newest_.missing.end(),
                        [&](const Missing& one) { return one.object == "configuration of topic " + topic; });
  }

  /// A partition of which it is not known whether records may go keeps them.
  Result<LeftOut> leave_out(ArchivedTopic& topic) {
    LeftOut all;
    for (ArchivedPartition& partition : topic.partitions) {
      const auto left = leave_out_records(store_, {request_.cluster, &topic, partition.partition}, partition,
                                          *report_.limit, request_.deadline);
      if (!left && is_damage(left.error())) {
        log_warning("partition " + TopicPartition{topic.name, partition.partition}.text() +
                    " keeps all its records: " + left.error().what);
        continue;
      }
      if (!left) return fail(left.error());
      all.segments += left->segments;
      all.bytes += left->bytes;
    }
    return all;
  }

  template <class Visit>
  void for_each_group(Visit visit) const {
    for (const MergeTask& task : tasks_) {
      for (const MergeGroup& group : task.groups) {
        visit(std::span(task.partition->segments).subspan(group.first, group.count));
      }
    }
  }

  std::uint64_t planned_bytes() const {
    std::uint64_t bytes = 0;
    for_each_group([&](std::span<const ArchivedSegment> group) {
      for (const ArchivedSegment& segment : group) bytes += segment.stored_bytes();
    });
    return bytes;
  }

  void tell_plan() {
    report_.partitions = tasks_.size();
    report_.source_bytes = planned_bytes();
    for_each_group([&](std::span<const ArchivedSegment> group) {
      report_.sources += group.size();
      ++report_.merged;
      report_.segments_after -= group.size() - 1;
    });
  }

  /// work(0), work(1), ... by some threads; the first error ends it.
  Status at_once(std::size_t count, const std::function<Status(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::optional<Error> failure;
    const auto go_on = [&] {
      while (true) {
        const std::size_t i = next++;
        if (i >= count) return;
        if (Status done = work(i); !done) {
          const std::lock_guard lock(mutex_);
          if (!failure) failure = std::move(done).error();
          next = count;
          return;
        }
      }
    };
    std::vector<std::thread> threads;
    const std::size_t most = std::min(count, static_cast<std::size_t>(std::max(request_.workers, 1)));
    for (std::size_t i = 1; i < most; ++i) threads.emplace_back(go_on);
    go_on();
    for (std::thread& thread : threads) thread.join();
    if (failure) return fail(std::move(*failure));
    return ok();
  }

  Status merge_all() {
    ARKIVE_TRY(at_once(tasks_.size(), [&](std::size_t i) { return merge_partition(tasks_[i]); }));
    std::sort(report_.damaged.begin(), report_.damaged.end(),
              [](const Finding& a, const Finding& b) { return a.object < b.object; });
    return ok();
  }

  Status merge_partition(const MergeTask& task) {
    ArchivedPartition& partition = *task.partition;
    SegmentMerge segments(store_, {request_.cluster, task.topic, partition.partition}, partition,
                          request_.on_progress, request_.deadline);
    std::vector<ArchivedSegment> after;
    std::uint64_t merged = 0;
    std::size_t at = 0;
    const auto keep_to = [&](std::size_t end) {
      after.insert(after.end(), partition.segments.begin() + static_cast<std::ptrdiff_t>(at),
                   partition.segments.begin() + static_cast<std::ptrdiff_t>(end));
      at = end;
    };
    for (const MergeGroup& group : task.groups) {
      keep_to(group.first);
      ARKIVE_ASSIGN(MergedSegments made,
                    segments.merge(std::span(partition.segments).subspan(group.first, group.count)));
      merged += made.merged;
      take_down(TopicPartition{task.topic->name, partition.partition}, partition, group, made);
      std::move(made.segments.begin(), made.segments.end(), std::back_inserter(after));
      at = group.first + group.count;
    }
    keep_to(partition.segments.size());
    partition.segments = std::move(after);
    if (merged > 0) drop_closed_gaps(partition);
    const std::lock_guard lock(mutex_);
    if (merged > 0) ++report_.partitions;
    return ok();
  }

  void take_down(const TopicPartition& name, const ArchivedPartition& partition, const MergeGroup& group,
                 const MergedSegments& made) {
    std::uint64_t source_bytes = 0;
    for (std::size_t i = group.first; i < group.first + group.count; ++i)
      source_bytes += partition.segments[i].stored_bytes();
    std::uint64_t kept = 0;
    for (const ArchivedSegment& segment : made.segments) {
      const auto same = std::find(partition.segments.begin(), partition.segments.end(), segment);
      if (same == partition.segments.end()) continue;
      ++kept;
      source_bytes -= segment.stored_bytes();
    }
    const std::lock_guard lock(mutex_);
    report_.merged += made.merged;
    report_.sources += group.count - kept;
    report_.source_bytes += source_bytes;
    report_.segments_after -= group.count - made.segments.size();
    for (const Finding& finding : made.damaged) {
      report_.damaged.push_back(finding);
      miss("partition " + name.text(),
           "segment '" + finding.object + "' is damaged and stays as it is: " + finding.what);
    }
  }

  void miss(std::string object, std::string cause) {
    missing_.push_back({std::move(object), std::move(cause)});
  }

  Status commit() {
    for (const MergedTopic& one : topics_) {
      ArchiveIndex::Topic& listed = index_.topics[one.number];
      listed.segments = one.topic.segments();
      listed.bytes = one.topic.bytes();
      const std::string text = one.topic.to_json();
      ARKIVE_ASSIGN(listed.list, write_list(store_, text, request_.deadline));
    }
    Manifest manifest;
    ARKIVE_ASSIGN(manifest.logs.sha256, write_list(store_, index_.to_json(), request_.deadline));
    manifest.logs.location = list_key(manifest.logs.sha256);
    for (const ArchiveIndex::Topic& topic : index_.topics) {
      manifest.logs.files += topic.segments;
      manifest.logs.bytes += topic.bytes;
    }
    ARKIVE_TRY(store_.settle(request_.deadline));
    fill(manifest);
    ARKIVE_ASSIGN(const proof::ReadyManifest ready,
                  proof::ready_manifest(store_, manifest, request_.signing_key.get(), request_.deadline));
    ARKIVE_TRY(store_.put(manifest_key(request_.cluster, manifest.id), ready.json, PutMode::kCreateOnly,
                          request_.deadline));
    report_.manifest = std::move(manifest);
    return ok();
  }

  /// What was missing in the run that was merged is missing in this one; that of a tree, which this one does
  /// not have, is not.
  void fill(Manifest& manifest) {
    manifest.started = started_;
    manifest.id = new_run_id(started_);
    manifest.cluster = request_.cluster;
    manifest.what = "archive";
    manifest.arkive_version = request_.arkive_version;
    manifest.host = host_name();
    manifest.finished = wall_clock_now();
    manifest.changed = true;
    std::vector<Missing> missing = newest_.missing;
    manifest.missing_count = newest_.missing_count - missing.size();  // those without a name
    std::erase_if(missing, [](const Missing& one) {
      return one.object.starts_with("znode ") || one.object.starts_with("ACL of znode ");
    });
    for (const Missing& one : missing_) {
      const bool is_there = std::any_of(missing.begin(), missing.end(), [&](const Missing& other) {
        return other.object == one.object && other.cause == one.cause;
      });
      if (!is_there) missing.push_back(one);
    }
    manifest.missing_count += missing.size();
    if (missing.size() > kMostMissing) missing.resize(kMostMissing);
    manifest.missing = std::move(missing);
    manifest.whole = manifest.missing_count == 0;
    if (report_.left_out > 0) {
      manifest.summary = "left out " + counted(report_.left_out, "segment") + " of records from before " +
                         format_time(*report_.limit) + ", ";
    }
    if (report_.merged > 0) {
      manifest.summary +=
          "merged " + counted(report_.sources, "segment") + " into " + std::to_string(report_.merged) + ", ";
    }
    manifest.summary += "as of run " + newest_.id;
    manifest.facts = facts();
  }

  std::string facts() const {
    const nlohmann::json before = nlohmann::json::parse(newest_.facts, nullptr, false);
    const auto count = [&](const char* name, std::uint64_t otherwise) {
      const auto found = before.is_object() ? before.find(name) : before.end();
      return before.is_object() && found != before.end() && found->is_number_unsigned()
                 ? found->get<std::uint64_t>()
                 : otherwise;
    };
    nlohmann::json merge = {{"from", newest_.id},
                            {"segments_before", report_.segments_before},
                            {"segments_after", report_.segments_after}};
    if (report_.left_out > 0) {
      merge["left_out"] = report_.left_out;
      merge["records_from_ms"] = *report_.limit;
    }
    const nlohmann::json facts = {{"cluster_id", index_.cluster.cluster_id},
                                  {"cut_began_ms", index_.cut_began},
                                  {"cut_ended_ms", index_.cut_ended},
                                  {"topics", count("topics", index_.topics.size())},
                                  {"partitions", count("partitions", 0)},
                                  {"groups", index_.groups.size()},
                                  {"merge", std::move(merge)}};
    return facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  Store& store_;
  const MergeRequest& request_;
  std::unique_ptr<StoreLock> lock_;
  Manifest newest_;
  UnixMilliseconds started_ = 0;
  ArchiveIndex index_;
  std::deque<MergedTopic> topics_;  // tasks point into them
  std::vector<MergeTask> tasks_;
  std::vector<Missing> missing_;
  std::mutex mutex_;  // guards what threads add to: topics_ while planning, report_, missing_
  MergeReport report_;
};

}  // namespace

Result<MergeReport> merge(Store& store, const MergeRequest& request) {
  return Merger(store, request).run();
}

}  // namespace arkive::kafka
