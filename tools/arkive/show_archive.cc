#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "kafka/archive/runs.h"
#include "kafka/backup/backup_facts.h"
#include "kafka/log/record_text.h"
#include "stores/core/bytes.h"
#include "tools/arkive/output.h"
#include "tools/arkive/show_topics.h"
#include "tools/arkive/topic_totals.h"
#include "tools/places/repositories.h"

namespace arkive::tools {
namespace {

using kafka::ArchivedTopic;

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

// A group's lag over all that is archived of what it committed on.
struct GroupLag {
  std::size_t topics = 0;
  std::int64_t lag = 0;
  bool known = false;
};

// Of several topics of one name the newest is what the group reads.
std::map<std::string_view, const ArchivedTopic*> newest_by_name(const OpenedArchive& archive,
                                                                const std::vector<ArchivedTopic>& topics) {
  std::map<std::string_view, const ArchivedTopic*> newest;
  for (const ArchivedTopic& topic : topics) {
    if (archive.index.find(topic.name)->id == topic.id) newest[topic.name] = &topic;
  }
  return newest;
}

GroupLag summed_lag(const kafka::GroupFacts& group,
                    const std::map<std::string_view, const ArchivedTopic*>& topics) {
  GroupLag sum;
  std::string_view last;
  for (const kafka::CommittedOffset& committed : group.offsets) {
    if (committed.partition.topic != last) ++sum.topics;
    last = committed.partition.topic;
    const auto topic = topics.find(committed.partition.topic);
    if (topic == topics.end()) continue;
    if (const auto lag = lag_of(committed, *topic->second)) {
      sum.lag += std::max<std::int64_t>(0, *lag);
      sum.known = true;
    }
  }
  return sum;
}

void print_disagreements(const Manifest& run) {
  const auto facts = kafka::BackupFacts::from_json(run.facts);
  if (!facts) return;
  for (const kafka::Disagreement& one : facts->disagreements) {
    if (one.kind == kafka::Disagreement::Kind::kMismatch) continue;  // named with what is not whole
    print_line(std::string(kafka::kind_name(one.kind)) + ": " + printable(one.object) + ": " +
               printable(one.what));
  }
}

// `with_tree`: the run itself was told with its tree.
void print_archive(const OpenedArchive& archive, const std::vector<ArchivedTopic>& topics, bool with_tree) {
  const Manifest& run = archive.run;
  Facts facts;
  if (with_tree) {
    print_line("topics");
  } else {
    print_line("run " + run.id + " of cluster " + archive.cluster + " in " +
               printable(archive.store->name()));
    facts.add("made", time_text(run.started) + " by arkive " + run.arkive_version + " on " + run.host);
    facts.add("whole", run.whole ? "yes" : "no: " + counted(run.missing_count, "thing") + " missing");
  }
  facts.add("cluster id", archive.index.cluster.cluster_id);
  facts.add("the cut",
            time_text(archive.index.cut_began) + ", within " +
                human_duration(std::chrono::milliseconds(archive.index.cut_ended - archive.index.cut_began)));
  facts.add("holds", counted(archive.index.topics.size(), "topic") + ", " +
                         counted(run.logs.files, "segment") + ", " + human_size(run.logs.bytes) + ", " +
                         counted(archive.index.groups.size(), "consumer group"));
  if (!with_tree) facts.add("changes", run.summary);
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
  const auto newest = newest_by_name(archive, topics);
  for (const kafka::GroupFacts& group : archive.index.groups) {
    const GroupLag lag = summed_lag(group, newest);
    groups.add({group.name, group.state, std::to_string(group.members), std::to_string(lag.topics),
                lag.known ? std::to_string(lag.lag) : "-"});
  }
  if (!archive.index.groups.empty()) groups.print();
  print_disagreements(run);
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
  const auto newest = newest_by_name(archive, topics);
  for (const kafka::GroupFacts& group : archive.index.groups) {
    const GroupLag lag = summed_lag(group, newest);
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

Result<std::vector<ArchivedTopic>> all_topics_of(const OpenedArchive& archive) {
  std::vector<ArchivedTopic> topics;
  for (const kafka::ArchiveIndex::Topic& entry : archive.index.topics) {
    ARKIVE_ASSIGN(ArchivedTopic topic, kafka::read_topic(*archive.store, entry, Deadline::never()));
    topics.push_back(std::move(topic));
  }
  return topics;
}

}  // namespace

Result<ExitStatus> show_archive_part(FromOptions from, const std::string& run_id) {
  ARKIVE_ASSIGN(RepositoryName name, RepositoryName::parse(from.from, true));
  from.from = name.text() + "@" + run_id;
  ARKIVE_ASSIGN(const OpenedArchive archive, open_archive(from));
  ARKIVE_ASSIGN(const std::vector<ArchivedTopic> topics, all_topics_of(archive));
  print_archive(archive, topics, true);
  return kWhole;
}

Result<bool> means_archive(const FromOptions& from) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(from.from, true));
  if (!name.is_store()) return false;
  ARKIVE_ASSIGN(const auto repository, open_repository(name, {.key = from.key}));
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
  ARKIVE_ASSIGN(const std::vector<ArchivedTopic> topics, all_topics_of(archive));
  if (common.json) {
    print_archive_json(archive, topics);
  } else {
    print_archive(archive, topics, false);
  }
  return kWhole;
}

}  // namespace arkive::tools
