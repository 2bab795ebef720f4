#include "restore-plans/drill/drill.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "kafka/recovery/archived_producers.h"
#include "kafka/znodes/topics_in_tree.h"
#include "restore-plans/apply/journal.h"
#include "restore-plans/drill/broker_configs.h"
#include "restore-plans/drill/drill_surroundings.h"
#include "restore-plans/drill/findings.h"
#include "restore-plans/drill/throwaway_cluster.h"
#include "restore-plans/observe/observe.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"

namespace arkive::restore_plans {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Of fewer, opening files takes most of the time, and what is reckoned from it says nothing.
constexpr std::uint64_t kTellingBytes = 16ULL << 20;

milliseconds since(steady_clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
}

std::uint64_t bytes_with_replicas(const std::vector<kafka::ArchivedTopic>& topics) {
  std::uint64_t bytes = 0;
  for (const kafka::ArchivedTopic& topic : topics) {
    for (const kafka::ArchivedPartition& partition : topic.partitions) {
      for (const kafka::ArchivedSegment& segment : partition.segments) {
        if (segment.generation == partition.generation) bytes += segment.bytes * partition.replicas.size();
      }
    }
  }
  return bytes;
}

class Drilling {
 public:
  Drilling(const DrilledBackup& backup, const DrillOptions& options)
      : drilled_(backup), options_(options), backup_(*backup.backup) {}

  Result<DrillReport> run() {
    ARKIVE_TRY(choose());
    ARKIVE_TRY(check_room());
    auto begin = steady_clock::now();
    ARKIVE_ASSIGN(ThrowawayCluster servers, start_servers());
    step("start-zookeeper", since(begin));
    begin = steady_clock::now();
    ARKIVE_TRY(plan(servers));
    step("plan", since(begin));
    add_notes(report_.plan, report_.not_back);
    ARKIVE_TRY(carry_out(servers));
    if (!report_.refused) ARKIVE_TRY(compare(servers));
    return std::move(report_);
  }

 private:
  void step(std::string name, milliseconds took, std::uint64_t bytes = 0) {
    report_.rto += took;
    report_.steps.push_back({std::move(name), took, bytes});
  }

  Status choose() {
    if (backup_.tree == nullptr) {
      return fail(Outcome::kNotFound, "drill: the backup has no tree of ZooKeeper",
                  "name a run of arkive backup by --from");
    }
    if (backup_.archive == nullptr) {
      return fail(Outcome::kNotFound, "drill: the backup has no topics",
                  "name a run of arkive backup by --from");
    }
    const auto clusters = kafka::clusters_in_tree(*backup_.tree);
    if (clusters.empty()) return fail(Outcome::kNotFound, "drill: the backup's tree holds no Kafka");
    root_ = clusters.front().root;
    has_acls_ = backup_.tree->find(root_ + "/kafka-acl") != zk::kNoNode;
    report_.topics = choose_sample(backup_.topics, options_.topics);
    report_.topics_of_all = backup_.topics.size();
    report_.bytes_of_all = bytes_with_replicas(backup_.topics);
    index_ = only_topics(*backup_.archive, report_.topics);
    std::set<std::int32_t> brokers;
    for (const kafka::ArchivedTopic& topic : backup_.topics) {
      if (!report_.topics.contains(topic.name)) continue;
      topics_.push_back(topic);
      for (const kafka::ArchivedPartition& partition : topic.partitions)
        brokers.insert(partition.replicas.begin(), partition.replicas.end());
    }
    if (brokers.empty())
      return fail(Outcome::kNotFound, "drill: no topic of the backup is wanted",
                  "arkive show names its topics");
    report_.brokers = {brokers.begin(), brokers.end()};
    report_.bytes = bytes_with_replicas(topics_);
    return ok();
  }

  Status check_room() {
    std::error_code error;
    const auto room = std::filesystem::space(options_.scratch, error);
    if (error || room.available >= report_.bytes + report_.bytes / 10) return ok();
    return fail(Outcome::kFull,
                "drill in '" + printable(options_.scratch) + "': the logs of " +
                    std::to_string(report_.brokers.size()) + " brokers take " + human_size(report_.bytes) +
                    ", and there are " + human_size(room.available),
                "name a directory with more room by --scratch, or bring back a sample of topics by --sample");
  }

  Result<ThrowawayCluster> start_servers() {
    ThrowawayCluster::Settings settings;
    settings.directory = options_.scratch;
    settings.kafka_home = options_.kafka_home;
    settings.zookeeper_home = options_.zookeeper_home;
    settings.heap = options_.heap;
    settings.brokers = {report_.brokers.begin(), report_.brokers.end()};
    settings.kafka_root = root_;
    settings.acls = has_acls_;
    ARKIVE_ASSIGN(ThrowawayCluster servers, ThrowawayCluster::start(settings));
    ARKIVE_ASSIGN(zookeeper_.connect, zk::ConnectString::parse(servers.zookeeper_address()));
    report_.kafka_version = servers.kafka_version();
    report_.zookeeper_version = servers.zookeeper_version();
    return servers;
  }

