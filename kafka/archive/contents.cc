#include "kafka/archive/contents.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kafka/archive/json_document.h"

namespace arkive::kafka {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;
// Of a list of segments some of which are compressed: an arkive that looks for .log files only must refuse
// it.
constexpr int kCompressedFormat = 2;
// Of one with merged segments: an arkive that does not know where these lie must refuse it.
constexpr int kMergedFormat = 3;

Json gaps_to_json(const std::vector<OffsetGap>& gaps) {
  Json list = Json::array();
  for (const OffsetGap& gap : gaps) {
    list.push_back({{"first", gap.first}, {"next", gap.next}, {"cause", gap.cause}});
  }
  return list;
}

std::vector<OffsetGap> gaps_from_json(const Json& list) {
  std::vector<OffsetGap> gaps;
  for (const Json& gap : list) {
    gaps.push_back({gap.at("first").get<std::int64_t>(), gap.at("next").get<std::int64_t>(),
                    gap.at("cause").get<std::string>()});
  }
  return gaps;
}

Json segment_to_json(const ArchivedSegment& segment) {
  Json object = {{"base_offset", segment.base_offset},
                 {"next_offset", segment.next_offset},
                 {"generation", segment.generation},
                 {"bytes", segment.bytes},
                 {"batches", segment.batches},
                 {"records", segment.records},
                 {"least_base_timestamp_ms", segment.least_base_timestamp},
                 {"max_timestamp_ms", segment.max_timestamp},
                 {"sha256", segment.sha256}};
  if (segment.is_compressed()) object["zstd_bytes"] = segment.zstd_bytes;
  if (segment.merge > 0) object["merge"] = segment.merge;
  if (segment.aborted > 0) object["aborted"] = segment.aborted;
  if (segment.gap_count > 0) {
    object["gaps"] = gaps_to_json(segment.gaps);
    object["gap_count"] = segment.gap_count;
    object["missing_offsets"] = segment.missing_offsets;
  }
  return object;
}

ArchivedSegment segment_from_json(const Json& object) {
  ArchivedSegment segment;
  object.at("base_offset").get_to(segment.base_offset);
  object.at("next_offset").get_to(segment.next_offset);
  object.at("generation").get_to(segment.generation);
  object.at("bytes").get_to(segment.bytes);
  object.at("batches").get_to(segment.batches);
  object.at("records").get_to(segment.records);
  object.at("least_base_timestamp_ms").get_to(segment.least_base_timestamp);
  object.at("max_timestamp_ms").get_to(segment.max_timestamp);
  object.at("sha256").get_to(segment.sha256);
  segment.zstd_bytes = object.value("zstd_bytes", std::uint64_t{0});
  segment.merge = object.value("merge", std::int32_t{0});
  segment.aborted = object.value("aborted", std::uint64_t{0});
  if (object.contains("gaps")) {
    segment.gaps = gaps_from_json(object.at("gaps"));
    object.at("gap_count").get_to(segment.gap_count);
    object.at("missing_offsets").get_to(segment.missing_offsets);
  }
  return segment;
}

Json partition_to_json(const ArchivedPartition& partition) {
  Json epochs = Json::array();
  for (const LeaderEpochStart& epoch : partition.epochs) epochs.push_back({epoch.epoch, epoch.start_offset});
  Json open = Json::array();
  for (const OpenTransaction& one : partition.open) {
    open.push_back({{"producer_id", one.producer_id},
                    {"producer_epoch", one.producer_epoch},
                    {"first_offset", one.first_offset}});
  }
  Json segments = Json::array();
  for (const ArchivedSegment& segment : partition.segments) segments.push_back(segment_to_json(segment));
  return {{"partition", partition.partition},
          {"replicas", partition.replicas},
          {"leader_epoch", partition.leader_epoch},
          {"log_start", partition.log_start},
          {"high_watermark", partition.high_watermark},
          {"last_stable_offset", partition.last_stable_offset},
          {"next_offset", partition.next_offset},
          {"generation", partition.generation},
          {"epochs", std::move(epochs)},
          {"open_transactions", std::move(open)},
          {"gaps", gaps_to_json(partition.gaps)},
          {"segments", std::move(segments)}};
}

ArchivedPartition partition_from_json(const Json& object) {
  ArchivedPartition partition;
  object.at("partition").get_to(partition.partition);
  object.at("replicas").get_to(partition.replicas);
  object.at("leader_epoch").get_to(partition.leader_epoch);
  object.at("log_start").get_to(partition.log_start);
  object.at("high_watermark").get_to(partition.high_watermark);
  object.at("last_stable_offset").get_to(partition.last_stable_offset);
  object.at("next_offset").get_to(partition.next_offset);
  object.at("generation").get_to(partition.generation);
  for (const Json& epoch : object.at("epochs")) {
    partition.epochs.push_back({epoch.at(0).get<std::int32_t>(), epoch.at(1).get<std::int64_t>()});
  }
  for (const Json& open : object.at("open_transactions")) {
    partition.open.push_back({open.at("producer_id").get<std::int64_t>(),
                              open.at("first_offset").get<std::int64_t>(),
                              open.at("producer_epoch").get<std::int16_t>()});
  }
  partition.gaps = gaps_from_json(object.at("gaps"));
  for (const Json& segment : object.at("segments")) partition.segments.push_back(segment_from_json(segment));
  return partition;
}

Json group_to_json(const GroupFacts& group) {
  Json offsets = Json::array();
  for (const CommittedOffset& offset : group.offsets) {
    Json one = {{"topic", offset.partition.topic},
                {"partition", offset.partition.partition},
                {"offset", offset.offset},
                {"leader_epoch", offset.leader_epoch}};
    if (offset.metadata) one["metadata"] = *offset.metadata;
    offsets.push_back(std::move(one));
  }
  Json object = {{"name", group.name},
                 {"state", group.state},
                 {"protocol", group.protocol},
                 {"members", group.members},
                 {"coordinator", group.coordinator},
                 {"offsets", std::move(offsets)}};
  if (!group.error.empty()) object["error"] = group.error;
  return object;
}

GroupFacts group_from_json(const Json& object) {
  GroupFacts group;
  object.at("name").get_to(group.name);
  object.at("state").get_to(group.state);
  object.at("protocol").get_to(group.protocol);
  object.at("members").get_to(group.members);
  object.at("coordinator").get_to(group.coordinator);
  for (const Json& one : object.at("offsets")) {
    CommittedOffset offset;
    one.at("topic").get_to(offset.partition.topic);
    one.at("partition").get_to(offset.partition.partition);
    one.at("offset").get_to(offset.offset);
    one.at("leader_epoch").get_to(offset.leader_epoch);
    if (one.contains("metadata")) offset.metadata = one.at("metadata").get<std::string>();
    group.offsets.push_back(std::move(offset));
  }
  group.error = object.value("error", std::string());
  return group;
}

TopicId id_from_json(const Json& object) {
  return TopicId::from_text(object.at("id").get<std::string>()).value();
}

std::string text_of(const Json& object) {
  return object.dump(1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

/// Calls read(object) of a list of this kind; what it throws is a field that is not as it should be.
template <class T, class Read>
Result<T> parse(std::string_view text, const char* kind, std::uint64_t newest, Read read) {
  const std::string reading = std::string("read a list of ") + kind;
  const Json object = parse_json_document(text);
  if (!object.is_object()) return fail(Outcome::kCorrupt, reading + ": it is no JSON object");
  try {
    if (object.at("list").get<std::string>() != kind) {
      return fail(Outcome::kCorrupt, reading + ": it is one of " + object.at("list").get<std::string>());
    }
    const auto format = object.at("format").get<std::uint64_t>();
    if (format < 1 || format > newest) {
      return fail(Outcome::kUsage,
                  reading + ": format " + std::to_string(format) + " is none that this arkive knows (1 to " +
                      std::to_string(newest) + ")",
                  "use a newer arkive for this store");
    }
    return read(object);
  } catch (const std::exception& error) {
    return fail(Outcome::kCorrupt, reading + ": " + error.what());
  }
}

template <class Is>
bool has_segment(const ArchivedTopic& topic, Is is) {
  return std::any_of(topic.partitions.begin(), topic.partitions.end(), [&](const auto& partition) {
    return std::any_of(partition.segments.begin(), partition.segments.end(), is);
  });
}

int format_of(const ArchivedTopic& topic) {
  if (topic.has_merged_segments()) return kMergedFormat;
  return topic.has_compressed_segments() ? kCompressedFormat : kFormat;
}

}  // namespace

bool ArchivedTopic::operator==(const ArchivedTopic& other) const {
  return to_json() == other.to_json();
}

const ArchivedPartition* ArchivedTopic::find(std::int32_t partition) const {
  for (const ArchivedPartition& one : partitions) {
    if (one.partition == partition) return &one;
  }
  return nullptr;
}

std::uint64_t ArchivedTopic::bytes() const {
  std::uint64_t sum = 0;
  for (const ArchivedPartition& partition : partitions) {
    for (const ArchivedSegment& segment : partition.segments) sum += segment.bytes;
  }
  return sum;
}

std::uint64_t ArchivedTopic::segments() const {
  std::uint64_t sum = 0;
  for (const ArchivedPartition& partition : partitions) sum += partition.segments.size();
  return sum;
}

bool ArchivedTopic::has_compressed_segments() const {
  return has_segment(*this, [](const ArchivedSegment& segment) { return segment.is_compressed(); });
}

bool ArchivedTopic::has_merged_segments() const {
  return has_segment(*this, [](const ArchivedSegment& segment) { return segment.merge > 0; });
}

std::string ArchivedTopic::to_json() const {
  Json entries = Json::array();
  for (const ConfigEntry& config : configs) {
    Json entry = {{"name", config.name}, {"source", config.source}};
    if (config.value) entry["value"] = *config.value;
    if (config.sensitive) entry["sensitive"] = true;
    entries.push_back(std::move(entry));
  }
  Json list = Json::array();
  for (const ArchivedPartition& partition : partitions) list.push_back(partition_to_json(partition));
  return text_of({{"list", "segments"},
                  {"format", format_of(*this)},
                  {"topic", name},
                  {"id", id.text()},
                  {"internal", internal},
                  {"configs", std::move(entries)},
                  {"partitions", std::move(list)}});
}

Result<ArchivedTopic> ArchivedTopic::from_json(std::string_view text) {
  return parse<ArchivedTopic>(text, "segments", kMergedFormat, [](const Json& object) {
    ArchivedTopic topic;
    object.at("topic").get_to(topic.name);
    topic.id = id_from_json(object);
    object.at("internal").get_to(topic.internal);
    for (const Json& one : object.at("configs")) {
      ConfigEntry config;
      one.at("name").get_to(config.name);
      one.at("source").get_to(config.source);
      if (one.contains("value")) config.value = one.at("value").get<std::string>();
      config.sensitive = one.value("sensitive", false);
      topic.configs.push_back(std::move(config));
    }
    for (const Json& partition : object.at("partitions")) {
      topic.partitions.push_back(partition_from_json(partition));
    }
    return topic;
  });
}

const ArchiveIndex::Topic* ArchiveIndex::find(std::string_view name) const {
  const Topic* newest = nullptr;
  for (const Topic& topic : topics) {
    if (topic.name != name) continue;
    const auto age = [](const Topic& one) { return std::pair(one.seen, one.archived); };
    if (newest == nullptr || age(*newest) < age(topic)) newest = &topic;
  }
  return newest;
}

std::string ArchiveIndex::to_json() const {
  Json brokers = Json::array();
  for (const BrokerFacts& broker : cluster.brokers) {
    brokers.push_back(
        {{"id", broker.id}, {"host", broker.host}, {"port", broker.port}, {"rack", broker.rack}});
  }
  Json group_list = Json::array();
  for (const GroupFacts& group : groups) group_list.push_back(group_to_json(group));
  Json topic_list = Json::array();
  for (const Topic& topic : topics) {
    topic_list.push_back({{"topic", topic.name},
                          {"id", topic.id.text()},
                          {"segments_list", topic.list},
                          {"archived_ms", topic.archived},
                          {"seen_ms", topic.seen},
                          {"segments", topic.segments},
                          {"bytes", topic.bytes}});
  }
  return text_of({{"list", "topics"},
                  {"format", kFormat},
                  {"cluster_id", cluster.cluster_id},
                  {"controller", cluster.controller},
                  {"brokers", std::move(brokers)},
                  {"source", source},
                  {"cut_began_ms", cut_began},
                  {"cut_ended_ms", cut_ended},
                  {"groups", std::move(group_list)},
                  {"topics", std::move(topic_list)}});
}

Result<ArchiveIndex> ArchiveIndex::from_json(std::string_view text) {
  return parse<ArchiveIndex>(text, "topics", kFormat, [](const Json& object) {
    ArchiveIndex index;
    object.at("cluster_id").get_to(index.cluster.cluster_id);
    object.at("controller").get_to(index.cluster.controller);
    for (const Json& broker : object.at("brokers")) {
      index.cluster.brokers.push_back(
          {broker.at("id").get<std::int32_t>(), broker.at("host").get<std::string>(),
           broker.at("port").get<std::uint16_t>(), broker.at("rack").get<std::string>()});
    }
    object.at("source").get_to(index.source);
    object.at("cut_began_ms").get_to(index.cut_began);
    object.at("cut_ended_ms").get_to(index.cut_ended);
    for (const Json& group : object.at("groups")) index.groups.push_back(group_from_json(group));
    for (const Json& one : object.at("topics")) {
      Topic topic;
      one.at("topic").get_to(topic.name);
      topic.id = id_from_json(one);
      one.at("segments_list").get_to(topic.list);
      one.at("archived_ms").get_to(topic.archived);
      one.at("segments").get_to(topic.segments);
      one.at("bytes").get_to(topic.bytes);
      topic.seen = one.value("seen_ms", UnixMilliseconds{0});
      index.topics.push_back(std::move(topic));
    }
    return index;
  });
}

}  // namespace arkive::kafka
