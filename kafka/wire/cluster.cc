#include "kafka/wire/cluster.h"

#include <algorithm>
#include <optional>
#include <set>

#include "kafka/wire/messages/error_codes.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka::wire {
namespace {

constexpr const char* kNoBroker =
    "no broker answered in time: look whether they run and whether these are the right bootstrap servers";

constexpr std::size_t kMostIdle = 4;              // per broker
constexpr std::size_t kMostTopicsAtOnce = 1'000;  // in one Metadata request
constexpr RetryPolicy kRounds{std::chrono::milliseconds(100), std::chrono::seconds(5), 0};

bool is_for_everybody(Outcome outcome) {
  return outcome == Outcome::kDenied || outcome == Outcome::kInterrupted || outcome == Outcome::kUsage;
}

}  // namespace

Result<std::vector<BrokerAddress>> parse_bootstrap(std::string_view text) {
  std::vector<BrokerAddress> addresses;
  const auto bad = [&](std::string_view entry) {
    return fail(Outcome::kUsage, "read the bootstrap servers '" + printable(text) + "': '" +
                                     printable(entry) + "' is not HOST:PORT");
  };
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view entry = text.substr(0, comma);
    while (!entry.empty() && entry.front() == ' ') entry.remove_prefix(1);
    while (!entry.empty() && entry.back() == ' ') entry.remove_suffix(1);
    if (const std::size_t scheme = entry.find("://"); scheme != std::string_view::npos) {
      entry.remove_prefix(scheme + 3);
    }
    const std::size_t colon = entry.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return bad(entry);
    std::string_view host = entry.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const std::string_view digits = entry.substr(colon + 1);
    std::uint32_t port = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9' || port > UINT16_MAX) return bad(entry);
      port = port * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (host.empty() || port == 0 || port > UINT16_MAX) return bad(entry);
    addresses.push_back({std::string(host), static_cast<std::uint16_t>(port)});
    if (comma == std::string_view::npos) return addresses;
    text.remove_prefix(comma + 1);
  }
}

std::unique_ptr<Connection> Cluster::take_idle(const BrokerAddress& address) {
  const std::lock_guard lock(mutex_);
  auto& idle = idle_[address];
  if (idle.empty()) return nullptr;
  auto connection = std::move(idle.back());
  idle.pop_back();
  return connection;
}

void Cluster::give_back(std::unique_ptr<Connection> connection) {
  if (!connection->usable() || !connection->all_answered()) return;
  const std::lock_guard lock(mutex_);
  last_good_ = connection->address();
  auto& idle = idle_[connection->address()];
  if (idle.size() < kMostIdle) idle.push_back(std::move(connection));
}

Status Cluster::try_address(const BrokerAddress& address, const Use& use, Deadline deadline) {
  const auto ask = [&](Connection& connection) -> Status {
    auto used = use(connection, deadline.sooner(security_->properties().request_timeout));
    if (used || used.error().outcome != Outcome::kCorrupt || !connection.usable()) return used;
    return fail(connection.broken(std::move(used.error())));
  };
  if (auto connection = take_idle(address)) {
    auto used = ask(*connection);
    const bool was_stale = !used && used.error().outcome == Outcome::kRetry && !connection->usable();
    give_back(std::move(connection));
    if (!was_stale) return used;
    const std::lock_guard lock(mutex_);
    idle_[address].clear();
  }
  ARKIVE_ASSIGN(auto connection, Connection::open(address, security_, deadline));
  auto used = ask(*connection);
  give_back(std::move(connection));
  return used;
}

std::vector<BrokerAddress> Cluster::candidates() {
  const std::lock_guard lock(mutex_);
  std::vector<BrokerAddress> all;
  const auto add = [&](const BrokerAddress& address) {
    if (std::find(all.begin(), all.end(), address) == all.end()) all.push_back(address);
  };
  if (last_good_.port != 0) add(last_good_);
  for (const auto& [id, address] : brokers_) add(address);
  for (const BrokerAddress& address : bootstrap_) add(address);
  return all;
}

Status Cluster::with_any_broker(const Use& use, Deadline deadline) {
  Backoff backoff(kRounds);
  Error before;  // of the round before
  while (true) {
    Error last;
    std::optional<Error> lasting;
    for (const BrokerAddress& address : candidates()) {
      auto used = try_address(address, use, deadline);
      if (used || is_for_everybody(used.error().outcome)) return used;
      last = used.error();
      if (last.outcome != Outcome::kRetry && !lasting) lasting = last;
    }
    if (lasting) return fail(std::move(*lasting));
    // The deadline cuts the last try short, which then has less to tell than the one before.
    if (deadline.passed()) {
      Error told = std::move(last.hint.empty() && !before.what.empty() ? before : last);
      if (told.hint.empty()) told.hint = kNoBroker;
      return fail(std::move(told));
    }
    before = std::move(last);
    if (!pause_for(backoff.next(), deadline)) {
      return fail(interruption_of("wait for the brokers"));
    }
  }
}

Result<BrokerAddress> Cluster::address_of(std::int32_t id, Deadline deadline) {
  const auto known = [&]() -> std::optional<BrokerAddress> {
    const std::lock_guard lock(mutex_);
    const auto found = brokers_.find(id);
    if (found == brokers_.end()) return std::nullopt;
    return found->second;
  };
  if (const auto address = known()) return *address;
  ARKIVE_TRY(metadata(std::span<const std::string>(), deadline));
  if (const auto address = known()) return *address;
  return fail(Outcome::kRetry, "find broker " + std::to_string(id) + ": the cluster does not know it now");
}

