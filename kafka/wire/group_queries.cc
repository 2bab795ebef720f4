#include "kafka/wire/group_queries.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

#include "kafka/wire/at_once.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/groups.h"
#include "kafka/wire/offset_queries.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka::wire {
namespace {

constexpr RetryPolicy kTries{std::chrono::milliseconds(100), std::chrono::seconds(3), 0};
constexpr std::size_t kMostDescribedAtOnce = 100;
constexpr std::size_t kMostOffsetsAtOnce = 50;
constexpr std::string_view kVanished = "Dead";
const std::string kOffsetsTopic = "__consumer_offsets";

bool may_pass(std::int16_t error) {
  const Meaning meaning = error_meaning(error);
  return meaning == Meaning::kRetry || meaning == Meaning::kLookAgain;
}

// What one broker says of the groups it coordinates.
class Coordinator {
 public:
  explicit Coordinator(std::int32_t id) : id_(id) {}

  void ask(Cluster& cluster, Deadline deadline) {
    const auto asked = cluster.with_broker(
        id_, [this](Connection& connection, Deadline answer_by) { return ask_all(connection, answer_by); },
        deadline);
    if (!asked) error_ = asked.error();
  }

  const std::optional<Error>& error() const { return error_; }
  /// A group that is moving, or loading, was met.
  bool is_unsettled() const { return unsettled_; }
  std::vector<GroupFacts>& groups() { return groups_; }

 private:
  Status ask_all(Connection& connection, Deadline answer_by);
  Status list(Connection& connection, Deadline answer_by);
  Status describe(Connection& connection, std::span<const std::string> names, Deadline answer_by);
  Status describe_consumers(Connection& connection, std::span<const std::string> names, Deadline answer_by);
  void take_described(const DescribedGroup& described, std::vector<std::string>* unseen);
  Status fetch_offsets(Connection& connection, std::span<const std::string> names, Deadline answer_by);
  Status take_offsets(Connection& connection, std::int16_t version, std::span<const std::string> names,
                      Deadline answer_by);
  void take_error(GroupFacts& group, std::int16_t error);

  std::int32_t id_;
  std::optional<Error> error_;
  bool unsettled_ = false;
  std::vector<GroupFacts> groups_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

void Coordinator::take_error(GroupFacts& group, std::int16_t error) {
  if (error == kNoError || !group.error.empty()) return;
  group.error = error_text(error);
  unsettled_ |= may_pass(error);
}

Status Coordinator::list(Connection& connection, Deadline answer_by) {
  groups_.clear();
  by_name_.clear();
  unsettled_ = false;
  ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kListGroups));
  ARKIVE_ASSIGN(const Bytes body, connection.call(list_groups_request(version), answer_by));
  ARKIVE_ASSIGN(ListGroups answer, read_list_groups(body, version));
  connection.rest(answer.throttle);
  if (answer.error != kNoError) {
    return fail(broker_error("list the groups of broker " + std::to_string(id_), answer.error));
  }
  for (ListedGroup& listed : answer.groups) {
    GroupFacts group;
    group.name = std::move(listed.name);
    group.state = std::move(listed.state);
    group.protocol = std::move(listed.protocol);
    group.coordinator = id_;
    if (by_name_.emplace(group.name, groups_.size()).second) groups_.push_back(std::move(group));
  }
  return ok();
}

Status Coordinator::describe(Connection& connection, std::span<const std::string> names, Deadline answer_by) {
  ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kDescribeGroups));
  ARKIVE_ASSIGN(const Bytes body, connection.call(describe_groups_request(version, names), answer_by));
  ARKIVE_ASSIGN(const DescribeGroups answer, read_describe_groups(body, version));
  connection.rest(answer.throttle);
  std::vector<std::string> unseen;
  for (const DescribedGroup& described : answer.groups) take_described(described, &unseen);
  return unseen.empty() ? ok() : describe_consumers(connection, unseen, answer_by);
}

// Those that DescribeGroups does not see: of KIP-848, or of a later kind, of which the list alone tells.
Status Coordinator::describe_consumers(Connection& connection, std::span<const std::string> names,
                                       Deadline answer_by) {
  const auto version = connection.versions().pick(Api::kConsumerGroupDescribe);
  if (!version) return ok();
  ARKIVE_ASSIGN(const Bytes body,
                connection.call(describe_consumer_groups_request(*version, names), answer_by));
  ARKIVE_ASSIGN(const DescribeGroups answer, read_describe_consumer_groups(body, *version));
  connection.rest(answer.throttle);
  for (const DescribedGroup& described : answer.groups) take_described(described, nullptr);
  return ok();
}

void Coordinator::take_described(const DescribedGroup& described, std::vector<std::string>* unseen) {
  const auto found = by_name_.find(described.name);
  if (found == by_name_.end()) return;
  GroupFacts& group = groups_[found->second];
  if (described.error == kGroupIdNotFound || (described.state == kVanished && !group.state.empty())) {
    if (unseen != nullptr) unseen->push_back(group.name);
    return;
  }
  // A broker without the new coordinator has no such groups.
  if (unseen == nullptr && described.error == kUnsupportedVersion) return;
  take_error(group, described.error);
  if (described.error != kNoError) return;
  group.state = described.state;
  group.protocol = described.protocol;
  group.members = described.members;
}

