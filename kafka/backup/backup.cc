#include "kafka/backup/backup.h"

#include <algorithm>

#include "kafka/archive/layout.h"
#include "kafka/backup/backup_facts.h"
#include "kafka/backup/second_look.h"
#include "stores/core/bytes.h"
#include "stores/core/interrupt.h"
#include "stores/core/time.h"
#include "stores/proof/run_signer.h"

namespace arkive::kafka {
namespace {

class Backup {
 public:
  explicit Backup(const BackupRequest& request) : request_(request) {}

  Result<BackupReport> run() {
    ARKIVE_TRY(check_cluster_name(cluster()));
    // Before the moment the run is dated by: the order of runs is the order in which they held this lock.
    ARKIVE_ASSIGN(lock_, request_.store->lock(archive_lock(cluster()), soon()));
    run_id_ = new_run_id(wall_clock_now());
    started_ = wall_clock_now();
    ARKIVE_TRY(request_.tree ? back_up_tree_and_topics() : back_up_topics());
    return std::move(report_);
  }

 private:
  const std::string& cluster() const { return request_.topics.cluster; }
  Deadline soon() const { return request_.topics.deadline.sooner(request_.topics.fetch.patience); }

  Status back_up_topics() {
    ArchiveRequest topics = topic_request();
    topics.commit = [&](Manifest& manifest, const ArchiveReport& report, const SeenCluster& seen) -> Status {
      report_.disagreements = offsets_out_of_range(seen);
      name_backup(manifest, manifest.facts, "{}", report);
      manifest.id = run_id_;
      manifest.started = started_;
      ARKIVE_TRY(check_interrupt("commit the backup"));
      ARKIVE_ASSIGN(const proof::ReadyManifest ready,
                    proof::ready_manifest(*request_.store, manifest, request_.topics.signing_key.get(),
                                          request_.topics.deadline));
      ARKIVE_TRY(request_.store->put(manifest_key(cluster(), run_id_), ready.json, PutMode::kCreateOnly,
                                     request_.topics.deadline));
      report_.manifest = manifest;
      return ok();
    };
    ARKIVE_ASSIGN(report_.topics, archive(*request_.source, *request_.store, topics));
    return ok();
  }

  Status back_up_tree_and_topics() {
    ARKIVE_ASSIGN(const ClusterFacts brokers, request_.source->cluster(soon()));
    zk::DumpRequest tree = *request_.tree;
    tree.cluster = cluster();
    tree.run_id = run_id_;
    tree.arkive_version = request_.topics.arkive_version;
    tree.to = request_.histories;
    tree.to.push_back(request_.repository);
    tree.complete = [&](const Repository& to, const zk::Reading& reading, Manifest& manifest) -> Status {
      if (&to != request_.repository) return ok();
      return add_topics(brokers, reading, manifest);
    };
    ARKIVE_ASSIGN(report_.tree, zk::dump(tree));
    const zk::DumpDestination& kept = report_.tree->destinations.back();
    if (kept.error) return fail(*kept.error);
    report_.manifest = *kept.manifest;
    return ok();
  }

  Status add_topics(const ClusterFacts& brokers, const zk::Reading& reading, Manifest& manifest) {
    const std::vector<ClusterInTree> clusters = clusters_in_tree(reading.tree);
    const ClusterInTree* in_tree = nullptr;
    if (is_whole_tree()) {
      ARKIVE_ASSIGN(in_tree, cluster_with_id(clusters, brokers.cluster_id));
    }
    ArchiveRequest topics = topic_request();
    topics.commit = [&](Manifest& of_topics, const ArchiveReport& report, const SeenCluster& seen) -> Status {
      if (in_tree != nullptr) {
        report_.compared = true;
        ARKIVE_ASSIGN(report_.disagreements, compare_halves(*in_tree, seen));
      }
      for (Disagreement& one : offsets_out_of_range(seen)) report_.disagreements.push_back(std::move(one));
      join(manifest, of_topics);
      name_backup(manifest, manifest.facts, of_topics.facts, report);
      return check_interrupt("commit the backup");
    };
    ARKIVE_ASSIGN(report_.topics, archive(*request_.source, *request_.store, topics));
    return ok();
  }

  ArchiveRequest topic_request() const {
    ArchiveRequest topics = request_.topics;
    topics.held = lock_.get();
    return topics;
  }

  // A part of a tree cannot be compared: what it lacks may have been left out.
  bool is_whole_tree() const {
    const zk::Selection& selection = request_.tree->selection;
    return selection.path == "/" && selection.include.empty() && selection.exclude.empty();
  }

  Result<std::vector<Disagreement>> compare_halves(const ClusterInTree& in_tree, const SeenCluster& seen) {
    const SecondLook look{*request_.tree->source, *request_.source, request_.topics,
                          request_.tree->connections};
    return compare(in_tree, seen, look, soon());
  }

  // What is missing of either is missing of the backup.
  static void join(Manifest& manifest, const Manifest& topics) {
    constexpr std::size_t kMostMissing = 10'000;
    manifest.logs = topics.logs;
    manifest.missing_count += topics.missing_count;
    for (const Missing& missing : topics.missing) {
      if (manifest.missing.size() < kMostMissing) manifest.missing.push_back(missing);
    }
    manifest.summary += "; " + topics.summary;
  }

  void name_backup(Manifest& manifest, const std::string& facts, const std::string& more_facts,
                   const ArchiveReport& report) {
    manifest.what = "backup";
    for (const Disagreement& one : report_.disagreements) {
      if (one.kind != Disagreement::Kind::kMismatch) continue;
      ++manifest.missing_count;
      manifest.missing.push_back({one.object, "mismatch: " + one.what});
    }
    manifest.whole = manifest.missing_count == 0;
    manifest.finished = wall_clock_now();
    BackupFacts added;
    added.span_began = started_;
    added.span_ended = report.cut_began + report.cut_took.count();
    added.compared = report_.compared;
    added.disagreements = report_.disagreements;
    added.disagreement_count = report_.disagreements.size();
    added.rates.bytes_per_second = rate_of(report.bytes_fetched, report.fetch_took);
    added.rates.records_per_second = rate_of(
        static_cast<std::uint64_t>(std::max<std::int64_t>(report.records_fetched, 0)), report.fetch_took);
    const auto tree = zk::DumpFacts::from_json(facts);
    if (tree && request_.tree) {
      added.rates.znodes_per_second = rate_of(tree->znodes, std::chrono::milliseconds(tree->read_ms));
    }
    manifest.facts = added.added_to(facts, more_facts);
  }

  const BackupRequest& request_;
  std::unique_ptr<StoreLock> lock_;
  std::string run_id_;
  UnixMilliseconds started_ = 0;
  BackupReport report_;
};

}  // namespace

Result<BackupReport> backup(const BackupRequest& request) {
  return Backup(request).run();
}

}  // namespace arkive::kafka
