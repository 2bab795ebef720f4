#include "kafka/replay/replay.h"

#include <atomic>
#include <map>

namespace arkive::kafka {
namespace {

class Replay {
 public:
  Replay(const ReplayRequest& request, LogSource& source, LogTarget& target, Journal& journal)
      : request_(request), source_(source), target_(target), journal_(journal) {}

  Result<ReplayReport> run() {
    ARKIVE_ASSIGN(const ClusterFacts cluster, source_.cluster(request_.deadline));
    report_.resumed = journal_.has_plan();
    if (report_.resumed) {
      ARKIVE_TRY(go_on(cluster));
    } else {
      ARKIVE_TRY(begin(cluster));
    }
    ARKIVE_ASSIGN(JournalState state, journal_.begin());
    if (state.finished) {
      report_.was_finished = report_.complete = true;
      describe(state);
      return std::move(report_);
    }
    ARKIVE_TRY(work(std::move(state.progress)));
    ARKIVE_ASSIGN(const JournalState now, read_journal(journal_.directory()));
    describe(now);
    return std::move(report_);
  }

 private:
  Status begin(const ClusterFacts& cluster) {
    ARKIVE_ASSIGN(ReplayDraft draft,
                  draft_replay(request_.archive, request_.selection, source_, request_.deadline));
    ARKIVE_TRY(refuse_what_holds_records(draft));
    if (request_.prepare) ARKIVE_TRY(request_.prepare(draft));
    ARKIVE_TRY(look_at_topics(draft.topics, source_, request_.deadline));
    for (const DraftTopic& topic : draft.topics) {
      if (topic.exists) continue;
      return fail(Outcome::kNotFound, "restore topic '" + topic.plan.target + "': the cluster has none",
                  "create it, with as many partitions as the archive's");
    }
    ARKIVE_TRY(look_at_ends(draft.topics, source_, request_.deadline));
    ReplayPlan& plan = report_.plan;
    plan.archive = request_.archive.name;
    plan.archive_cluster = request_.archive.cluster;
    plan.run = request_.archive.run;
    plan.source_cluster = request_.archive.index->cluster.cluster_id;
    plan.target_cluster = cluster.cluster_id;
    plan.until = request_.selection.until;
    for (DraftTopic& topic : draft.topics) {
      plan.topics.push_back(std::move(topic.plan));
      archived_.push_back(std::move(topic.archived));
    }
    if (target_.exact()) {
      ARKIVE_ASSIGN(plan.producer, target_.new_producer(request_.deadline));
    }
    return journal_.write_plan(plan);
  }

  Status refuse_what_holds_records(const ReplayDraft& draft) const {
    if (request_.append) return ok();
    std::string names;
    std::size_t count = 0;
    for (const DraftTopic& topic : draft.topics) {
      if (topic.is_empty) continue;
      if (++count <= 10) names += (names.empty() ? "'" : ", '") + topic.plan.target + "'";
    }
    if (count == 0) return ok();
    if (count > 10) names += " and " + std::to_string(count - 10) + " more";
    return fail(
        Outcome::kConflict, "restore topics: the target has records in " + names,
        "restore under other names (--rename), delete the topics, or add to what is there (--append)");
  }

  Status go_on(const ClusterFacts& cluster) {
    ARKIVE_ASSIGN(report_.plan, read_plan(journal_.directory()));
    const ReplayPlan& plan = report_.plan;
    if (plan.target_cluster != cluster.cluster_id || plan.run != request_.archive.run ||
        plan.archive_cluster != request_.archive.cluster) {
      return fail(Outcome::kConflict,
                  "go on with journal '" + journal_.directory() + "': it is of run " + plan.run + " of '" +
                      plan.archive_cluster + "' into cluster " + plan.target_cluster + ", not of run " +
                      request_.archive.run + " of '" + request_.archive.cluster + "' into cluster " +
                      cluster.cluster_id,
                  "give another directory with --journal");
    }
    ARKIVE_ASSIGN(archived_, archived_topics(request_.archive, plan, request_.deadline));
    return ok();
  }