Status Coordinator::take_offsets(Connection& connection, std::int16_t version,
                                 std::span<const std::string> names, Deadline answer_by) {
  ARKIVE_ASSIGN(const Bytes body, connection.receive(answer_by));
  ARKIVE_ASSIGN(OffsetFetch answer, read_offset_fetch(body, version));
  connection.rest(answer.throttle);
  if (answer.groups.size() != names.size()) {
    return fail(bad_answer(Api::kOffsetFetch, version, "not the groups asked about"));
  }
  for (OffsetsOfGroup& offsets : answer.groups) {
    const auto found = by_name_.find(version < kOffsetFetchOfMany ? names.front() : offsets.name);
    if (found == by_name_.end())
      return fail(bad_answer(Api::kOffsetFetch, version, "a group nobody asked about"));
    GroupFacts& group = groups_[found->second];
    if (offsets.error != kGroupIdNotFound) take_error(group, offsets.error);
    group.offsets = std::move(offsets.offsets);
  }
  return ok();
}

Status Coordinator::fetch_offsets(Connection& connection, std::span<const std::string> names,
                                  Deadline answer_by) {
  ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kOffsetFetch));
  const std::size_t at_once = version < kOffsetFetchOfMany ? 1 : kMostOffsetsAtOnce;
  const auto piece = [&](std::size_t at) { return names.subspan(at, std::min(at_once, names.size() - at)); };
  for (std::size_t at = 0; at < names.size(); at += at_once) {
    ARKIVE_TRY(connection.send(offset_fetch_request(version, piece(at)), answer_by));
  }
  for (std::size_t at = 0; at < names.size(); at += at_once) {
    ARKIVE_TRY(take_offsets(connection, version, piece(at), answer_by));
  }
  return ok();
}

Status Coordinator::ask_all(Connection& connection, Deadline answer_by) {
  ARKIVE_TRY(list(connection, answer_by));
  std::vector<std::string> names;
  names.reserve(groups_.size());
  for (const GroupFacts& group : groups_) names.push_back(group.name);
  for (std::size_t at = 0; at < names.size(); at += kMostDescribedAtOnce) {
    const auto piece =
        std::span<const std::string>(names).subspan(at, std::min(kMostDescribedAtOnce, names.size() - at));
    ARKIVE_TRY(describe(connection, piece, answer_by));
    ARKIVE_TRY(fetch_offsets(connection, piece, answer_by));
  }
  return ok();
}

class GroupQuery {
 public:
  GroupQuery(Cluster& cluster, Deadline deadline)
      : cluster_(cluster), deadline_(deadline), patience_(deadline.sooner(kPartitionPatience)) {}

  Result<std::vector<GroupFacts>> run();

 private:
  /// Who led the partitions that groups live in.
  Result<std::vector<std::int32_t>> homes(std::vector<std::int32_t>& brokers);
  /// False when it has to be done again.
  Result<bool> ask_all_brokers(std::vector<GroupFacts>& groups);

  Cluster& cluster_;
  Deadline deadline_;
  Deadline patience_;
};

Result<std::vector<std::int32_t>> GroupQuery::homes(std::vector<std::int32_t>& brokers) {
  ARKIVE_ASSIGN(const Metadata metadata, cluster_.metadata({&kOffsetsTopic, 1}, deadline_));
  brokers.clear();
  for (const BrokerFacts& broker : metadata.cluster.brokers) brokers.push_back(broker.id);
  std::vector<std::int32_t> leaders;
  for (const TopicMetadata& topic : metadata.topics) {
    for (const PartitionFacts& partition : topic.facts.partitions) leaders.push_back(partition.leader);
  }
  return leaders;
}

Result<bool> GroupQuery::ask_all_brokers(std::vector<GroupFacts>& groups) {
  std::vector<std::int32_t> brokers;
  ARKIVE_ASSIGN(const auto before, homes(brokers));
  std::vector<Coordinator> coordinators;
  for (const std::int32_t id : brokers) coordinators.emplace_back(id);
  std::vector<std::function<void()>> tasks;
  for (Coordinator& coordinator : coordinators) {
    tasks.emplace_back([&] { coordinator.ask(cluster_, deadline_); });
  }
  at_once(tasks);
  bool settled = true;
  std::map<std::string, GroupFacts> by_name;
  for (Coordinator& coordinator : coordinators) {
    if (coordinator.error()) return fail(*coordinator.error());
    settled &= !coordinator.is_unsettled();
    for (GroupFacts& group : coordinator.groups()) {
      // Told by two brokers, it has just moved; who can answer for it coordinates it now.
      GroupFacts& kept = by_name[group.name];
      if (kept.name.empty() || !kept.error.empty()) kept = std::move(group);
    }
  }
  ARKIVE_ASSIGN(const auto after, homes(brokers));
  groups.clear();
  for (auto& [name, group] : by_name) groups.push_back(std::move(group));
  return settled && before == after;
}

Result<std::vector<GroupFacts>> GroupQuery::run() {
  Backoff backoff(kTries);
  while (true) {
    std::vector<GroupFacts> groups;
    const auto settled = ask_all_brokers(groups);
    if (!settled && (settled.error().outcome != Outcome::kRetry || deadline_.passed())) {
      return fail(settled.error());
    }
    if (settled && (*settled || patience_.passed())) return groups;
    if (!pause_for(backoff.next(), deadline_)) {
      return fail(interruption_of("list the groups"));
    }
  }
}

}  // namespace

Result<std::vector<GroupFacts>> ask_groups(Cluster& cluster, Deadline deadline) {
  return GroupQuery(cluster, deadline).run();
}

}  // namespace arkive::kafka::wire
