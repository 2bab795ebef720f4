#include "kafka/rdkafka/librdkafka_log_source.h"

#include <algorithm>
#include <array>

#include "kafka/rdkafka/log_fetcher_internal.h"
#include "kafka/rdkafka/queries_internal.h"

namespace arkive::kafka {
namespace rdkafka {

Result<Metadata> ask_metadata(const Client& client, Topics topics, Deadline deadline) {
  const rd_kafka_metadata_t* raw = nullptr;
  ARKIVE_TRY(
      client.patiently("ask for the cluster's metadata", deadline, [&](std::chrono::milliseconds span) {
        return rd_kafka_metadata(client.get(), topics == Topics::kAll ? 1 : 0, nullptr, &raw,
                                 static_cast<int>(span.count()));
      }));
  return Metadata(raw);
}

namespace {

struct FreeText {
  rd_kafka_t* client;
  void operator()(char* text) const { rd_kafka_mem_free(client, text); }  // house: it wants the handle
};
using Text = std::unique_ptr<char, FreeText>;

// Kafka's own list (Topic.java, 4.1): librdkafka does not hand out what brokers say.
bool is_internal(const std::string& topic) {
  return topic == "__consumer_offsets" || topic == "__transaction_state" || topic == "__share_group_state";
}

TopicFacts facts_of(const rd_kafka_metadata_topic_t& from) {
  TopicFacts topic;
  topic.name = from.topic;
  topic.internal = is_internal(topic.name);
  for (const auto& one : std::span(from.partitions, static_cast<std::size_t>(from.partition_cnt))) {
    PartitionFacts& partition = topic.partitions.emplace_back();
    partition.partition = one.id;
    partition.leader = one.leader;
    partition.replicas.assign(one.replicas, one.replicas + one.replica_cnt);
    partition.in_sync_replicas.assign(one.isrs, one.isrs + one.isr_cnt);
  }
  std::sort(topic.partitions.begin(), topic.partitions.end(),
            [](const auto& a, const auto& b) { return a.partition < b.partition; });
  if (from.err != RD_KAFKA_RESP_ERR_NO_ERROR && topic.partitions.empty()) topic.error = error_text(from.err);
  return topic;
}

class LibrdkafkaLogSource final : public LogSource {
 public:
  LibrdkafkaLogSource(Settings settings, std::shared_ptr<Clients> clients)
      : settings_(std::move(settings)), clients_(std::move(clients)) {}

  std::string_view name() const override { return "librdkafka"; }
  bool exact() const override { return false; }

  Result<ClusterFacts> cluster(Deadline deadline) override {
    const Client& client = *clients_->committed;
    ARKIVE_ASSIGN(const Metadata metadata, ask_metadata(client, Topics::kNone, deadline));
    ClusterFacts facts;
    const auto wait = static_cast<int>(deadline.sooner(std::chrono::seconds(10)).remaining().count());
    if (const Text id(rd_kafka_clusterid(client.get(), wait), FreeText{client.get()}); id) {
      facts.cluster_id = id.get();
    }
    facts.controller = rd_kafka_controllerid(client.get(), wait);
    for (const auto& one : std::span(metadata->brokers, static_cast<std::size_t>(metadata->broker_cnt))) {
      facts.brokers.push_back({one.id, one.host, static_cast<std::uint16_t>(one.port), {}});
    }
    std::sort(facts.brokers.begin(), facts.brokers.end(),
              [](const BrokerFacts& a, const BrokerFacts& b) { return a.id < b.id; });
    return facts;
  }

  Result<std::vector<TopicFacts>> topics(Deadline deadline) override {
    const Deadline patience = deadline.sooner(kPatience);
    while (true) {
      ARKIVE_ASSIGN(const Metadata metadata, ask_metadata(*clients_->committed, Topics::kAll, deadline));
      std::vector<TopicFacts> topics;
      bool settled = true;
      for (const auto& from : std::span(metadata->topics, static_cast<std::size_t>(metadata->topic_cnt))) {
        topics.push_back(facts_of(from));
        // A topic that is being made has no partitions yet.
        settled &= from.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || from.partition_cnt > 0;
      }
      std::sort(topics.begin(), topics.end(),
                [](const TopicFacts& a, const TopicFacts& b) { return a.name < b.name; });
      if (settled || patience.passed()) return topics;
      if (!pause_for(std::chrono::milliseconds(200), patience))
        ARKIVE_TRY(check_interrupt("list the topics"));
    }
  }

