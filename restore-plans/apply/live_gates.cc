#include "restore-plans/apply/live_gates_internal.h"

#include <algorithm>
#include <map>
#include <utility>

#include "kafka/archive/live_batches.h"
#include "restore-plans/apply/znode_step.h"
#include "restore-plans/observe/observe.h"
#include "stores/core/bytes.h"
#include "stores/core/tcp.h"
#include "zk/client/session.h"

namespace arkive::restore_plans {
namespace {

tl::unexpected<Error> closed(const std::string& why) {
  return fail(Outcome::kRetry, why);
}

zk::ConnectOptions soon(const LiveDoors& doors) {
  zk::ConnectOptions options = doors.zookeeper;
  options.deadline = Deadline::after(doors.patience);
  return options;
}

/// A chroot that is not there is fine: then nobody is registered.
Result<std::vector<std::string>> registered(const Plan& plan, const LiveDoors& doors) {
  auto session = zk::Session::open(soon(doors));
  if (!session) {
    if (session.error().outcome == Outcome::kNotFound) return std::vector<std::string>();
    return fail(std::move(session).error());
  }
  ARKIVE_ASSIGN(zk::Session::GotChildren got, (*session)->get_children(plan.kafka_root + "/brokers/ids"));
  if (got.answer == zk::Answer::kNoZnode) return std::vector<std::string>();
  if (got.answer != zk::Answer::kOk)
    return closed("look at /brokers/ids: " + std::string(zk::answer_text(got.answer)));
  return std::move(got.names);
}

Status zookeeper_answers(const LiveDoors& doors) {
  if (!doors.has_zookeeper) return fail(Outcome::kUsage, "no ZooKeeper was named", "say --zk");
  auto session = zk::Session::open(soon(doors));
  if (session || session.error().outcome == Outcome::kNotFound) return ok();
  return fail(std::move(session).error());
}

Status brokers_down(const Plan& plan, const LiveDoors& doors) {
  if (doors.has_zookeeper) {
    ARKIVE_ASSIGN(const std::vector<std::string> ids, registered(plan, doors));
    if (!ids.empty()) {
      std::string text;
      for (const std::string& id : ids) text += (text.empty() ? "" : ", ") + printable(id);
      return closed("registered in ZooKeeper: broker " + text +
                    " (of one that was killed it goes with its session)");
    }
  }
  for (const ObservedBroker& broker : plan.brokers) {
    if (broker.host.empty() || broker.port == 0) continue;
    constexpr std::chrono::seconds kMost{2};
    const auto connected = connect_tcp(broker.host, broker.port, Deadline::after(kMost));
    if (connected)
      return closed("broker " + std::to_string(broker.id) + " answers at " + printable(broker.host) + ":" +
                    std::to_string(broker.port));
    if (connected.error().outcome == Outcome::kInterrupted) return fail(Error(connected.error()));
  }
  return ok();
}

Status target_as_observed(const Plan& plan, const LiveDoors& doors) {
  ARKIVE_ASSIGN(const ObservedZooKeeper now, observe_zookeeper(soon(doors)));
  if (now.reached != Reached::kAnswered) return closed("ZooKeeper does not answer: " + printable(now.error));
  const std::vector<std::string> moved = znode_differences(plan.observation.zookeeper, now, plan.path);
  if (moved.empty()) return ok();
  return fail(Outcome::kConflict,
              "the target's ZooKeeper is not as it was planned for: " + moved.front() +
                  (moved.size() > 1 ? ", and " + std::to_string(moved.size() - 1) + " more" : std::string()),
              "plan again; arkive plan --diff OLD NEW says what that changes");
}

Status znodes_as_planned(const Plan& plan, const LiveDoors& doors, bool still) {
  ZnodeStep step{plan, doors.load_tree, soon(doors), doors.packet_limit};
  ARKIVE_ASSIGN(const std::vector<Deviation> deviations, znode_deviations(step, still));
  if (deviations.empty()) return ok();
  return fail(Outcome::kConflict,
              deviations.front().object + " " + deviations.front().what +
                  (deviations.size() > 1 ? ", and " + std::to_string(deviations.size() - 1) + " more"
                                         : std::string()),
              still ? "plan again: what was restored is gone"
                    : "somebody else writes there; stop it and apply again");
}

Result<std::unique_ptr<kafka::LogSource>> source_of(const Plan& plan, const LiveDoors& doors) {
  const std::string address = kafka_address(doors, plan);
  if (address.empty()) return fail(Outcome::kUsage, "no address of a broker is known", "say --kafka");
  auto source = doors.open_source(address, Deadline::after(doors.patience));
  if (!source && source.error().outcome == Outcome::kRetry) return closed(source.error().what);
  return source;
}

Status kafka_answers(const Plan& plan, const LiveDoors& doors) {
  ARKIVE_ASSIGN(const auto source, source_of(plan, doors));
  ARKIVE_TRY(source->cluster(Deadline::after(doors.patience)));
  return ok();
}

Status brokers_up(const Plan& plan, const LiveDoors& doors) {
  ARKIVE_ASSIGN(const auto source, source_of(plan, doors));
  ARKIVE_ASSIGN(const kafka::ClusterFacts cluster, source->cluster(Deadline::after(doors.patience)));
  for (const ObservedBroker& broker : plan.brokers) {
    if (std::ranges::find(cluster.brokers, broker.id, &kafka::BrokerFacts::id) == cluster.brokers.end())
      return closed("broker " + std::to_string(broker.id) + " is not there yet");
  }
  if (cluster.controller < 0) return closed("no controller is elected yet");
  return ok();
}

Status in_sync_full(const Plan& plan, const LiveDoors& doors) {
  ARKIVE_ASSIGN(const auto source, source_of(plan, doors));
  ARKIVE_ASSIGN(const std::vector<kafka::TopicFacts> topics, source->topics(Deadline::after(doors.patience)));
  std::size_t waiting = 0;
  std::string first;
  std::size_t seen = 0;
  for (const kafka::TopicFacts& topic : topics) {
    for (const kafka::PartitionFacts& partition : topic.partitions) {
      ++seen;
      if (partition.leader >= 0 && partition.in_sync_replicas.size() == partition.replicas.size()) continue;
      if (waiting++ == 0)
        first = printable(topic.name) + "-" + std::to_string(partition.partition) +
                (partition.leader < 0 ? " has no leader"
                                      : " has " + std::to_string(partition.in_sync_replicas.size()) + " of " +
                                            std::to_string(partition.replicas.size()) + " replicas in sync");
    }
  }
  if (waiting > 0)
    return closed(first + (waiting > 1 ? ", and " + std::to_string(waiting - 1) + " more" : std::string()));
  if (seen < plan.partitions.size())
    return closed("brokers know " + std::to_string(seen) + " of " + std::to_string(plan.partitions.size()) +
                  " partitions");
  return ok();
}

/// The last record of each partition that has one, really fetched.
Status records_readable(const Plan& plan, const LiveDoors& doors) {
  ARKIVE_ASSIGN(const auto source, source_of(plan, doors));
  const Deadline deadline = Deadline::after(std::chrono::minutes(2));
  ARKIVE_ASSIGN(const std::vector<kafka::TopicFacts> topics, source->topics(deadline));
  std::vector<kafka::TopicPartition> partitions;
  std::vector<kafka::BatchWant> all;
  for (const kafka::TopicFacts& topic : topics) {
    for (const kafka::PartitionFacts& partition : topic.partitions) {
      partitions.push_back({topic.name, partition.partition});
      all.push_back({partitions.back(), topic.id, partition.leader, 0, 0});
    }
  }
  ARKIVE_ASSIGN(const std::vector<kafka::PartitionOffsets> offsets, source->offsets(partitions, deadline));
  std::vector<kafka::BatchWant> wants;
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (!offsets[index].error.empty())
      return closed(printable(partitions[index].text()) + ": " + printable(offsets[index].error));
    if (offsets[index].high_watermark <= offsets[index].log_start) continue;
    all[index].offset = offsets[index].high_watermark - 1;
    wants.push_back(all[index]);
  }
  std::string problem;
  ARKIVE_TRY(kafka::ask_live_batches(
      *source, wants, doors.patience, deadline,
      [](std::size_t, kafka::BatchWant&) -> Result<bool> { return true; },
      [&](std::size_t index, const kafka::LiveBatch& batch) {
        // Compaction may have taken the last record and left its offset: then there is none at the end.
        const bool fine = batch.state == kafka::LiveBatch::State::kThere ||
                          batch.state == kafka::LiveBatch::State::kBeyondEnd;
        if (!fine && problem.empty())
          problem = printable(wants[index].partition.text()) +
                    " cannot be read: " + (batch.error.empty() ? "no answer" : printable(batch.error));
      }));
  return problem.empty() ? ok() : closed(problem);
}

}  // namespace

