#include "kafka/prune/prune.h"

#include <algorithm>
#include <set>

#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "kafka/prune/needs.h"
#include "kafka/prune/stored_runs.h"
#include "kafka/prune/waiting_lists.h"
#include "stores/core/interrupt.h"
#include "stores/core/words.h"
#include "stores/many_objects.h"

namespace arkive::kafka {
namespace {

struct UnneededList {
  std::string sha256;
  std::uint64_t size = 0;
};

/// Why a run stays where nothing is to be removed.
constexpr const char* kNoRule = "no rule removes it";

/// One prune.
class Pruner {
 public:
  explicit Pruner(const PruneRequest& request)
      : request_(request), store_(request.store), needs_(request.cluster) {}

  Result<PruneOutcome> run() {
    ARKIVE_TRY(check());
    ARKIVE_TRY(lock());
    ARKIVE_TRY(judge());
    if (request_.extend_retention) ARKIVE_TRY(extend());
    if (!removes()) return std::move(outcome_);
    Status removed = remove();
    if (!removed) return fail(with_extension(std::move(removed.error())));
    return std::move(outcome_);
  }

 private:
  Status remove() {
    ARKIVE_TRY(check_damaged());
    if (store_ != nullptr) ARKIVE_TRY(plan_topics());
    if (store_ != nullptr) ARKIVE_TRY(leave_word());
    ARKIVE_TRY(announce());
    ARKIVE_TRY(remove_runs());
    if (store_ != nullptr && everything_is_known_) ARKIVE_TRY(remove_topics());
    return ok();
  }

  /// The outcome is lost with an error, and what was done before it is not undone.
  Error with_extension(Error error) const {
    if (!outcome_.extension) return error;
    const Extension& extension = *outcome_.extension;
    error.what += std::string("; the retention of ") + counted(extension.extended, "object") +
                  (request_.dry_run ? " would have been extended before" : " was extended before");
    if (!extension.failed.empty()) {
      error.what += ", of " + std::to_string(extension.failed.size()) + " not, first '" +
                    extension.failed.front().object + "': " + extension.failed.front().what;
    }
    return error;
  }

  Deadline soon() const { return request_.deadline.sooner(request_.patience); }
  bool removes() const { return request_.rules.any(); }

  Status check() const {
    ARKIVE_TRY(check_cluster_name(request_.cluster));
    if (request_.extend_retention && store_ == nullptr) {
      return fail(Outcome::kUsage,
                  "extend the retention of cluster '" + request_.cluster +
                      "': a git history keeps nothing for a while",
                  "take a store in a bucket with Object Lock");
    }
    if (request_.extend_retention) ARKIVE_TRY(store_->keeps_for());
    if (removes() || (request_.extend_retention && request_.unproven_going.empty())) return ok();
    return fail(Outcome::kUsage, "prune cluster '" + request_.cluster + "': no rule says what stays",
                "give at least one of --keep, --keep-within, --keep-daily, --keep-weekly, --keep-monthly, "
                "--keep-yearly");
  }

  /// Nobody archives this cluster meanwhile, or copies topics of it into this store.
  Status lock() {
    if (store_ == nullptr) return ok();
    if (request_.dry_run) return ok();
    ARKIVE_ASSIGN(own_lock_, store_->lock(archive_lock(request_.cluster), soon()));
    return ok();
  }

  Status judge() {
    ARKIVE_ASSIGN(std::vector<Manifest> runs, request_.repository->runs(request_.cluster));
    // A commit of a git history whose record was pruned is nothing that can go.
    std::erase_if(runs, [](const Manifest& run) {
      return run.record.location.empty() && !run.tree.location.empty() && run.logs.location.empty();
    });
    if (store_ != nullptr) {
      ARKIVE_ASSIGN(stored_, read_all_runs(*store_, request_.cluster, request_.deadline));
      runs = stored_[request_.cluster].runs;
      damaged_ = stored_[request_.cluster].damaged;
      if (!request_.extend_retention) ARKIVE_TRY(check_damaged());
    }
    outcome_.runs =
        judge_runs(std::move(runs), request_.rules, request_.now, request_.keys ? &*request_.keys : nullptr);
    ARKIVE_TRY(let_unproven_go());
    for (JudgedRun& one : outcome_.runs) {
      if (!removes() && one.doubt.empty()) one.reasons = {kNoRule};
    }
    for (const JudgedRun& one : outcome_.runs) {
      if (one.stays() && !one.doubt.empty())
        outcome_.unproven.push_back({manifest_key(request_.cluster, one.run.id), one.doubt});
      if (one.stays()) continue;
      outcome_.removed.push_back(one.run.id);
      if (!one.run.tree.location.empty()) with_tree_.push_back(one.run.id);
    }
    return ok();
  }