  Result<std::vector<PartitionOffsets>> offsets(std::span<const TopicPartition> partitions,
                                                Deadline deadline) override {
    return clients_->offsets(partitions, deadline);
  }

  Result<std::vector<std::int64_t>> offsets_at(std::span<const TopicPartition> partitions,
                                               UnixMilliseconds time, Deadline deadline) override {
    const OffsetQuestion question{clients_->uncommitted.get(), std::max<UnixMilliseconds>(time, 0)};
    ARKIVE_ASSIGN(const auto asked, ask_offsets(partitions, {&question, 1}, deadline));
    std::vector<std::int64_t> offsets;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (!asked[i].error.empty()) {
        return fail(asked[i].outcome, "look up a time in '" + partitions[i].text() + "': " + asked[i].error);
      }
      offsets.push_back(asked[i].offsets[0]);
    }
    return offsets;
  }

  Result<std::optional<LeaderEpochStart>> end_of_epoch(const TopicPartition&, std::int32_t,
                                                       Deadline) override {
    return std::optional<LeaderEpochStart>();
  }

  Result<std::vector<TopicConfigs>> topic_configs(std::span<const std::string> topics,
                                                  Deadline deadline) override {
    return ask_topic_configs(*clients_->committed, topics, deadline);
  }

  Result<std::vector<GroupFacts>> groups(Deadline deadline) override {
    return ask_groups(settings_, deadline);
  }

  Result<std::unique_ptr<LogFetcher>> open_fetcher(std::int32_t, Deadline) override {
    return open_log_fetcher(settings_, clients_);
  }

 private:
  const Settings settings_;
  std::shared_ptr<Clients> clients_;  // shared with fetchers
};

}  // namespace

Result<std::vector<PartitionOffsets>> Clients::offsets(std::span<const TopicPartition> partitions,
                                                       Deadline deadline) const {
  const std::array<OffsetQuestion, 3> questions = {{{committed.get(), OffsetQuestion::kEarliest},
                                                    {committed.get(), OffsetQuestion::kLatest},
                                                    {uncommitted.get(), OffsetQuestion::kLatest}}};
  ARKIVE_ASSIGN(const auto asked, ask_offsets(partitions, questions, deadline));
  std::vector<PartitionOffsets> all;
  for (const AskedOffsets& from : asked) {
    PartitionOffsets& offsets = all.emplace_back();
    offsets.error = from.error;
    if (!from.error.empty()) continue;
    offsets.log_start = from.offsets[0];
    offsets.high_watermark = from.offsets[2];
    offsets.last_stable_offset = std::min(from.offsets[1], from.offsets[2]);
  }
  return all;
}

}  // namespace rdkafka

Result<std::unique_ptr<LogSource>> open_librdkafka_log_source(const std::string& bootstrap,
                                                              const ClientProperties& properties,
                                                              Deadline deadline) {
  using namespace rdkafka;
  ARKIVE_ASSIGN(const Settings settings, settings_of(bootstrap, properties));
  Settings uncommitted = settings;
  uncommitted.push_back({"isolation.level", "read_uncommitted"});
  auto clients = std::make_shared<Clients>();
  ARKIVE_ASSIGN(clients->committed, Client::create(settings));
  ARKIVE_ASSIGN(clients->uncommitted, Client::create(uncommitted));
  auto source = std::make_unique<LibrdkafkaLogSource>(settings, std::move(clients));
  auto reached = source->cluster(deadline);
  if (!reached) return fail(std::move(reached.error()).within("reach Kafka by librdkafka"));
  return std::unique_ptr<LogSource>(std::move(source));
}

std::string librdkafka_version() {
  std::array<char, 512> features{};
  std::size_t size = features.size();
  rdkafka::Configuration configuration(rd_kafka_conf_new());
  const bool known =
      rd_kafka_conf_get(configuration.get(), "builtin.features", features.data(), &size) == RD_KAFKA_CONF_OK;
  return std::string("librdkafka ") + rd_kafka_version_str() +
         (known ? " (" + std::string(features.data()) + ")" : std::string());
}

}  // namespace arkive::kafka