std::string kafka_address(const LiveDoors& doors, const Plan& plan) {
  if (!doors.kafka_address.empty()) return doors.kafka_address;
  if (!plan.observation.kafka.address.empty()) return plan.observation.kafka.address;
  std::string address;
  for (const ObservedBroker& broker : plan.brokers) {
    if (broker.host.empty() || broker.port == 0) continue;
    address += (address.empty() ? "" : ",") + broker.host + ":" + std::to_string(broker.port);
  }
  return address;
}

Status check_gate(Gate gate, const Plan& plan, const LiveDoors& doors) {
  switch (gate) {
    case Gate::kZooKeeperAnswers:
      return zookeeper_answers(doors);
    case Gate::kTargetAsObserved:
      return target_as_observed(plan, doors);
    case Gate::kBrokersDown:
      return brokers_down(plan, doors);
    case Gate::kZnodesAsPlanned:
      return znodes_as_planned(plan, doors, false);
    case Gate::kZnodesInPlace:
      return znodes_as_planned(plan, doors, true);
    case Gate::kLogsSeeded:
      return ok();
    case Gate::kBrokersUp:
      return brokers_up(plan, doors);
    case Gate::kInSyncFull:
      return in_sync_full(plan, doors);
    case Gate::kRecordsReadable:
      return records_readable(plan, doors);
    case Gate::kKafkaAnswers:
      return kafka_answers(plan, doors);
  }
  return fail(Outcome::kFail, "no such gate");
}

}  // namespace arkive::restore_plans