  Status check_damaged() const {
    if (damaged_.empty()) return ok();
    return fail(
        Outcome::kCorrupt,
        "prune cluster '" + request_.cluster + "': what a run needs is not known: " + damaged_.front().what,
        "bring its manifest back from another copy of the store; nothing was removed");
  }

  Status let_unproven_go() {
    for (const std::string& id : request_.unproven_going) {
      const std::string what = "prune cluster '" + request_.cluster + "': run '" + printable(id) + "' ";
      const auto found = std::find_if(outcome_.runs.begin(), outcome_.runs.end(),
                                      [&](const JudgedRun& one) { return one.run.id == id; });
      if (found == outcome_.runs.end() && is_damaged(id)) continue;  // and so nothing will be removed
      if (found == outcome_.runs.end())
        return fail(Outcome::kNotFound, what + "is to go, and is not there; nothing was removed");
      if (found->doubt.empty()) {
        return fail(
            Outcome::kUsage,
            what +
                "is to go as one that nothing proves, and it is proven, or from before anybody signed, or no "
                "key was given; nothing was removed",
            "the rules say which of those go");
      }
      found->reasons.clear();
    }
    return ok();
  }

  bool is_damaged(const std::string& id) const {
    const std::string key = manifest_key(request_.cluster, id);
    return std::any_of(damaged_.begin(), damaged_.end(),
                       [&](const Finding& one) { return one.object == key; });
  }

  const Manifest& run_of(const std::string& id) const {
    return std::find_if(outcome_.runs.begin(), outcome_.runs.end(),
                        [&](const JudgedRun& one) { return one.run.id == id; })
        ->run;
  }

  Status plan_topics() {
    for (const JudgedRun* one : runs_that_count())
      ARKIVE_TRY(needs_.add(*store_, one->run, request_.deadline));
    for (const JudgedRun& one : outcome_.runs) {
      if (one.stays() && !one.doubt.empty()) ARKIVE_TRY(needs_.add(*store_, one.run, request_.deadline));
    }
    ARKIVE_TRY(look_at_other_clusters());
    ARKIVE_ASSIGN(waiting_, WaitingLists::read(*store_, request_.cluster, request_.deadline));
    // What a run named that goes now is nobody's who is at work.
    for (const std::string& id : outcome_.removed) {
      Needs named(request_.cluster);
      if (!named.add_lists(*store_, run_of(id), request_.deadline)) continue;
      named_.push_back(std::move(named));
    }
    return ok();
  }

  /// Those that stay, but for those that do since nothing proves them.
  std::vector<const JudgedRun*> runs_that_count() const {
    std::vector<const JudgedRun*> staying;
    for (const JudgedRun& one : outcome_.runs) {
      if (one.stays() && one.doubt.empty()) staying.push_back(&one);
    }
    return staying;
  }

  /// All that runs need as far as it is known: a list that is lost costs no other run its locks.
  Status extend() {
    ARKIVE_ASSIGN(const std::chrono::milliseconds span, store_->keeps_for());
    ExtensionRequest extension{.store = store_,
                               .cluster = request_.cluster,
                               .needs = &needs_,
                               .until = request_.now + span.count(),
                               .dry_run = request_.dry_run,
                               .deadline = request_.deadline};
    std::vector<Refusal> not_known;
    for (const Finding& damaged : damaged_) not_known.push_back({damaged.object, damaged.what});
    for (const JudgedRun* one : runs_that_count()) {
      extension.runs.push_back(&one->run);
      const Status added = needs_.add(*store_, one->run, request_.deadline);
      if (added) continue;
      if (added.error().outcome != Outcome::kCorrupt) return added;
      not_known.push_back({manifest_key(request_.cluster, one->run.id), added.error().what});
    }
    ARKIVE_ASSIGN(outcome_.extension, extend_retention(extension));
    std::vector<Refusal>& failed = outcome_.extension->failed;
    failed.insert(failed.end(), not_known.begin(), not_known.end());
    return ok();
  }

  /// Lists are shared by all clusters of a store. While one of these is archived, or cannot be read, which
  /// lists it needs is not known.
  Status look_at_other_clusters() {
    ARKIVE_ASSIGN(std::vector<std::string> others, clusters_of_lists(*store_, request_.deadline));
    std::erase(others, request_.cluster);
    if (!request_.dry_run) {
      auto locks = lock_archives(*store_, others, soon());
      if (!locks && locks.error().outcome != Outcome::kConflict) return fail(std::move(locks).error());
      if (!locks) {
        lists_wait("another cluster of the store is being archived: " + locks.error().what);
        return ok();
      }
      other_locks_ = std::move(*locks);
      // As they are now that nobody adds to them.
      ARKIVE_ASSIGN(stored_, read_all_runs(*store_, request_.cluster, request_.deadline));
    }
    for (const auto& [cluster, stored] : stored_) {
      if (cluster == request_.cluster) continue;
      if (!stored.damaged.empty()) {
        lists_wait("what cluster '" + cluster +
                   "' needs of them is not known: " + stored.damaged.front().what);
      }
      for (const Manifest& run : stored.runs) {
        const Status added = needs_.add_lists(*store_, run, request_.deadline);
        if (added) continue;
        if (added.error().outcome != Outcome::kCorrupt) return added;
        lists_wait(added.error().what);
      }
    }
    return ok();
  }