  Status work(Progress progress) {
    std::vector<ReplayTask> tasks;
    const ReplayPlan& plan = report_.plan;
    const auto is_done = [&](const PlannedTopic& topic, std::int32_t partition) {
      const auto known = progress.find({topic.target, partition});
      return known != progress.end() && known->second.done;
    };
    for (std::size_t i = 0; i < plan.topics.size(); ++i) {
      const PlannedTopic& topic = plan.topics[i];
      const auto add = [&](const PlannedPartition* partition) {
        if (is_done(topic, partition == nullptr ? -1 : partition->partition)) return;
        ReplayTask& task = tasks.emplace_back();
        task.topic = &topic;
        task.partition = partition;
        task.archived = &archived_[i];
      };
      if (topic.by_key) {
        add(nullptr);
      } else {
        for (const PlannedPartition& one : topic.partitions) add(&one);
      }
    }
    if (request_.on_plan) request_.on_plan(offsets_left(tasks, progress));
    std::atomic<std::uint64_t> bytes = 0;
    ReplayOptions options = request_.work;
    options.on_progress = [&](std::uint64_t more, std::uint64_t offsets) {
      bytes += more;
      if (request_.work.on_progress) request_.work.on_progress(more, offsets);
    };
    ReplayGround ground{
        &source_, &target_, &journal_, &plan, std::move(progress), report_.resumed, request_.archive.store};
    Status done = replay_all(ground, tasks, options);
    report_.bytes = bytes;
    report_.throttled = ground.throttled;
    if (!done && done.error().outcome != Outcome::kInterrupted) return done;
    report_.interrupted = !done;
    report_.complete = true;
    for (const ReplayTask& task : tasks) {
      if (task.done) continue;
      report_.complete = false;
      if (task.error.empty() || task.outcome == Outcome::kInterrupted) continue;  // not begun, or not ended
      if (task.outcome == Outcome::kCorrupt) report_.damaged = true;
      errors_[task.topic->target].push_back(task.error);
    }
    if (!report_.complete) return ok();
    journal_.add_finished();
    return journal_.flush();
  }

  static std::int64_t offsets_left(const std::vector<ReplayTask>& tasks, const Progress& progress) {
    std::int64_t left = 0;
    for (const ReplayTask& task : tasks) {
      if (task.partition == nullptr) {
        for (const PlannedPartition& one : task.topic->partitions) left += one.end - one.begin;
        continue;
      }
      std::int64_t from = task.partition->begin;
      const auto known = progress.find({task.topic->target, task.partition->partition});
      if (known != progress.end() && !known->second.map.empty()) {
        const OffsetRun& last = known->second.map.runs().back();
        from = last.source + last.count;
      }
      left += task.partition->end - from;
    }
    return left;
  }

  void describe(const JournalState& state) {
    for (const PlannedTopic& planned : report_.plan.topics) {
      ReplayedTopic& topic = report_.topics.emplace_back();
      topic.source = planned.source;
      topic.target = planned.target;
      topic.by_key = planned.by_key;
      topic.partitions = planned.begin.size();
      topic.errors = errors_[planned.target];
      for (auto one = state.progress.lower_bound({planned.target, -1});
           one != state.progress.end() && one->first.first == planned.target; ++one) {
        topic.records += one->second.records;
        topic.left += one->second.left;
        for (const ForeignOffsets& foreign : one->second.foreign) {
          topic.foreign.push_back(TopicPartition{planned.target, one->first.second}.text() + ": " +
                                  std::to_string(foreign.count) + " offsets from " +
                                  std::to_string(foreign.first) + " on");
        }
      }
    }
  }

  const ReplayRequest& request_;
  LogSource& source_;
  LogTarget& target_;
  Journal& journal_;
  ReplayReport report_;
  std::vector<ArchivedTopic> archived_;  // in the plan's order
  std::map<std::string, std::vector<std::string>> errors_;
};

}  // namespace

std::int64_t ReplayReport::records() const {
  std::int64_t all = 0;
  for (const ReplayedTopic& topic : topics) all += topic.records;
  return all;
}

LeftOut ReplayReport::left() const {
  LeftOut all;
  for (const ReplayedTopic& topic : topics) all += topic.left;
  return all;
}

Result<ReplayReport> replay(const ReplayRequest& request, LogSource& source, LogTarget& target) {
  ARKIVE_ASSIGN(Journal journal, Journal::open(request.journal));
  return Replay(request, source, target, journal).run();
}

}  // namespace arkive::kafka
