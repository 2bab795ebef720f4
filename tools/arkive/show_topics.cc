#include "tools/arkive/show_topics.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "kafka/log/record_text.h"
#include "stores/core/bytes.h"
#include "tools/arkive/output.h"
#include "tools/arkive/topic_totals.h"

namespace arkive::tools {
namespace {

using kafka::ArchivedPartition;
using kafka::ArchivedSegment;
using kafka::ArchivedTopic;
nlohmann::json gaps_json(const std::vector<kafka::OffsetGap>& gaps) {
  nlohmann::json list = nlohmann::json::array();
  for (const kafka::OffsetGap& gap : gaps) {
    list.push_back({{"first", gap.first}, {"next", gap.next}, {"cause", gap.cause}});
  }
  return list;
}

void print_configs(const ArchivedTopic& topic) {
  if (topic.configs.empty()) return;
  print_line("settings of its own");
  Facts facts;
  for (const kafka::ConfigEntry& entry : topic.configs) {
    facts.add(printable(entry.name), entry.value.value_or("(sensitive, not archived)"));
  }
  facts.print();
}

std::string gap_line(const ArchivedTopic& topic, const ArchivedPartition& partition,
                     const kafka::OffsetGap& gap) {
  return "  " + printable(topic.name) + "/" + std::to_string(partition.partition) + ": offsets " +
         std::to_string(gap.first) + " to " + std::to_string(gap.next - 1) + ": " + printable(gap.cause);
}

// Gaps that matter: between segments each one, within them the first few of each segment.
void print_gaps(const ArchivedTopic& topic) {
  constexpr std::size_t kMostOfAll = 30;
  std::vector<std::string> lines;
  std::uint64_t not_named = 0;
  for (const ArchivedPartition& partition : topic.partitions) {
    for (const kafka::OffsetGap& gap : partition.gaps) lines.push_back(gap_line(topic, partition, gap));
    for (const ArchivedSegment& segment : partition.segments) {
      if (segment.generation != partition.generation) continue;
      for (const kafka::OffsetGap& gap : segment.gaps) lines.push_back(gap_line(topic, partition, gap));
      not_named += segment.gap_count - segment.gaps.size();
    }
  }
  if (lines.empty()) return;
  const std::size_t shown = std::min(lines.size(), kMostOfAll);
  print_line("offsets that no batch of the archive holds");
  for (std::size_t i = 0; i < shown; ++i) print_line(lines[i]);
  not_named += lines.size() - shown;
  if (not_named > 0) print_line("  ... and " + std::to_string(not_named) + " more such gaps");
}

void print_older(const ArchivedTopic& topic, const OpenedArchive& archive) {
  for (const ArchivedPartition& partition : topic.partitions) {
    std::map<std::int32_t, std::uint64_t> older;
    for (const ArchivedSegment& segment : partition.segments) {
      if (segment.generation != partition.generation) older[segment.generation] += segment.bytes;
    }
    for (const auto& [generation, bytes] : older) {
      print_line("note: partition " + std::to_string(partition.partition) + " has an older generation with " +
                 human_size(bytes) + ": " + printable(topic.name) + "/" +
                 std::to_string(partition.partition) + "/g" + std::to_string(generation));
    }
  }
  for (const kafka::ArchiveIndex::Topic& other : archive.index.topics) {
    if (other.name != topic.name || other.id == topic.id) continue;
    const std::string id = other.id.is_zero() ? "none" : other.id.text();
    print_line("note: another topic of this name is archived too, " + human_size(other.bytes) + ", last at " +
               time_text(other.archived) + ": " + printable(topic.name) + "@" + id);
  }
}

void print_groups_of(const ArchivedTopic& topic, const OpenedArchive& archive) {
  Table table({"GROUP", "STATE", "PARTITION", "COMMITTED", "LAG"});
  bool any = false;
  for (const kafka::GroupFacts& group : archive.index.groups) {
    for (const kafka::CommittedOffset& committed : group.offsets) {
      if (committed.partition.topic != topic.name) continue;
      const auto lag = lag_of(committed, topic);
      table.add({group.name, group.state, std::to_string(committed.partition.partition),
                 std::to_string(committed.offset), lag ? std::to_string(*lag) : "-"});
      any = true;
    }
  }
  if (any) table.print();
}

nlohmann::json groups_json(const ArchivedTopic& topic, const OpenedArchive& archive) {
  nlohmann::json list = nlohmann::json::array();
  for (const kafka::GroupFacts& group : archive.index.groups) {
    for (const kafka::CommittedOffset& committed : group.offsets) {
      if (committed.partition.topic != topic.name) continue;
      nlohmann::json one = {{"group", group.name},
                            {"state", group.state},
                            {"partition", committed.partition.partition},
                            {"committed", committed.offset},
                            {"lag", nullptr}};
      if (const auto lag = lag_of(committed, topic)) one["lag"] = *lag;
      list.push_back(std::move(one));
    }
  }
  return list;
}

nlohmann::json partition_json(const ArchivedPartition& partition) {
  const Totals totals = totals_of(partition);
  nlohmann::json one = totals_json(totals);
  one["partition"] = partition.partition;
  one["first_offset"] = totals.first_offset;
  one["next_offset"] = partition.next_offset;
  one["log_start"] = partition.log_start;
  one["high_watermark"] = partition.high_watermark;
  one["last_stable_offset"] = partition.last_stable_offset;
  one["generation"] = partition.generation;
  one["leader_epoch"] = partition.leader_epoch;
  one["replicas"] = partition.replicas;
  one["gaps"] = gaps_json(partition.gaps);
  one["open_transactions"] = nlohmann::json::array();
  for (const kafka::OpenTransaction& open : partition.open) {
    one["open_transactions"].push_back(
        {{"producer_id", open.producer_id}, {"first_offset", open.first_offset}});
  }
  one["segment_list"] = nlohmann::json::array();
  for (const ArchivedSegment& segment : partition.segments) {
    one["segment_list"].push_back({{"base_offset", segment.base_offset},
                                   {"next_offset", segment.next_offset},
                                   {"generation", segment.generation},
                                   {"bytes", segment.bytes},
                                   {"stored_bytes", segment.stored_bytes()},
                                   {"batches", segment.batches},
                                   {"records", segment.records},
                                   {"max_timestamp_ms", segment.max_timestamp},
                                   {"gap_count", segment.gap_count},
                                   {"gaps", gaps_json(segment.gaps)}});
    if (segment.merge > 0) one["segment_list"].back()["merge"] = segment.merge;
  }
  return one;
}

void print_topic_json(const ArchivedTopic& topic, const OpenedArchive& archive) {
  nlohmann::json document = totals_json(totals_of(topic));
  document["run"] = archive.run.id;
  document["topic"] = topic.name;
  document["id"] = topic.id.text();
  document["internal"] = topic.internal;
  document["configs"] = nlohmann::json::object();
  for (const kafka::ConfigEntry& entry : topic.configs) {
    document["configs"][entry.name] = entry.value ? nlohmann::json(*entry.value) : nlohmann::json();
  }
  document["partitions"] = nlohmann::json::array();
  for (const ArchivedPartition& partition : topic.partitions) {
    document["partitions"].push_back(partition_json(partition));
  }
  document["groups"] = groups_json(topic, archive);
  document["missing"] = missing_of(archive.run, topic.name);
  print_json(document);
}

void print_topic(const ArchivedTopic& topic, const OpenedArchive& archive) {
  const Totals totals = totals_of(topic);
  print_line("topic " + printable(topic.name) + " in run " + archive.run.id + " of cluster " +
             archive.cluster);
  Facts facts;
  facts.add("id", topic.id.is_zero() ? "none" : topic.id.text());
  if (topic.internal) facts.add("internal", "yes");
  facts.add("holds", counted(topic.partitions.size(), "partition") + ", " +
                         counted(totals.segments, "segment") + ", " + human_size(totals.bytes) +
                         (totals.stored_bytes != totals.bytes
                              ? " (compressed: " + human_size(totals.stored_bytes) + ")"
                              : "") +
                         ", records: " + totals.records_text());
  facts.add("newest record", kafka::format_timestamp(totals.newest));
  facts.print();
  Table table({"PARTITION", "FIRST", "END", "RECORDS", "SEGMENTS", "BYTES", "GENERATION", "NEWEST"});
  for (const ArchivedPartition& partition : topic.partitions) {
    const Totals own = totals_of(partition);
    table.add({std::to_string(partition.partition), std::to_string(own.first_offset),
               std::to_string(partition.next_offset), own.records_text(), std::to_string(own.segments),
               human_size(own.bytes), std::to_string(partition.generation),
               kafka::format_timestamp(own.newest)});
  }
  table.print();
  print_configs(topic);
  print_gaps(topic);
  for (const ArchivedPartition& partition : topic.partitions) {
    for (const kafka::OpenTransaction& open : partition.open) {
      print_line("open transaction: partition " + std::to_string(partition.partition) + ", producer " +
                 std::to_string(open.producer_id) + ", since offset " + std::to_string(open.first_offset));
    }
  }
  print_groups_of(topic, archive);
  for (const std::string& line : missing_of(archive.run, topic.name)) {
    print_line("not whole: " + printable(line));
  }
  print_older(topic, archive);
}

}  // namespace

Status refuse_what_is_for_records(const ShowOptions& options) {
  const ShowOptions usual;
  if (options.format == usual.format && options.limit == usual.limit) return ok();
  return fail(Outcome::kUsage,
              "show '" + printable(options.path.empty() ? options.from.from : options.path) +
                  "': --format and --limit are for the records of a partition",
              "name one: topic/partition; --json prints anything else as one JSON document");
}

Result<ExitStatus> show_topic(const ShowOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const TopicAddress address, TopicAddress::parse(options.path));
  if (!address.partition) ARKIVE_TRY(refuse_what_is_for_records(options));
  ARKIVE_ASSIGN(const OpenedArchive archive, open_archive(options.from));
  ARKIVE_ASSIGN(const ArchivedTopic topic, read_topic_of(archive, address));
  if (address.partition) return show_records(archive, topic, address, options, common);
  if (common.json) {
    print_topic_json(topic, archive);
  } else {
    print_topic(topic, archive);
  }
  return kWhole;
}

}  // namespace arkive::tools
