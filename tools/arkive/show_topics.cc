#include "tools/arkive/show_topics.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kafka/archive/runs.h"
#include "kafka/log/record_text.h"
#include "stores/core/bytes.h"
#include "tools/arkive/output.h"
#include "tools/arkive/repositories.h"

namespace arkive::tools {
namespace {

using kafka::ArchivedPartition;
using kafka::ArchivedSegment;
using kafka::ArchivedTopic;

// Of the newest generation; `bytes` and `segments` of all.
struct Totals {
  std::int64_t records = 0;  // -1: not known
  std::uint64_t bytes = 0;
  std::uint64_t segments = 0;
  std::int64_t first_offset = -1;
  UnixMilliseconds newest = kafka::kNoTimestamp;

  void add(const ArchivedPartition& partition) {
    for (const ArchivedSegment& segment : partition.segments) {
      bytes += segment.bytes;
      ++segments;
      if (segment.generation != partition.generation) continue;
      if (first_offset < 0) first_offset = segment.base_offset;
      records = records < 0 || segment.records < 0 ? -1 : records + segment.records;
      newest = std::max(newest, segment.max_timestamp);
    }
    if (first_offset < 0) first_offset = partition.next_offset;
  }
  std::string records_text() const { return records < 0 ? "not known" : std::to_string(records); }
};

Totals totals_of(const ArchivedTopic& topic) {
  Totals totals;
  for (const ArchivedPartition& partition : topic.partitions) totals.add(partition);
  return totals;
}

Totals totals_of(const ArchivedPartition& partition) {
  Totals totals;
  totals.add(partition);
  return totals;
}

nlohmann::json totals_json(const Totals& totals) {
  nlohmann::json document = {
      {"bytes", totals.bytes}, {"segments", totals.segments}, {"records", nullptr}, {"newest_ms", nullptr}};
  if (totals.records >= 0) document["records"] = totals.records;
  if (totals.newest >= 0) document["newest_ms"] = totals.newest;
  return document;
}

nlohmann::json gaps_json(const std::vector<kafka::OffsetGap>& gaps) {
  nlohmann::json list = nlohmann::json::array();
  for (const kafka::OffsetGap& gap : gaps) {
    list.push_back({{"first", gap.first}, {"next", gap.next}, {"cause", gap.cause}});
  }
  return list;
}

// How far behind the archive's end a group was when it was asked; nothing for what is not archived.
std::optional<std::int64_t> lag_of(const kafka::CommittedOffset& committed, const ArchivedTopic& topic) {
  const ArchivedPartition* const partition = topic.find(committed.partition.partition);
  if (committed.partition.topic != topic.name || partition == nullptr) return std::nullopt;
  return partition->next_offset - committed.offset;
}

void print_missing(const Manifest& run) {
  constexpr std::size_t kOnOneScreen = 20;
  if (run.whole) return;
  print_line("not whole:");
  for (std::size_t i = 0; i < std::min(run.missing.size(), kOnOneScreen); ++i) {
    print_line("  " + printable(run.missing[i].object) + ": " + printable(run.missing[i].cause));
  }
  if (run.missing_count > kOnOneScreen) {
    print_line("  ... " + std::to_string(run.missing_count) + " in all (--json lists them)");
  }
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
    std::uint64_t older = 0;
    for (const ArchivedSegment& segment : partition.segments) {
      if (segment.generation != partition.generation) older += segment.bytes;
    }
    if (older == 0) continue;
    print_line("note: partition " + std::to_string(partition.partition) + " has older generations with " +
               human_size(older) + ", the log as it was before it was cut; generation " +
               std::to_string(partition.generation) + " is shown");
  }
  for (const kafka::ArchiveIndex::Topic& other : archive.index.topics) {
    if (other.name != topic.name || other.id == topic.id) continue;
    print_line("note: an older topic of this name, id " + other.id.text() + ", is archived too, " +
               human_size(other.bytes) + ", last at " + time_text(other.archived));
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
                                   {"batches", segment.batches},
                                   {"records", segment.records},
                                   {"max_timestamp_ms", segment.max_timestamp},
                                   {"gap_count", segment.gap_count},
                                   {"gaps", gaps_json(segment.gaps)}});
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

// A group's lag over all that is archived of what it committed on.
struct GroupLag {
  std::size_t topics = 0;
  std::int64_t lag = 0;
  bool known = false;
};

GroupLag lag_of(const kafka::GroupFacts& group, const std::vector<ArchivedTopic>& topics) {
  GroupLag sum;
  std::string_view last;
  for (const kafka::CommittedOffset& committed : group.offsets) {
    if (committed.partition.topic != last) ++sum.topics;
    last = committed.partition.topic;
    for (const ArchivedTopic& topic : topics) {
      if (const auto lag = lag_of(committed, topic)) {
        sum.lag += *lag;
        sum.known = true;
      }
    }
  }
  return sum;
}

void print_archive(const OpenedArchive& archive, const std::vector<ArchivedTopic>& topics) {
  const Manifest& run = archive.run;
  print_line("run " + run.id + " of cluster " + archive.cluster + " in " + printable(archive.store->name()));
  Facts facts;
  facts.add("made", time_text(run.started) + " by arkive " + run.arkive_version + " on " + run.host);
  facts.add("whole", run.whole ? "yes" : "no: " + counted(run.missing_count, "thing") + " missing");
  facts.add("cluster id", archive.index.cluster.cluster_id);
  facts.add("the cut",
            time_text(archive.index.cut_began) + ", within " +
                human_duration(std::chrono::milliseconds(archive.index.cut_ended - archive.index.cut_began)));
  facts.add("holds", counted(archive.index.topics.size(), "topic") + ", " +
                         counted(run.logs.files, "segment") + ", " + human_size(run.logs.bytes) + ", " +
                         counted(archive.index.groups.size(), "consumer group"));
  facts.add("changes", run.summary);
  facts.print();
  Table table({"TOPIC", "PARTITIONS", "RECORDS", "SEGMENTS", "BYTES", "NEWEST"});
  for (const ArchivedTopic& topic : topics) {
    const Totals totals = totals_of(topic);
    table.add({topic.name, std::to_string(topic.partitions.size()), totals.records_text(),
               std::to_string(totals.segments), human_size(totals.bytes),
               kafka::format_timestamp(totals.newest)});
  }
  if (!topics.empty()) table.print();
  Table groups({"GROUP", "STATE", "MEMBERS", "TOPICS", "LAG"});
  for (const kafka::GroupFacts& group : archive.index.groups) {
    const GroupLag lag = lag_of(group, topics);
    groups.add({group.name, group.state, std::to_string(group.members), std::to_string(lag.topics),
                lag.known ? std::to_string(lag.lag) : "-"});
  }
  if (!archive.index.groups.empty()) groups.print();
  print_missing(run);
}

void print_archive_json(const OpenedArchive& archive, const std::vector<ArchivedTopic>& topics) {
  nlohmann::json document = manifest_json(archive.run);
  document["cluster_id"] = archive.index.cluster.cluster_id;
  document["topics"] = nlohmann::json::array();
  for (const ArchivedTopic& topic : topics) {
    nlohmann::json one = totals_json(totals_of(topic));
    one["topic"] = topic.name;
    one["id"] = topic.id.text();
    one["partitions"] = topic.partitions.size();
    document["topics"].push_back(std::move(one));
  }
  document["groups"] = nlohmann::json::array();
  for (const kafka::GroupFacts& group : archive.index.groups) {
    const GroupLag lag = lag_of(group, topics);
    nlohmann::json one = {{"group", group.name},
                          {"state", group.state},
                          {"members", group.members},
                          {"topics", lag.topics},
                          {"lag", nullptr}};
    if (lag.known) one["lag"] = lag.lag;
    document["groups"].push_back(std::move(one));
  }
  print_json(document);
}

}  // namespace