  void lists_wait(const std::string& why) {
    if (lists_may_go_) outcome_.notes.push_back("no list is removed this time: " + why);
    lists_may_go_ = false;
  }

  /// What somebody needs only since the store refused to remove a run is counted as kept.
  Result<std::vector<UnneededList>> unneeded_lists() {
    std::vector<UnneededList> found;
    ARKIVE_TRY(store_->list(
        "lists/",
        [&](const Store::Object& object) -> Status {
          std::string hash(hash_in_list_key(object.key));
          if (hash.empty()) return ok();
          const bool is_kept = planned_needs_ && lists_may_go_ && !planned_needs_->has_list(hash);
          if (!needs_.has_list(hash)) {
            found.push_back({std::move(hash), object.size});
          } else if (is_kept) {
            outcome_.kept_bytes += object.size;
          }
          return ok();
        },
        request_.deadline));
    return found;
  }

  /// What no run of this cluster needs, whoever put it there: its lock is held.
  Result<std::vector<Store::Object>> unneeded_segment_files() {
    std::vector<Store::Object> found;
    ARKIVE_TRY(store_->list(
        topics_prefix(request_.cluster),
        [&](const Store::Object& object) -> Status {
          if (!needs_.has_segment_file(object.key)) {
            found.push_back(object);
          } else if (planned_needs_ && !planned_needs_->has_segment_file(object.key)) {
            outcome_.kept_bytes += object.size;
          }
          return ok();
        },
        request_.deadline));
    return found;
  }

  /// Brings waiting_ up to date.
  void note_lists(const std::vector<UnneededList>& unneeded) {
    std::map<std::string, UnixMilliseconds> since;
    for (const UnneededList& list : unneeded) {
      const bool was_named = std::any_of(named_.begin(), named_.end(),
                                         [&](const Needs& run) { return run.has_list(list.sha256); });
      const auto before = waiting_.since.find(list.sha256);
      if (was_named) {
        since[list.sha256] = WaitingLists::kWasNamed;
      } else {
        since[list.sha256] =
            before != waiting_.since.end() && before->second <= request_.now ? before->second : request_.now;
      }
    }
    waiting_.since = std::move(since);
  }

  void count_list(const UnneededList& list) {
    ++outcome_.lists;
    outcome_.list_bytes += list.size;
  }

  void count_segment_file(const Store::Object& object) {
    const SegmentFile file = parse_segment_key(request_.cluster, object.key).value().file;
    if (file == SegmentFile::kLog || file == SegmentFile::kCompressedLog) ++outcome_.segments;
    outcome_.segment_bytes += object.size;
  }

  void tell_of_waiting_lists() {
    if (!lists_may_go_) return;
    const auto waiting = static_cast<std::uint64_t>(
        std::count_if(waiting_.since.begin(), waiting_.since.end(),
                      [&](const auto& one) { return !waiting_.is_due(one.first, request_.now); }));
    if (waiting == 0) return;
    outcome_.notes.push_back(counted(waiting, "list") +
                             " that no run names stay for a day: a run at work may have written them");
  }

  /// A dry run that is told nothing of what the store keeps says so.
  Status tell_if_not_asked() {
    const auto keeping = store_->kept_until("arkive.json", request_.deadline);
    if (keeping || keeping.error().outcome != Outcome::kUsage) return ok();
    outcome_.notes.push_back("what the store itself may keep is not known before it is to go: " +
                             keeping.error().what);
    return ok();
  }

  /// So that the next prune goes on where this one is killed.
  Status leave_word() {
    ARKIVE_ASSIGN(const auto lists, unneeded_lists());
    const std::string before = waiting_.to_json();
    note_lists(lists);
    if (request_.dry_run) return tell_if_not_asked();
    if (waiting_.to_json() == before) return ok();
    return waiting_.write(*store_, request_.cluster, request_.deadline);
  }

  Status announce() const {
    if (request_.dry_run || !request_.before_removal || outcome_.removed.empty()) return ok();
    std::vector<const Manifest*> going;
    for (const std::string& id : outcome_.removed) going.push_back(&run_of(id));
    return request_.before_removal(going);
  }