  LiveDoors doors() const {
    LiveDoors doors = drilled_.doors;
    doors.zookeeper = zookeeper_;
    doors.has_zookeeper = true;
    doors.kafka_address.clear();
    doors.packet_limit = 0x3ffffff;
    doors.load_tree = [load = drilled_.doors.load_tree, root = root_, &topics = report_.topics,
                       all = topics_.size() == backup_.topics.size()]() -> Result<LoadedTree> {
      ARKIVE_ASSIGN(LoadedTree loaded, load());
      if (!all) leave_out_topics(*loaded.tree, root, topics);
      return loaded;
    };
    return doors;
  }

  Status plan(ThrowawayCluster& servers) {
    const LiveDoors open = doors();
    ARKIVE_ASSIGN(const LoadedTree loaded, open.load_tree());
    BackupInHand backup = backup_;
    backup.tree = loaded.tree.get();
    backup.archive = &index_;
    backup.topics = topics_;
    backup.brokers = servers.brokers();
    backup.highest_producer_id = [this] {
      return kafka::highest_archived_producer_id(*drilled_.store, backup_.where.cluster, topics_,
                                                 Deadline::never());
    };
    Observation seen;
    seen.observed = wall_clock_now();
    zk::ConnectOptions zookeeper = open.zookeeper;
    zookeeper.deadline = Deadline::after(open.patience);
    ARKIVE_ASSIGN(seen.zookeeper, observe_zookeeper(zookeeper));
    for (const std::int32_t broker : report_.brokers) {
      kafka::LogsReport empty;
      empty.broker = broker;
      for (const std::string& path : servers.log_directories(broker)) {
        empty.directories.emplace_back();
        empty.directories.back().path = path;
      }
      seen.logs.push_back(std::move(empty));
    }
    PlanOptions how;
    how.arkive_version = options_.arkive_version;
    how.now = options_.now;
    ARKIVE_ASSIGN(report_.plan, make_plan(backup, seen, how));
    leave_out_broker_configs(*loaded.tree, root_, report_.plan.decisions, report_.not_rehearsed);
    return write_file_durably(options_.scratch + "/plan.json", report_.plan.to_json(), IfExists::kConflict);
  }

  Status carry_out(ThrowawayCluster& servers) {
    const Plan& plan = report_.plan;
    ARKIVE_ASSIGN(ApplyJournal journal, ApplyJournal::open(options_.scratch + "/plan.json.journal", plan.id,
                                                           hex(sha256(plan.to_json()))));
    SeedFigures figures;
    const auto live = live_surroundings(doors(), plan);
    const auto world = drill_surroundings(*live, {*drilled_.store, backup_.where.cluster, index_, topics_,
                                                  servers, figures, options_.gate_wait, options_.on_seeded});
    ApplyOptions how;
    how.yes = true;
    how.gate_wait = options_.gate_wait;
    ARKIVE_ASSIGN(ApplyReport applied, apply(plan, &journal, *world, how));
    report_.bytes = 0;
    milliseconds seeding{0};
    for (const StepOutcome& outcome : applied.steps) {
      const auto seeded = figures.bytes.find(outcome.step);
      const std::uint64_t bytes = seeded == figures.bytes.end() ? 0 : seeded->second;
      if (bytes > 0) seeding += outcome.took;
      report_.bytes += bytes;
      step(outcome.step, outcome.took, bytes);
    }
    if (seeding.count() > 0 && report_.bytes >= kTellingBytes)
      report_.bytes_a_second = report_.bytes * 1000 / static_cast<std::uint64_t>(seeding.count());
    report_.refused = std::move(applied.refused);
    add_missing(figures.missing, report_.not_back);
    add_deviations(applied.deviations, report_.not_back);
    return ok();
  }

  Status compare(ThrowawayCluster& servers) {
    const auto begin = steady_clock::now();
    std::string bootstrap;
    for (const ObservedBroker& broker : servers.brokers())
      bootstrap += (bootstrap.empty() ? "" : ",") + broker.host + ":" + std::to_string(broker.port);
    ARKIVE_ASSIGN(const auto source,
                  drilled_.doors.open_source(bootstrap, Deadline::after(drilled_.doors.patience)));
    kafka::CompareOptions how;
    how.sample = options_.batches;
    how.seed = options_.topics.seed;
    ARKIVE_ASSIGN(report_.compared,
                  kafka::compare_with_cluster(*drilled_.store, backup_.where.cluster, index_, *source, how));
    add_compared(*report_.compared, report_.not_back);
    report_.compare_took = since(begin);
    return ok();
  }

  const DrilledBackup& drilled_;
  const DrillOptions& options_;
  const BackupInHand& backup_;
  std::string root_;
  bool has_acls_ = false;
  kafka::ArchiveIndex index_;  // of what is brought back
  std::vector<kafka::ArchivedTopic> topics_;
  zk::ConnectOptions zookeeper_;
  DrillReport report_;
};

}  // namespace

std::optional<std::chrono::milliseconds> DrillReport::rto_of_all() const {
  if (topics.size() >= topics_of_all) return rto;
  if (bytes_a_second == 0 || bytes_of_all < bytes) return std::nullopt;
  return rto + milliseconds((bytes_of_all - bytes) * 1000 / bytes_a_second);
}

Result<DrillReport> drill(const DrilledBackup& backup, const DrillOptions& options) {
  return Drilling(backup, options).run();
}

}  // namespace arkive::restore_plans