Result<bool> means_archive(const FromOptions& from) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from.from, true));
  if (name.kind == RepositoryName::Kind::kGit) return false;
  ARKIVE_ASSIGN(const auto repository, open_repository(name));
  ARKIVE_ASSIGN(const std::string cluster, choose_cluster(*repository, from.cluster));
  ARKIVE_ASSIGN(const std::vector<Manifest> archives, archive_runs_of(from, cluster));
  if (archives.empty()) return false;
  ARKIVE_ASSIGN(const std::vector<Manifest> dumps, repository->runs(cluster));
  const auto begins = [&](const Manifest& run) { return run.id.starts_with(name.reference); };
  if (!name.reference.empty() && std::any_of(archives.begin(), archives.end(), begins)) {
    return std::none_of(dumps.begin(), dumps.end(), begins);
  }
  return dumps.empty();
}

Result<ExitStatus> show_archive(const ShowOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const OpenedArchive archive, open_archive(options.from));
  std::vector<ArchivedTopic> topics;
  for (const kafka::ArchiveIndex::Topic& entry : archive.index.topics) {
    ARKIVE_ASSIGN(ArchivedTopic topic, kafka::read_topic(*archive.store, entry, Deadline::never()));
    topics.push_back(std::move(topic));
  }
  if (common.json) {
    print_archive_json(archive, topics);
  } else {
    print_archive(archive, topics);
  }
  return kWhole;
}

Result<ExitStatus> show_topic(const ShowOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const TopicAddress address, TopicAddress::parse(options.path));
  ARKIVE_ASSIGN(const OpenedArchive archive, open_archive(options.from));
  ARKIVE_ASSIGN(const ArchivedTopic topic, read_topic_of(archive, address.topic));
  if (address.partition) return show_records(archive, topic, address, options, common);
  if (common.json) {
    print_topic_json(topic, archive);
  } else {
    print_topic(topic, archive);
  }
  return kWhole;
}

}  // namespace arkive::tools