  /// Removes `objects`, or asks whether the store would, and tells which are gone; it may refuse some.
  Status remove_all(const std::vector<Store::Object>& objects,
                    const std::function<void(std::size_t index)>& gone) {
    std::vector<std::string> keys;
    for (const Store::Object& object : objects) keys.push_back(object.key);
    std::size_t taken = 0;
    const auto take = [&](const std::string& key, const Status& removed) -> Status {
      const std::size_t index = taken++;
      if (removed) {
        gone(index);
      } else if (removed.error().outcome == Outcome::kDenied) {
        outcome_.refused.push_back({key, removed.error().what});
        outcome_.kept_bytes += objects[index].size;
      } else {
        return removed;
      }
      return check_interrupt("prune");
    };
    if (request_.dry_run) return ask_removal_of_each(*store_, keys, take, request_.deadline);
    return remove_each(*store_, keys, take, request_.deadline);
  }

  /// The manifests, and the trees with theirs. A run whose manifest stays needs what it needed.
  Status remove_runs() {
    ARKIVE_ASSIGN(PruneReport trees,
                  request_.repository->prune(request_.cluster, with_tree_, request_.dry_run));
    outcome_.tree_bytes = trees.bytes_freed;
    outcome_.kept_bytes = trees.bytes_kept;
    outcome_.refused = std::move(trees.refused);
    std::set<std::string> gone(trees.removed.begin(), trees.removed.end());
    std::vector<std::string> others;
    std::vector<Store::Object> manifests;
    for (const std::string& id : outcome_.removed) {
      if (!run_of(id).tree.location.empty()) continue;
      others.push_back(id);
      manifests.push_back({manifest_key(request_.cluster, id), 0});
    }
    if (store_ != nullptr) ARKIVE_TRY(remove_all(manifests, [&](std::size_t i) { gone.insert(others[i]); }));
    for (const std::string& id : outcome_.removed) {
      if (!gone.contains(id)) ARKIVE_TRY(keep_after_all(run_of(id)));
    }
    std::erase_if(outcome_.removed, [&](const std::string& id) { return !gone.contains(id); });
    return ok();
  }

  Status keep_after_all(const Manifest& run) {
    if (store_ == nullptr) return ok();
    if (!planned_needs_) planned_needs_ = needs_;
    const Status added = needs_.add(*store_, run, request_.deadline);
    if (added) return ok();
    if (added.error().outcome != Outcome::kCorrupt) return added;
    everything_is_known_ = false;
    outcome_.notes.push_back("no list and no segment is removed: " + added.error().what);
    return ok();
  }

  Status remove_topics() {
    std::vector<std::string> gone;
    ARKIVE_ASSIGN(const auto lists, unneeded_lists());
    std::vector<const UnneededList*> going;
    for (const UnneededList& list : lists) {
      if (lists_may_go_ && waiting_.is_due(list.sha256, request_.now)) going.push_back(&list);
    }
    std::vector<Store::Object> objects;
    for (const UnneededList* list : going) objects.push_back({list_key(list->sha256), list->size});
    ARKIVE_TRY(remove_all(objects, [&](std::size_t i) {
      count_list(*going[i]);
      gone.push_back(going[i]->sha256);
    }));
    tell_of_waiting_lists();
    other_locks_.clear();
    ARKIVE_ASSIGN(const auto files, unneeded_segment_files());
    ARKIVE_TRY(remove_all(files, [&](std::size_t i) { count_segment_file(files[i]); }));
    if (request_.dry_run) return ok();
    ARKIVE_TRY(forget(gone));
    return store_->remove_unfinished(request_.deadline);
  }

  /// Those that a run needs whose removal was refused wait on: who refuses may have removed it.
  Status forget(const std::vector<std::string>& removed_lists) {
    if (removed_lists.empty()) return ok();
    for (const std::string& sha256 : removed_lists) waiting_.since.erase(sha256);
    return waiting_.write(*store_, request_.cluster, request_.deadline);
  }

  const PruneRequest& request_;
  Store* const store_;
  Needs needs_;
  std::optional<Needs> planned_needs_;  ///< as they were before the store refused to remove a run
  bool lists_may_go_ = true;
  bool everything_is_known_ = true;
  std::unique_ptr<StoreLock> own_lock_;
  std::vector<std::unique_ptr<StoreLock>> other_locks_;
  std::map<std::string, StoredRuns> stored_;
  std::vector<Finding> damaged_;        ///< manifests of the cluster
  std::vector<std::string> with_tree_;  ///< of those that go
  std::vector<Needs> named_;            ///< the lists of those that go
  WaitingLists waiting_;
  PruneOutcome outcome_;
};

}  // namespace

Result<PruneOutcome> prune(const PruneRequest& request) {
  return Pruner(request).run();
}

}  // namespace arkive::kafka
