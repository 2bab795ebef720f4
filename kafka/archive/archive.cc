#include "kafka/archive/archive.h"

#include <algorithm>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>
#include <unordered_set>

#include "kafka/archive/hanging_transactions.h"
#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "kafka/archive/topic_plan.h"
#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/proof/run_signer.h"
#include "stores/repository.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kTransactions = "__transaction_state";
constexpr std::size_t kMostMissing = 10'000;

class Archiver {
 public:
  Archiver(LogSource& source, Store& store, const ArchiveRequest& request)
      : source_(source), store_(store), request_(request) {}

  Result<ArchiveReport> run() {
    ARKIVE_TRY(check_cluster_name(request_.cluster));
    std::unique_ptr<StoreLock> lock;
    if (request_.held == nullptr) {
      ARKIVE_ASSIGN(lock, store_.lock(archive_lock(request_.cluster), soon()));
    }
    manifest_.started = wall_clock_now();
    ARKIVE_TRY(read_last_run());
    ARKIVE_TRY(look_at_cluster());
    ARKIVE_TRY(cut());
    ARKIVE_TRY(plan());
    ARKIVE_TRY(fetch());
    ARKIVE_TRY(name_open_transactions());
    ARKIVE_TRY(look_again());
    ARKIVE_TRY(commit());
    return std::move(report_);
  }

 private:
  Status read_last_run() {
    ARKIVE_ASSIGN(const std::vector<Manifest> runs,
                  archive_runs(store_, request_.cluster, request_.deadline));
    if (runs.empty()) return ok();
    ARKIVE_ASSIGN(before_, read_index(store_, runs.back(), request_.deadline));
    for (const ArchiveIndex::Topic& topic : before_->topics) lists_before_.insert(topic.list);
    return ok();
  }

  // For a question to the cluster: one that is gone must not hold the run for ever.
  Deadline soon() const { return request_.deadline.sooner(request_.fetch.patience); }

  Status look_at_cluster() {
    ARKIVE_ASSIGN(index_.cluster, source_.cluster(soon()));
    if (before_ && !before_->cluster.cluster_id.empty() && !index_.cluster.cluster_id.empty() &&
        before_->cluster.cluster_id != index_.cluster.cluster_id) {
      return fail(Outcome::kConflict,
                  "archive cluster '" + request_.cluster + "': the brokers belong to cluster id " +
                      printable(index_.cluster.cluster_id) + ", the store's last run to " +
                      printable(before_->cluster.cluster_id),
                  "give another --cluster NAME, or look whether the bootstrap servers are the right ones");
    }
    index_.source = std::string(source_.name());
    if (before_ && !before_->source.empty() && before_->source != index_.source) {
      return fail(Outcome::kUsage,
                  "archive cluster '" + request_.cluster + "': this is the reader " + index_.source +
                      ", the store's last run was made by " + printable(before_->source) +
                      ", and what they archive does not go together",
                  "use the same reader, or give another --cluster NAME");
    }
    ARKIVE_ASSIGN(index_.groups, source_.groups(soon()));
    for (const GroupFacts& group : index_.groups) {
      if (!group.error.empty()) miss("group " + printable(group.name), group.error);
      if (!is_all_text(group)) {
        miss(
            "group " + printable(group.name),
            "its name, a topic of it or the metadata of an offset is no UTF-8; U+FFFD stands for such bytes");
      }
    }
    ARKIVE_ASSIGN(facts_, source_.topics(soon()));
    std::erase_if(facts_, [&](const TopicFacts& topic) {
      if (!is_wanted(request_, topic.name)) return true;
      if (is_topic_name(topic.name)) return false;
      miss("topic " + printable(topic.name), "the brokers name it, but it is no name that Kafka allows");
      return true;
    });
    std::vector<std::string> names;
    for (const TopicFacts& topic : facts_) names.push_back(topic.name);
    ARKIVE_ASSIGN(configs_, source_.topic_configs(names, soon()));
    return ok();
  }

  static bool is_all_text(const GroupFacts& group) {
    return is_utf8(group.name) &&
           std::all_of(group.offsets.begin(), group.offsets.end(), [](const CommittedOffset& offset) {
             return is_utf8(offset.partition.topic) && is_utf8(offset.metadata.value_or(""));
           });
  }

  Status ask_offsets(bool transactions) {
    std::vector<TopicPartition> names;
    for (const TopicFacts& topic : facts_) {
      if ((topic.name == kTransactions) != transactions || !topic.error.empty()) continue;
      for (const PartitionFacts& partition : topic.partitions)
        names.push_back({topic.name, partition.partition});
    }
    if (names.empty()) return ok();
    ARKIVE_ASSIGN(const auto offsets, source_.offsets(names, soon()));
    for (std::size_t i = 0; i < names.size(); ++i) offsets_[names[i]] = offsets[i];
    return ok();
  }