Status Cluster::with_broker(std::int32_t id, const Use& use, Deadline deadline) {
  ARKIVE_ASSIGN(const BrokerAddress address, address_of(id, deadline));
  return try_address(address, use, deadline);
}

Result<std::unique_ptr<Connection>> Cluster::connect(std::int32_t id, Deadline deadline) {
  ARKIVE_ASSIGN(const BrokerAddress address, address_of(id, deadline));
  return Connection::open(address, security_, deadline);
}

Result<Metadata> Cluster::ask_metadata(const std::function<Request(std::int16_t)>& request,
                                       Deadline deadline) {
  Metadata metadata;
  ARKIVE_TRY(with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kMetadata));
        ARKIVE_ASSIGN(const Bytes body, connection.call(request(version), answer_by));
        ARKIVE_ASSIGN(metadata, read_metadata(body, version));
        connection.rest(metadata.throttle);
        // A broker that has only just started has not been told yet.
        if (metadata.cluster.brokers.empty()) {
          return fail(Outcome::kRetry, "ask the broker at '" + connection.address().text() +
                                           "': it does not know the cluster yet");
        }
        return ok();
      },
      deadline));
  learn(metadata);
  return metadata;
}

Result<Metadata> Cluster::metadata(Deadline deadline) {
  return ask_metadata(all_metadata_request, deadline);
}

Result<Metadata> Cluster::metadata(std::span<const std::string> topics, Deadline deadline, bool operations) {
  Metadata all;
  do {
    const auto piece = topics.first(std::min(topics.size(), kMostTopicsAtOnce));
    topics = topics.subspan(piece.size());
    ARKIVE_ASSIGN(
        Metadata part,
        ask_metadata([&](std::int16_t version) { return metadata_request(version, piece, operations); },
                     deadline));
    all.cluster = std::move(part.cluster);
    std::move(part.topics.begin(), part.topics.end(), std::back_inserter(all.topics));
  } while (!topics.empty());
  return all;
}

void Cluster::learn(const Metadata& metadata) {
  const std::lock_guard lock(mutex_);
  brokers_.clear();
  for (const BrokerFacts& broker : metadata.cluster.brokers) {
    brokers_[broker.id] = {broker.host, broker.port};
  }
  // Connections to brokers that are gone would stay for ever.
  std::erase_if(idle_, [&](const auto& entry) {
    return std::none_of(brokers_.begin(), brokers_.end(),
                        [&](const auto& broker) { return broker.second == entry.first; });
  });
  for (const TopicMetadata& topic : metadata.topics) {
    TopicLeaders& leaders = leaders_[topic.facts.name];
    leaders.error = topic.error;
    leaders.brokers.clear();
    for (const PartitionFacts& partition : topic.facts.partitions) {
      // A hostile number must not decide how much memory is taken.
      const auto index = static_cast<std::size_t>(partition.partition);
      if (partition.partition < 0 || index > 2 * topic.facts.partitions.size()) continue;
      if (leaders.brokers.size() <= index) leaders.brokers.resize(index + 1, Leader::kNone);
      leaders.brokers[index] = partition.leader;
    }
  }
}

Result<std::vector<Leader>> Cluster::leaders(std::span<const TopicPartition> partitions, Deadline deadline) {
  std::set<std::string> unknown;
  {
    const std::lock_guard lock(mutex_);
    for (const TopicPartition& partition : partitions) {
      if (!leaders_.contains(partition.topic)) unknown.insert(partition.topic);
    }
  }
  if (!unknown.empty()) {
    ARKIVE_TRY(metadata(std::vector<std::string>(unknown.begin(), unknown.end()), deadline));
  }
  std::vector<Leader> leaders;
  leaders.reserve(partitions.size());
  const std::lock_guard lock(mutex_);
  for (const TopicPartition& partition : partitions) {
    Leader& leader = leaders.emplace_back();
    const auto found = leaders_.find(partition.topic);
    if (found == leaders_.end()) {
      leader.error = kUnknownTopicOrPartition;
      continue;
    }
    const auto index = static_cast<std::size_t>(partition.partition);
    leader.error = found->second.error;
    if (partition.partition >= 0 && index < found->second.brokers.size()) {
      leader.broker = found->second.brokers[index];
      if (leader.broker == Leader::kNone && leader.error == kNoError) leader.error = kLeaderNotAvailable;
    } else if (leader.error == kNoError) {
      leader.error = kUnknownTopicOrPartition;
    }
  }
  return leaders;
}

void Cluster::forget_leaders(std::span<const std::string> topics) {
  const std::lock_guard lock(mutex_);
  for (const std::string& topic : topics) leaders_.erase(topic);
}

Result<std::shared_ptr<Cluster>> open_cluster(const std::string& bootstrap,
                                              const ClientProperties& properties, Deadline deadline) {
  ARKIVE_ASSIGN(auto addresses,
                parse_bootstrap(bootstrap.empty() ? properties.bootstrap_servers : bootstrap));
  ARKIVE_ASSIGN(auto security, Security::create(properties));
  auto cluster = std::make_shared<Cluster>(std::move(addresses), std::move(security));
  ARKIVE_TRY(cluster->metadata(std::span<const std::string>(), deadline));
  return cluster;
}

}  // namespace arkive::kafka::wire