  Status cut() {
    ARKIVE_TRY(ask_offsets(true));
    index_.cut_began = wall_clock_now();
    const auto began = SteadyClock::now();
    ARKIVE_TRY(ask_offsets(false));
    report_.cut_took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began);
    index_.cut_ended = wall_clock_now();
    return ok();
  }

  Status plan() {
    std::vector<const TopicFacts*> planned;
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      const TopicFacts& facts = facts_[i];
      if (!facts.error.empty()) {
        miss("topic " + facts.name, facts.error);
        keep_as_it_was(facts.name);
        continue;
      }
      if (!configs_[i].error.empty()) miss("configuration of topic " + facts.name, configs_[i].error);
      const ArchiveIndex::Topic* const last = last_of(facts);
      std::optional<ArchivedTopic> old;
      if (last != nullptr) {
        ARKIVE_ASSIGN(old, read_topic(store_, *last, request_.deadline));
      }
      topics_.emplace_back(facts, configs_[i], std::move(old), last != nullptr ? last->archived : 0,
                           index_.cut_began);
      planned.push_back(&facts);
    }
    std::vector<JoinToCheck> doubts;
    for (std::size_t i = 0; i < topics_.size(); ++i) {
      for (const PartitionFacts& partition : planned[i]->partitions) {
        topics_[i].doubt(partition, offsets_.at({topics_[i].name(), partition.partition}), doubts);
      }
    }
    ARKIVE_ASSIGN(auto joins, check_joins(store_, request_.cluster, source_, doubts, request_.fetch.patience,
                                          request_.deadline));
    for (std::size_t i = 0; i < topics_.size(); ++i) {
      for (const PartitionFacts& partition : planned[i]->partitions) {
        const TopicPartition name{topics_[i].name(), partition.partition};
        ARKIVE_TRY(topics_[i].plan(source_, partition, offsets_.at(name), joins[name], soon()));
      }
    }
    for (TopicPlan& topic : topics_) {
      for (const std::string& note : topic.notes()) this->note(note);
      for (const auto& [object, cause] : topic.missing()) miss(object, cause);
      for (FetchTask& task : topic.tasks(store_, request_.cluster, request_.segment_bytes, source_.exact(),
                                         request_.compress ? &compressors_ : nullptr)) {
        tasks_.push_back(std::move(task));
      }
    }
    return ok();
  }

  // The topic of the last run that this one goes on with: same name and id. What was in the last run under
  // other ids or is no longer there stays in the index.
  const ArchiveIndex::Topic* last_of(const TopicFacts& facts) {
    if (!before_) return nullptr;
    const ArchiveIndex::Topic* same = nullptr;
    bool other = false;
    for (const ArchiveIndex::Topic& topic : before_->topics) {
      if (topic.name != facts.name) continue;
      if (topic.id == facts.id) {
        same = &topic;
      } else {
        other = true;
      }
    }
    if (same == nullptr && other) note("topic " + facts.name + " was deleted and made anew");
    return same;
  }

  void keep_as_it_was(const std::string& name) {
    if (!before_) return;
    for (const ArchiveIndex::Topic& topic : before_->topics) {
      if (topic.name == name) index_.topics.push_back(topic);
    }
  }

  Status fetch() {
    std::int64_t offsets = 0;
    for (const FetchTask& task : tasks_) offsets += task.target - task.partition->next_offset;
    report_.partitions_changed = tasks_.size();
    if (request_.on_plan) request_.on_plan(tasks_.size(), offsets);
    if (tasks_.empty()) return ok();
    FetchOptions options = request_.fetch;
    options.deadline = request_.deadline;
    // Compressing is the processors' work, however few the brokers.
    if (request_.compress) options.least_workers = static_cast<int>(std::thread::hardware_concurrency());
    const auto began = SteadyClock::now();
    ARKIVE_TRY(fetch_all(source_, tasks_, options));
    report_.fetch_took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began);
    for (const FetchTask& task : tasks_) {
      report_.bytes_fetched += task.writer->bytes();
      report_.records_fetched += task.writer->records();
      if (!task.error.empty()) miss("partition " + task.name.text(), task.error);
    }
    return ok();
  }

  // Also those that the last run found open and that got no marker since.
  Status name_open_transactions() {
    std::vector<HangingTransaction> hanging;
    for (const TopicPlan& topic : topics_) {
      for (const ArchivedPartition& partition : topic.topic().partitions) {
        for (const OpenTransaction& open : partition.open) {
          if (open.first_offset >= partition.high_watermark) continue;
          hanging.push_back({{topic.name(), partition.partition}, open, {}});
        }
      }
    }
    ARKIVE_TRY(ask_about(source_, hanging, soon()));
    for (const HangingTransaction& one : hanging) {
      miss("partition " + one.partition.text(), describe(one, index_.cluster, wall_clock_now()));
    }
    return ok();
  }

  // A topic that was deleted or made anew while it was read is not what the cut says.
  Status look_again() {
    ARKIVE_ASSIGN(const auto now, source_.topics(soon()));
    std::map<std::string, const TopicFacts*> by_name;
    for (const TopicFacts& topic : now) by_name.emplace(topic.name, &topic);
    for (TopicPlan& topic : topics_) {
      const auto found = by_name.find(topic.name());
      const bool is_there = found != by_name.end();
      // Of a topic in passing trouble the brokers do not tell the id.
      if (is_there && (!found->second->error.empty() || found->second->id == topic.id())) continue;
      topic.mark_gone();
      miss("topic " + topic.name(),
           !is_there ? "it was deleted during the run" : "it was deleted and made anew during the run");
    }
    return give_up_mixed(by_name);
  }

  Status give_up_mixed(const std::map<std::string, const TopicFacts*>& now) {
    for (FetchTask& task : tasks_) {
      const auto topic = now.find(task.name.topic);
      if (task.writer->left_epochs().empty() || topic == now.end() || !has_moved(task, *topic->second))
        continue;
      const Result<bool> mixed = is_mixed(source_, task, soon());
      if (mixed && !*mixed) continue;
      if (!mixed && mixed.error().outcome == Outcome::kInterrupted) return fail(mixed.error());
      task.error =
          mixed ? "its log was cut while it was read (an unclean leader election); the next run "
                  "archives it anew"
                : "its leader moved, and whether its log was cut could not be asked: " + mixed.error().what;
      miss("partition " + task.name.text(), task.error);
      for (const TopicPlan& plan : topics_) {
        if (plan.name() == task.name.topic) plan.revert(task);
      }
    }
    return ok();
  }

  // A log is cut by a new leader only, and the brokers count leaders. (-1: they do not tell.)
  static bool has_moved(const FetchTask& task, const TopicFacts& now) {
    const auto found = std::find_if(now.partitions.begin(), now.partitions.end(),
                                    [&](const auto& one) { return one.partition == task.name.partition; });
    return found == now.partitions.end() || found->leader_epoch < 0 ||
           found->leader_epoch != task.partition->leader_epoch;
  }

  Status commit() {
    for (TopicPlan& plan : topics_) {
      plan.revert_unfinished(tasks_);
      plan.keep_what_was();
      const ArchivedTopic& topic = plan.topic();
      ArchiveIndex::Topic entry;
      entry.name = topic.name;
      entry.id = topic.id;
      entry.archived = plan.archived(tasks_);
      entry.seen = index_.cut_began;
      entry.segments = topic.segments();
      entry.bytes = topic.bytes();
      ARKIVE_ASSIGN(entry.list, list_of(topic));
      report_.partitions += topic.partitions.size();
      index_.topics.push_back(std::move(entry));
    }
    keep_what_is_gone();
    std::sort(index_.topics.begin(), index_.topics.end(),
              [](const ArchiveIndex::Topic& a, const ArchiveIndex::Topic& b) {
                return std::pair(a.name, a.id.text()) < std::pair(b.name, b.id.text());
              });
    const std::string text = index_.to_json();
    ARKIVE_ASSIGN(manifest_.logs.sha256, write_list(store_, text, request_.deadline));
    manifest_.logs.location = list_key(manifest_.logs.sha256);
    for (const ArchiveIndex::Topic& topic : index_.topics) {
      manifest_.logs.files += topic.segments;
      manifest_.logs.bytes += topic.bytes;
    }
    ARKIVE_TRY(store_.settle(request_.deadline));
    fill_manifest();
    if (request_.commit) {
      ARKIVE_TRY(request_.commit(manifest_, report_,
                                 {index_.cluster, facts_, configs_, index_.groups, archived_ranges()}));
    } else {
      ARKIVE_ASSIGN(const proof::ReadyManifest ready,
                    proof::ready_manifest(store_, manifest_, request_.signing_key.get(), request_.deadline));
      ARKIVE_TRY(store_.put(manifest_key(request_.cluster, manifest_.id), ready.json, PutMode::kCreateOnly,
                            request_.deadline));
    }
    report_.manifest = manifest_;
    return ok();
  }

  // Its hash. A topic in which nothing moved has the list of the last run, which that run made durable.
  Result<std::string> list_of(const ArchivedTopic& topic) {
    const std::string text = topic.to_json();
    std::string hash = hex(sha256(text));
    if (lists_before_.contains(hash)) return hash;
    return write_list(store_, text, request_.deadline);
  }

  // Topics of the last run that are not there any more, or are not asked for today: what is archived stays.
  void keep_what_is_gone() {
    if (!before_) return;
    for (const ArchiveIndex::Topic& topic : before_->topics) {
      const bool here = std::any_of(index_.topics.begin(), index_.topics.end(), [&](const auto& one) {
        return one.name == topic.name && one.id == topic.id;
      });
      if (!here) index_.topics.push_back(topic);
    }
  }

  void fill_manifest() {
    manifest_.id = new_run_id(manifest_.started);
    manifest_.cluster = request_.cluster;
    manifest_.what = "archive";
    manifest_.arkive_version = request_.arkive_version;
    manifest_.host = host_name();
    manifest_.finished = wall_clock_now();
    manifest_.whole = manifest_.missing_count == 0;
    manifest_.changed = report_.bytes_fetched > 0 || !before_;
    report_.topics = topics_.size();
    report_.segments = manifest_.logs.files;
    report_.bytes_archived = manifest_.logs.bytes;
    report_.groups = index_.groups.size();
    report_.cut_began = index_.cut_began;
    const auto counted = [](std::size_t count, const char* noun) {
      return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
    };
    manifest_.summary = counted(report_.topics, "topic") + ", " +
                        counted(report_.partitions_changed, "partition") + " with " +
                        human_size(report_.bytes_fetched) + " more";
    const nlohmann::json facts = {{"cluster_id", index_.cluster.cluster_id},
                                  {"cut_began_ms", index_.cut_began},
                                  {"cut_ended_ms", index_.cut_ended},
                                  {"topics", report_.topics},
                                  {"partitions", report_.partitions},
                                  {"partitions_changed", report_.partitions_changed},
                                  {"groups", report_.groups},
                                  {"bytes_fetched", report_.bytes_fetched},
                                  {"records_fetched", report_.records_fetched},
                                  {"fetch_ms", report_.fetch_took.count()},
                                  {"notes", report_.notes}};
    manifest_.facts = facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  std::map<TopicPartition, SeenCluster::Range> archived_ranges() const {
    std::map<TopicPartition, SeenCluster::Range> ranges;
    for (const TopicPlan& plan : topics_) {
      for (const ArchivedPartition& partition : plan.topic().partitions) {
        SeenCluster::Range range{partition.next_offset, partition.next_offset};
        for (const ArchivedSegment& segment : partition.segments) {
          if (segment.generation != partition.generation) continue;
          range.begin = std::min(range.begin, segment.base_offset);
        }
        // What compaction or retention took before the first batch is no record that a group could miss.
        if (range.begin > partition.log_start) range.begin = partition.log_start;
        ranges.emplace(TopicPartition{plan.name(), partition.partition}, range);
      }
    }
    return ranges;
  }

  void miss(std::string object, std::string cause) {
    ++manifest_.missing_count;
    if (manifest_.missing.size() < kMostMissing) {
      manifest_.missing.push_back({std::move(object), std::move(cause)});
    }
  }
  void note(std::string text) { report_.notes.push_back(std::move(text)); }

  LogSource& source_;
  Store& store_;
  const ArchiveRequest& request_;
  Manifest manifest_;
  ArchiveReport report_;
  std::optional<ArchiveIndex> before_;
  std::unordered_set<std::string> lists_before_;
  ArchiveIndex index_;
  std::vector<TopicFacts> facts_;
  std::vector<TopicConfigs> configs_;
  std::map<TopicPartition, PartitionOffsets> offsets_;
  std::deque<TopicPlan> topics_;  // tasks point into them
  FrameCompressors compressors_;
  std::vector<FetchTask> tasks_;
};

}  // namespace

bool is_wanted(const ArchiveRequest& request, std::string_view topic) {
  const auto matches = [&](const Glob& glob) { return glob.matches(topic); };
  if (std::any_of(request.excluded.begin(), request.excluded.end(), matches)) return false;
  return request.topics.empty() || std::any_of(request.topics.begin(), request.topics.end(), matches);
}

Result<ArchiveReport> archive(LogSource& source, Store& store, const ArchiveRequest& request) {
  return Archiver(source, store, request).run();
}

}  // namespace arkive::kafka
